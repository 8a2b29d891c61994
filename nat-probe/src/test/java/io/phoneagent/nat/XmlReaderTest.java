// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XmlReaderTest {

  @Test
  void readsElementsAndTheirText() throws UnusableException {
    XmlElement root =
        XmlReader.read(
            """
            \uFEFF<?xml version="1.0" encoding='utf-8'?>
            <!-- a - comment -->
            <s:root xmlns:s="urn:a>b" configId='7' >
              <a>  1 <!-- & < --> 2 </a><b/><s:b x = "y" />
              <?php echo '<c/>'; ?>
              <c><a>inner</a><![CDATA[<d/> & ]]]]></c>
            </s:root>
            <!-- after -->
            """);
    assertThat(root.name()).isEqualTo("root");
    assertThat(root.textOf("a")).isEqualTo("1  2");
    assertThat(root.children()).extracting(XmlElement::name).containsExactly("a", "b", "b", "c");
    assertThat(root.textOf("c")).isEqualTo("<d/> & ]]");
    assertThat(root.all("a")).extracting(XmlElement::text).containsExactly("1  2", "inner");
    assertThat(root.textOf("none")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "&lt;&gt;&amp;&quot;&apos; | <>&\"'",
        "&#65;&#x42;&#x1F600; | AB\uD83D\uDE00",
        "&amp;lt; | &lt;"
      })
  void knowsTheEntitiesOfXmlItself(String text, String meant) throws UnusableException {
    assertThat(XmlReader.read("<a>" + text + "</a>").text()).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM \"http://192.0.2.1/a.dtd\"><a/>",
        "<!DOCTYPE a><a/>",
        "<a><!ENTITY x \"y\"></a>"
      })
  void declarationsAreRefused(String document) {
    assertThatThrownBy(() -> XmlReader.read(document))
        .isInstanceOf(UnusableException.class)
        .hasMessageContaining("document type declaration");
  }

  @Test
  void entitiesOfOthersAreRefused() {
    assertThatThrownBy(() -> XmlReader.read("<a>&lol9;</a>"))
        .isInstanceOf(UnusableException.class)
        .hasMessageContaining("'lol9'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "plain",
        "{\"a\":1}",
        "<",
        "<a",
        "<a>",
        "<a></b>",
        "<a></A>",
        "<s:a></a>",
        "</a>",
        "<a/><b/>",
        "<a/>text",
        "<a b></a>",
        "<a b=c></a>",
        "<a b=\"c></a>",
        "<a b=\"<\"></a>",
        "<a b=\"1\"c=\"2\"/>",
        "<a / >",
        "< a/>",
        "<1/>",
        "<a>&</a>",
        "<a>& b</a>",
        "<a>&#;</a>",
        "<a>&#0;</a>",
        "<a>&#xd800;</a>",
        "<a>&#x110000;</a>",
        "<a>&#99999999;</a>",
        "<a>&#-1;</a>",
        "<a>\u0001</a>",
        "<a><![CDATA[x</a>",
        "<![CDATA[x]]>",
        "<!-- <a/>",
        "<a><!-- </a>",
        "<?xml version=\"1.0\"",
        "<a></a"
      })
  void whatIsBrokenIsRefused(String document) {
    assertThatThrownBy(() -> XmlReader.read(document)).isInstanceOf(UnusableException.class);
  }

  @Test
  void depthNumberAndLengthAreBounded() throws UnusableException {
    assertThat(XmlReader.read("<a>".repeat(32) + "</a>".repeat(32)).all("a")).hasSize(31);
    assertThatThrownBy(() -> XmlReader.read("<a>".repeat(33) + "</a>".repeat(33)))
        .hasMessageContaining("more than 32 elements deep");
    assertThatThrownBy(() -> XmlReader.read("<a>".repeat(40_000)))
        .hasMessageContaining("more than 32 elements deep");
    assertThat(XmlReader.read("<a>" + "<b/>".repeat(3_999) + "</a>").children()).hasSize(3_999);
    assertThatThrownBy(() -> XmlReader.read("<a>" + "<b/>".repeat(4_000) + "</a>"))
        .hasMessageContaining("more than 4000 elements");
    int most = XmlReader.MOST_CHARACTERS;
    assertThat(XmlReader.read("<a>" + "x".repeat(most - 7) + "</a>").text()).hasSize(most - 7);
    assertThatThrownBy(() -> XmlReader.read("<a>" + "x".repeat(most - 6) + "</a>"))
        .hasMessageContaining("longer than");
  }
}

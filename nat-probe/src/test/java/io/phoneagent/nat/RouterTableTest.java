// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.InvalidSettingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table as its author writes it, and what is said of his mistakes. */
class RouterTableTest {
  private static final String REST =
      "password = none\npattern = WAN {ip}\nsource = https://acme.example/\n";

  @Test
  void read() {
    List<RouterFamily> families =
        RouterTable.read(
            "# ours\r\n\r\n[acme-1]\r\nmodels = 3000 = new\n path=/a?b=c \npath = /b\n"
                + "password = optional\npattern = a=(?:b|c) {ip}<\nsource = s\n[acme-2]\npath = /\n"
                + REST);
    assertThat(families).extracting(RouterFamily::name).containsExactly("acme-1", "acme-2");
    RouterFamily first = families.get(0);
    assertThat(first.paths()).containsExactly("/a?b=c", "/b");
    assertThat(first.password()).isEqualTo(RouterFamily.Password.OPTIONAL);
    assertThat(first.pattern().matcher("x\nA=c 1.2.3.4<").find()).isTrue();
    assertThat(first.pattern().matcher("a=c 1.2.3.4.5<").find()).isFalse();
    assertThat(first.pattern().matcher("a=c 1.2.3.4x").find()).isFalse();
  }

  @Test
  void ownFamiliesComeFirstAndReplace() {
    List<RouterFamily> own = RouterTable.read("[b]\npath = /own\n" + REST);
    List<RouterFamily> known =
        RouterTable.read("[a]\npath = /a\n" + REST + "[b]\npath = /b\n" + REST);
    assertThat(RouterTable.joined(own, known))
        .extracting(f -> f.name() + f.paths())
        .containsExactly("b[/own]", "a[/a]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "path = /a | line 1: begin with the family's name, like [acme-3000]",
        "[Acme] | line 1: write the family's name like",
        "[] | line 1: write the family's name like",
        "[a]~path | line 2: write it like path = /status.htm",
        "[a]~path = | line 2: write it like path = /status.htm",
        "[a]~path = status | line 2: 'status' is no path",
        "[a]~path = //evil.example/ | line 2: '//evil.example/' is no path",
        "[a]~path = http://evil.example/ | is no path; write it like /status.htm",
        "[a]~path = /a#evil.example | is no path",
        "[a]~path = /a b | is no path",
        "[a]~path = /1~path = /2~path = /3~path = /4~path = /5 | line 6: a family has at most 4",
        "[a]~pattern = x | line 2: write {ip} once where the address stands",
        "[a]~pattern = {ip}{ip} | line 2: write {ip} once",
        "[a]~pattern = (x){ip} | line 2: write groups like (?:...)",
        "[a]~pattern = [{ip} | line 2: it is no regular expression",
        "[a]~password = perhaps | line 2: write password = none, optional or needed",
        "[a]~password = none~password = none | line 3: there is a second 'password'",
        "[a]~method = POST | line 2: 'method' is not known; there are models, path",
        "[a] | line 1: [a] has no line like: path = /status.htm",
        "[a]~path = / | [a] has no line like: password",
        "[a]~path = /~password = none | [a] has no line like: pattern = WAN IP: {ip}",
        "[a]~path = /~password = none~pattern = {ip} | [a] has no line like: source",
        "[a]~path = /~R[a]~path = /~R | line 6: there is a [a] before; give it another name"
      })
  void mistakesAreNamedWithTheirLine(String table, String said) {
    String text = table.replace("R", REST).replace("~", "\n");
    assertThatThrownBy(() -> RouterTable.read(text))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("router-table: line ")
        .hasMessageContaining(said);
  }

  @Test
  void boundsAreKept() {
    assertThatThrownBy(() -> RouterTable.read("#".repeat(256 * 1024 + 1)))
        .hasMessageContaining("longer than 262144 characters");
    StringBuilder many = new StringBuilder();
    for (int i = 0; i <= 200; i++) {
      many.append("[a").append(i).append("]\npath = /\n").append(REST);
    }
    assertThatThrownBy(() -> RouterTable.read(many.toString()))
        .hasMessageContaining("more than 200 families");
  }
}

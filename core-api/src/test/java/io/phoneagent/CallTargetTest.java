// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallTargetTest {
  @ParameterizedTest
  @CsvSource({
    "1002, 1002",
    " 1002 , 1002",
    "*97, *97",
    "#21#, #21#",
    "anna, anna",
    "an.na-b, an.na-b",
    "sip:1002, 1002",
    "SIP:anna, anna",
    "+15551230002, +15551230002",
    "+1 (555) 123-0002, +15551230002",
    "(+1) 555 1230002, +15551230002",
    "%2B15551230002, +15551230002",
    "anna%40home, anna@home",
    "j%C3%BCrgen, jürgen",
    "a%20b, a b",
    "1002;phone-context=x, 1002;phone-context=x"
  })
  void aUserAloneIsOfWhoeverHasTheRegistration(String text, String user) {
    CallTarget target = CallTarget.of(text);
    assertThat(target).isEqualTo(new CallTarget(user, Optional.empty(), OptionalInt.empty()));
    assertThat(CallTarget.of(target.toString())).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource({
    "sip:1002@pbx.example.com, 1002, pbx.example.com, 0",
    "sip:1002@PBX.Example.com:5070, 1002, pbx.example.com, 5070",
    "sip:*97@192.0.2.1, *97, 192.0.2.1, 0",
    "sip:+1 555 1230002@192.0.2.1:5070, +15551230002, 192.0.2.1, 5070",
    "sip:anna@[2001:db8::1]:5070, anna, 2001:db8::1, 5070"
  })
  void anAddressSaysItsHostToo(String text, String user, String host, int port) {
    CallTarget target = CallTarget.of(text);
    assertThat(target.user()).isEqualTo(user);
    assertThat(target.host()).contains(host);
    assertThat(target.port()).isEqualTo(port == 0 ? OptionalInt.empty() : OptionalInt.of(port));
    assertThat(CallTarget.of(target.toString())).isEqualTo(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sip:",
        "sip:@pbx.example.com",
        "sip:1002@",
        "1002@pbx.example.com",
        "sips:1002@pbx.example.com",
        "tel:+15551230002",
        "sip:1002:secret@pbx.example.com",
        "sip:1002@pbx.example.com;transport=tcp",
        "sip:1002;transport=tcp",
        "sip:1002?Subject=x",
        "sip:1002@pbx.example.com?Subject=x",
        "sip:1002@a@b",
        "sip:1002@pbx.example.com:0",
        "sip:1002@pbx.example.com:65536",
        "sip:1002@999.1.2.3",
        "sip:1002@-x",
        "sip:1002@a b",
        "10 02",
        "10\r\n02",
        "1002\r\nVia: x",
        "1002%0D%0AVia%3A x",
        "1002%0d%0aVia",
        "sip:1002%00@pbx.example.com",
        "sip:1002@pbx\r\nVia: x",
        "1002%7F",
        "1002%C2%85",
        "1002%",
        "1002%4",
        "1002%4g",
        "1002%C3",
        "<1002>",
        "\"1002\"",
        "10\\02",
        "jürgen",
        "+1",
        "+01234",
        "%2Banna",
        "+anna"
      })
  void nobodyElseIsNamed(String text) {
    assertThatThrownBy(() -> CallTarget.of(text))
        .isInstanceOf(InvalidSettingException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\r", "\n"));
  }

  @Test
  void aUserHasAnEnd() {
    assertThat(CallTarget.of("1".repeat(128)).user()).hasSize(128);
    assertThatThrownBy(() -> CallTarget.of("1".repeat(129)))
        .isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void whatIsMadeWithoutReadingIsCheckedAsWell() {
    for (String user : new String[] {"", "a\r\nb", "\uD800", "1".repeat(129)}) {
      assertThatThrownBy(() -> new CallTarget(user, Optional.empty(), OptionalInt.empty()))
          .isInstanceOf(InvalidSettingException.class);
    }
    assertThatThrownBy(() -> new CallTarget("1", Optional.of("a\r\nb"), OptionalInt.empty()))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> new CallTarget("1", Optional.empty(), OptionalInt.of(5060)))
        .isInstanceOf(InvalidSettingException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1002", "*97", "anna", "sip:1002@198.18.0.7", "sip:+15551230002@pbx.example.com"})
  void aSwitchKnowsNumbersOnlyAndItIsSaid(String text) {
    assertThatThrownBy(() -> CallTarget.ofNumber(text))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("+1555123000");
  }

  @Test
  void aNumberMayBeThatOfACertainPhone() {
    CallTarget target = CallTarget.ofNumber("sip:+15551230002@198.18.0.7");
    assertThat(target.number()).contains(new PhoneNumber("+15551230002"));
    assertThat(target.uniqueAddress().orElseThrow().getHostAddress()).isEqualTo("198.18.0.7");
    assertThat(CallTarget.ofNumber("sip:+1 555 1230002").uniqueAddress()).isEmpty();
  }
}

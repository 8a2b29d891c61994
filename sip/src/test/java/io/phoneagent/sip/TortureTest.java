// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The messages of RFC 4475 and RFC 5118, in {@code rfc4475.txt} and {@code rfc5118.txt}, and what a
 * reader has to make of them.
 */
final class TortureTest {
  private static SipInput read(TortureMessage message) {
    return new SipReader(SipLimits.defaults()).read(message.octets());
  }

  @Test
  void theyAreAllThere() throws IOException {
    assertThat(TortureMessage.of("rfc4475.txt")).hasSize(49);
    assertThat(TortureMessage.of("rfc5118.txt")).hasSize(12);
  }

  private static SipRequest request(String name) throws IOException {
    TortureMessage message =
        TortureMessage.all().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
    return (SipRequest) read(message);
  }

  /** What looks like a port belongs to the address as long as it is inside of the brackets. */
  @Test
  void aPortOfIpv6StandsBehindTheBrackets() throws IOException {
    SipUri ambiguous = (SipUri) request("port-ambiguous").uri();
    assertThat(ambiguous.host()).isEqualTo("[2001:db8::10:5070]");
    assertThat(ambiguous.port()).isEmpty();
    SipUri unambiguous = (SipUri) request("port-unambiguous").uri();
    assertThat(unambiguous.host()).isEqualTo("[2001:db8::10]");
    assertThat(unambiguous.port()).hasValue(5070);
  }

  @Test
  void aSourceOfIpv6MayStandWithAndWithoutBrackets() throws IOException {
    assertThat(request("via-received-param-with-delim").vias().get(0).received())
        .contains("[2001:db8::9:255]");
    assertThat(request("via-received-param-no-delim").vias().get(0).received())
        .contains("2001:db8::9:255");
  }

  @ParameterizedTest
  @MethodSource("io.phoneagent.sip.TortureMessage#all")
  void hasItsVerdict(TortureMessage message) {
    SipInput input = read(message);
    switch (message.verdict()) {
      case "read" -> assertThat(input).isInstanceOf(SipMessage.class);
      case "drop" -> assertThat(((Malformed) input).statusCode()).isZero();
      default -> {
        boolean may = message.verdict().startsWith("either ");
        int status = Integer.parseInt(message.verdict().replace("either ", ""));
        if (!may || input instanceof Malformed) {
          assertThat(((Malformed) input).statusCode()).isEqualTo(status);
        }
      }
    }
  }

  static Stream<TortureMessage> wellFormed() throws IOException {
    return TortureMessage.all().stream().filter(m -> m.verdict().equals("read"));
  }

  /** What is passed on is passed on as it came, but for octets behind the body. */
  @ParameterizedTest
  @MethodSource("wellFormed")
  void isKeptOctetForOctet(TortureMessage message) {
    ByteBuffer octets = ((SipMessage) read(message)).bytes();
    byte[] kept = new byte[octets.remaining()];
    octets.get(kept);
    assertThat(message.octets()).startsWith(kept);
    if (!message.name().equals("dblreq")) {
      assertThat(kept).hasSameSizeAs(message.octets());
    }
  }
}

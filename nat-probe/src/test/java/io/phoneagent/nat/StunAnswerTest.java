// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.flow.TransactionId;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Octets as RFC 8489 lays them out, and the vectors of RFC 5769. */
class StunAnswerTest {
  private static final String ID = "b7e7a701bc34d686fa87dfae";
  private static final TransactionId TRANSACTION =
      new TransactionId(0xb7e7a701, 0xbc34d686fa87dfaeL);
  private static final String HIDDEN = "0020 0008 0001a147 e112a643"; // 192.0.2.1
  private static final String PLAIN = "0001 0008 0001c350 cb00710b"; // 203.0.113.11

  // RFC 5769, section 2.2.
  private static final String SAMPLE =
      "0101003c2112a442b7e7a701bc34d686fa87dfae"
          + "8022000b7465737420766563746f7220"
          + "002000080001a147e112a643"
          + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
          + "80280004c07d4c96";

  static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static Optional<Sounding.Event> read(String hex) {
    return StunAnswer.read(ByteBuffer.wrap(octets(hex)), TRANSACTION);
  }

  /** A message with these attributes. */
  static String message(String type, String attributes) {
    int length = octets(attributes).length;
    return type + HexFormat.of().toHexDigits((short) length) + "2112a442" + ID + attributes;
  }

  private static Optional<Sounding.Event> sees(String address) {
    return Optional.of(new Sounding.Event.Sees(GatewayCodecTest.address(address)));
  }

  @Test
  void theQuestionIsAHeader() {
    ByteBuffer question = StunAnswer.question(TRANSACTION);
    byte[] written = new byte[question.remaining()];
    question.get(written);
    assertThat(HexFormat.of().formatHex(written)).isEqualTo("000100002112a442" + ID);
  }

  @Test
  void theSampleIsRead() {
    assertThat(read(SAMPLE)).isEqualTo(sees("192.0.2.1"));
  }

  @Test
  void theHiddenAddressIsTakenBeforeThePlainOne() {
    assertThat(read(message("0101", PLAIN + HIDDEN))).isEqualTo(sees("192.0.2.1"));
    assertThat(read(message("0101", PLAIN))).isEqualTo(sees("203.0.113.11"));
    String version6 = "0001 0014 0002c350 20010db8000000000000000000000001";
    assertThat(read(message("0101", version6))).isEqualTo(sees("2001:db8::1"));
  }

  @Test
  void errorsAreTold() {
    assertThat(read(message("0111", "0009 0004 00000414")))
        .hasValue(new Sounding.Event.Denied("the server refuses, with error code 420"));
    assertThat(read(message("0111", "0009 0004 00000300" + "8023 0008 00010d96 cb007163")))
        .hasValueSatisfying(
            e -> assertThat(e.toString()).contains("another one, to which nobody goes"));
    assertThat(read(message("0111", "")))
        .hasValue(new Sounding.Event.Denied("the server refuses, with error code 0"));
    assertThat(read(message("0101", "")))
        .hasValue(new Sounding.Event.Denied("the server's answer has no address"));
    assertThat(read(message("0101", "0020 0008 0003a147 e112a643")))
        .as("of no known family")
        .hasValue(new Sounding.Event.Denied("the server's answer has no address"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "000100002112a442b7e7a701bc34d686fa87dfae", // a question
        "001100002112a442b7e7a701bc34d686fa87dfae", // an indication
        "010300002112a442b7e7a701bc34d686fa87dfae", // an answer to an allocation
        "010100002112a442b7e7a701bc34d686fa87dfaf", // to another question
        "010100002112a443b7e7a701bc34d686fa87dfae", // another cookie
        "010100042112a442b7e7a701bc34d686fa87dfae", // shorter than it says
        "0101000c2112a442b7e7a701bc34d686fa87dfae 0020 0018 0001a147 e112a643"
      })
  void passesOverTheRest(String hex) {
    assertThat(read(hex)).isEmpty();
  }

  @Test
  void aWrongFingerprintIsPassedOver() {
    assertThat(read(SAMPLE.substring(0, SAMPLE.length() - 2) + "97")).isEmpty();
    assertThat(read(message("0101", HIDDEN + "8028 0004 00000000"))).isEmpty();
  }
}

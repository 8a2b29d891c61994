// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.IpLiteral;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Octets as the figures of RFC 6886 and RFC 6887 lay them out. */
class GatewayCodecTest {
  static final String NONCE = "0102030405060708090a0b0c";
  private static final MappingName NAME = new MappingName(0x01020304, 0x05060708090a0b0cL, 50_000);

  static InetAddress address(String text) {
    return IpLiteral.parse(text).orElseThrow();
  }

  static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static String hex(ByteBuffer written) {
    byte[] octets = new byte[written.remaining()];
    written.get(octets);
    return HexFormat.of().formatHex(octets);
  }

  static Optional<GatewayMessage> read(String hex) {
    return GatewayCodec.read(ByteBuffer.wrap(octets(hex)));
  }

  /** A PCP answer about a mapping of port 50000. */
  static String mapping(String epoch, String nonce, String address) {
    return "02 81 00 00 0000003c"
        + epoch
        + "000000000000000000000000"
        + nonce
        + "11 000000 c350 c350"
        + address;
  }

  @Test
  void natPmpAsksInTwoOctets() {
    assertThat(hex(GatewayCodec.askAddress())).isEqualTo("0000");
  }

  @Test
  void pcpAsksForAMapping() {
    ByteBuffer written = GatewayCodec.askMapping((Inet4Address) address("192.168.1.100"), NAME, 60);
    assertThat(hex(written))
        .isEqualTo(
            "0201" // version 2, a request to MAP
                + "0000" // reserved
                + "0000003c" // lifetime
                + "00000000000000000000ffffc0a80164" // the client
                + NONCE
                + "11" // UDP
                + "000000" // reserved
                + "c350" // internal port
                + "0000" // any external port
                + "00000000000000000000ffff00000000"); // any external address of IPv4
  }

  @Test
  void natPmpSaysAnAddress() {
    assertThat(read("00 80 0000 00000b57 cb00710b"))
        .hasValue(new GatewayMessage.Address(0xb57, address("203.0.113.11")));
  }

  @Test
  void aGatewayMayRunForMoreThan68Years() {
    assertThat(read("00 80 0000 ffffffff cb00710b"))
        .hasValue(new GatewayMessage.Address(4_294_967_295L, address("203.0.113.11")));
  }

  @Test
  void theOtherByteOrderChangesNothing() {
    ByteBuffer little =
        ByteBuffer.wrap(octets("00 80 0000 00000b57 cb00710b")).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(GatewayCodec.read(little))
        .hasValue(new GatewayMessage.Address(0xb57, address("203.0.113.11")));
  }

  @Test
  void natPmpRefusesInEightOctetsOrTwelve() {
    GatewayMessage refusal = new GatewayMessage.Refusal(Dialect.NAT_PMP, 3, Optional.empty());
    assertThat(read("00 80 0003 00000b57")).hasValue(refusal);
    assertThat(read("00 80 0003 00000b57 00000000")).hasValue(refusal);
  }

  @Test
  void eachSaysThatItSpeaksTheOther() {
    assertThat(read("00 81 0001 00000b57")).hasValue(new GatewayMessage.Unsupported(0, 1));
    assertThat(read("02 80 00 01 00000000 00000b57 000000000000000000000000"))
        .hasValue(new GatewayMessage.Unsupported(2, 0));
    assertThat(read("03 80 00 01 00000000 00000b57 000000000000000000000000"))
        .hasValue(new GatewayMessage.Unsupported(3, 0));
  }

  @Test
  void pcpSaysAMapping() {
    assertThat(read(mapping("00000b57", NONCE, "00000000000000000000ffffcb00710b")))
        .hasValue(new GatewayMessage.Mapping(0xb57, NAME, address("203.0.113.11")));
  }

  @Test
  void pcpSaysAMappingWithOptionsBehindIt() {
    String option = "03 00 0004 00000001";
    assertThat(read(mapping("00000b57", NONCE, "00000000000000000000ffffcb00710b") + option))
        .isPresent();
  }

  @Test
  void pcpAnnounces() {
    assertThat(read("02 80 00 00 00000000 00000000 000000000000000000000000"))
        .hasValue(new GatewayMessage.Announcement(0));
  }

  @Test
  void pcpRefuses() {
    assertThat(read("02 81 00 07 0000001e 00000b57 000000000000000000000000"))
        .hasValue(new GatewayMessage.Refusal(Dialect.PCP, 7, Optional.empty()));
    String whole = mapping("00000b57", NONCE, "00000000000000000000ffff00000000");
    assertThat(read(whole.replace("02 81 00 00", "02 81 00 07")))
        .hasValue(new GatewayMessage.Refusal(Dialect.PCP, 7, Optional.of(NAME)));
  }

  @Test
  void natPmpRefusesTheQuestionForTheAddressByItsVersion() {
    assertThat(read("00 80 0001 00000b57")).hasValue(new GatewayMessage.Unsupported(0, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00 80 0000 00000b57 cb0071", // an address of three octets
        "00 80 0000 00000b57", // none
        "00 00 0000 00000b57 cb00710b", // a question
        "00 81 0000 00000b57 c350c350 0000003c", // a mapping
        "01 80 0000 00000b57 cb00710b",
        "02 80 00 00 00000000 00000000 0000000000000000000000", // 23 octets
        "02 80 00 00 00000000 00000000 000000000000000000000000 00", // not a multiple of four
        "02 81 00 00 0000003c 00000b57 000000000000000000000000", // a mapping without itself
        "02 00 00 00 00000000 00000000 000000000000000000000000", // a question
        "02 82 00 00 00000000 00000000 000000000000000000000000", // PEER
        "02 82 00 07 0000001e 00000b57 000000000000000000000000", // a refusal of that
        "02 80 00 03 0000001e 00000b57 000000000000000000000000", // of an announcement
        "02 81 00 00 00000000 00000b57 000000000000000000000000" // a deletion's answer
            + "0102030405060708090a0b0c 11 000000 c350 0000 00000000000000000000ffff00000000",
        "02 81 00 07 0000001e 00000b57 000000000000000000000000" // a refusal about TCP
            + "0102030405060708090a0b0c 06 000000 c350 0000 00000000000000000000ffff00000000",
        "03 80 00 00 00000000 00000000 000000000000000000000000", // version 3
      })
  void passesOverTheRest(String hex) {
    assertThat(read(hex)).isEmpty();
  }

  @Test
  void passesOverWhatIsLongerThanPcpAllows() {
    byte[] longest = new byte[1100];
    longest[0] = 2;
    longest[1] = (byte) 0x80;
    assertThat(GatewayCodec.read(ByteBuffer.wrap(longest))).isPresent();
    byte[] longer = new byte[1104];
    longer[0] = 2;
    longer[1] = (byte) 0x80;
    assertThat(GatewayCodec.read(ByteBuffer.wrap(longer))).isEmpty();
  }
}

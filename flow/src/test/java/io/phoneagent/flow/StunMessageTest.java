// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The codec against the vectors of RFC 5769 and against damage. */
class StunMessageTest {
  private static final TransactionId ID = new TransactionId(0xb7e7a701, 0xbc34d686fa87dfaeL);
  private static final String ICE_PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";

  // RFC 5769, section 2.1.
  private static final String SAMPLE_REQUEST =
      "000100582112a442b7e7a701bc34d686fa87dfae"
          + "802200105354554e207465737420636c69656e74"
          + "002400046e0001ff80290008932ff9b151263b36"
          + "00060009"
          + "6576746a3a68367659202020"
          + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
          + "80280004e57a3bcf";

  // RFC 5769, section 2.2.
  private static final String SAMPLE_IPV4_RESPONSE =
      "0101003c2112a442b7e7a701bc34d686fa87dfae"
          + "8022000b7465737420766563746f7220"
          + "002000080001a147e112a643"
          + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
          + "80280004c07d4c96";

  // RFC 5769, section 2.3.
  private static final String SAMPLE_IPV6_RESPONSE =
      "010100482112a442b7e7a701bc34d686fa87dfae"
          + "8022000b7465737420766563746f7220"
          + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
          + "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
          + "80280004c8fb0b4c";

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }

  private static StunMessage read(ByteBuffer datagram) {
    return StunMessage.read(datagram).orElseThrow();
  }

  @Test
  void readsTheSampleRequest() {
    StunMessage message = read(bytes(SAMPLE_REQUEST));
    assertThat(message.kind()).isEqualTo(StunMessage.Kind.REQUEST);
    assertThat(message.transaction()).isEqualTo(ID);
    assertThat(message.username()).contains("evtj:h6vY");
    assertThat(message.iceIntegrityHolds(ICE_PASSWORD)).isTrue();
    assertThat(message.iceIntegrityHolds("another")).isFalse();
    assertThat(message.fingerprintHolds()).isTrue();
  }

  @Test
  void readsTheSampleResponses() {
    StunMessage v4 = read(bytes(SAMPLE_IPV4_RESPONSE));
    assertThat(v4.kind()).isEqualTo(StunMessage.Kind.SUCCESS);
    assertThat(v4.mappedAddress()).contains(new InetSocketAddress("192.0.2.1", 32_853));
    assertThat(v4.iceIntegrityHolds(ICE_PASSWORD)).isTrue();
    StunMessage v6 = read(bytes(SAMPLE_IPV6_RESPONSE));
    assertThat(v6.mappedAddress())
        .contains(new InetSocketAddress("2001:db8:1234:5678:11:2233:4455:6677", 32_853));
    assertThat(v6.fingerprintHolds()).isTrue();
  }

  @Test
  void readsTheAddressOfAnOldServer() {
    StunMessage old =
        read(bytes("0101000c2112a442b7e7a701bc34d686fa87dfae" + "000100080001c350c0000201"));
    assertThat(old.plainMappedAddress()).contains(new InetSocketAddress("192.0.2.1", 50_000));
    assertThat(old.mappedAddress()).isEmpty();
    assertThat(old.hasFingerprint()).isFalse();
  }

  @Test
  void writesWhatItReads() {
    FlowKey key = new FlowKey("key-0001", "s");
    StunMessage message =
        read(
            StunWriter.of(StunMessage.Kind.REQUEST, ID)
                .username("k")
                .nonce("n")
                .counter(42)
                .integrity(key.key(), 32));
    assertThat(message.username()).contains("k");
    assertThat(message.nonce()).contains("n");
    assertThat(message.counter()).hasValue(42);
    assertThat(message.integrityHolds(key.key())).isTrue();
    assertThat(message.integrityHolds(new FlowKey("key-0001", "t").key())).isFalse();
  }

  @Test
  void mappedAddressIsRoundTrippedForBothFamilies() {
    for (String host : new String[] {"203.0.113.12", "2001:db8::7"}) {
      InetSocketAddress address = new InetSocketAddress(host, 65_535);
      ByteBuffer out = StunWriter.of(StunMessage.Kind.SUCCESS, ID).mappedAddress(address).end();
      assertThat(read(out).mappedAddress()).contains(address);
    }
  }

  @Test
  void attributesAfterTheIntegrityCountForNothing() {
    FlowKey key = new FlowKey("key-0001", "s");
    ByteBuffer proven = StunWriter.of(StunMessage.Kind.INDICATION, ID).integrity(key.key(), 32);
    ByteBuffer extended = ByteBuffer.allocate(proven.remaining() + 12);
    extended.put(proven).putShort((short) StunAttribute.COUNTER).putShort((short) 8).putLong(9);
    extended.putShort(2, (short) (extended.capacity() - 20)).flip();
    StunMessage message = read(extended);
    assertThat(message.counter()).isEmpty();
    assertThat(message.integrityHolds(key.key())).isTrue();
  }

  @Test
  void iceMessagesCarryIntegrityAndFingerprint() {
    StunMessage message =
        read(
            StunWriter.of(StunMessage.Kind.REQUEST, ID)
                .username("a:b")
                .nominate(1, 2)
                .iceIntegrity("password"));
    assertThat(message.iceIntegrityHolds("password")).isTrue();
    assertThat(message.fingerprintHolds()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "0001000021", // shorter than a header
        "000100002112a443b7e7a701bc34d686fa87dfae", // another cookie
        "000100042112a442b7e7a701bc34d686fa87dfae", // says it is longer
        "400100002112a442b7e7a701bc34d686fa87dfae", // not STUN's first bits
        "000200002112a442b7e7a701bc34d686fa87dfae", // not a Binding
        "000100042112a442b7e7a701bc34d686fa87dfae00060009", // attribute runs out
        "000100032112a442b7e7a701bc34d686fa87dfae000600" // not a multiple of four
      })
  void refusesWhatIsNotWellFormed(String hex) {
    assertThat(StunMessage.read(bytes(hex))).isEmpty();
  }

  @Test
  void damageNeverEscapes() {
    Random random = new Random(3);
    String[] samples = {SAMPLE_REQUEST, SAMPLE_IPV4_RESPONSE, SAMPLE_IPV6_RESPONSE};
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = bytes(samples[i % 3]).array();
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      ByteBuffer cut = ByteBuffer.wrap(damaged, 0, random.nextInt(damaged.length + 1));
      assertThatCode(() -> StunMessage.read(cut).ifPresent(StunMessageTest::useAll))
          .doesNotThrowAnyException();
    }
  }

  private static void useAll(StunMessage message) {
    message.username();
    message.nonce();
    message.errorCode();
    message.counter();
    message.mappedAddress();
    message.fingerprintHolds();
    message.iceIntegrityHolds("x");
    message.integrityHolds(new FlowKey("key-0001", "s").key());
  }

  @Test
  void tooManyAttributesAreRefused() {
    ByteBuffer out = ByteBuffer.allocate(20 + 33 * 4);
    out.putInt(0x0001_0000 | (33 * 4)).putInt(StunMessage.MAGIC_COOKIE).putInt(1).putLong(2);
    for (int i = 0; i < 33; i++) {
      out.putShort((short) (0x8100 + i)).putShort((short) 0);
    }
    out.flip();
    assertThat(StunMessage.read(out)).isEmpty();
  }

  @Test
  void textsHideSecrets() {
    assertThat(new FlowKey("key-0001", "hush").toString())
        .contains("key-0001")
        .doesNotContain("hush");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DigestNoncesTest {
  private static final PhoneNumber NUMBER = new PhoneNumber("+15550000002");
  private static final PhoneNumber OTHER = new PhoneNumber("+15550000003");
  private static final byte[] HERE = {10, 0, 0, 1};
  private static final byte[] THERE = {10, 0, 0, 2};

  private final DigestNonces nonces = new DigestNonces();

  @Test
  void isGoodForItsNumberItsAddressAndItsTime() {
    String nonce = nonces.make(NUMBER, HERE, -5_000_000_000L);
    assertThat(nonces.stamp(nonce, NUMBER, HERE, 0)).isPresent();
    assertThat(nonces.stamp(nonce, OTHER, HERE, 0)).isEmpty();
    assertThat(nonces.stamp(nonce, NUMBER, THERE, 0)).isEmpty();
    assertThat(nonces.stamp(nonce, NUMBER, HERE, Duration.ofMinutes(30).toNanos())).isEmpty();
    assertThat(new DigestNonces().stamp(nonce, NUMBER, HERE, 0)).as("another run's").isEmpty();
    String wrong = nonce.substring(0, nonce.length() - 2) + (nonce.endsWith("AA") ? "BB" : "AA");
    assertThat(nonces.stamp(wrong, NUMBER, HERE, 0)).isEmpty();
  }

  @Test
  void isGoodAsItWasGivenOutAlone() {
    String nonce = nonces.make(NUMBER, HERE, 5_000);
    for (int at = 0; at < nonce.length(); at++) {
      for (char other : "A-_z\u00e9=".toCharArray()) {
        String spoilt = nonce.substring(0, at) + other + nonce.substring(at + 1);
        assertThat(nonces.stamp(spoilt, NUMBER, HERE, 5_000).isPresent())
            .as(spoilt)
            .isEqualTo(spoilt.equals(nonce));
      }
    }
    assertThat(nonces.stamp(nonce + "A", NUMBER, HERE, 5_000)).isEmpty();
  }

  @Test
  void noTwoAreTheSame() {
    assertThat(nonces.make(NUMBER, HERE, 7)).isNotEqualTo(nonces.make(NUMBER, HERE, 7));
  }

  @Test
  void countsRiseAndWhatIsForgottenIsGoodNoMore() {
    String first = nonces.make(NUMBER, HERE, 0);
    long stamp = nonces.stamp(first, NUMBER, HERE, 0).orElseThrow();
    assertThat(nonces.use(NUMBER, stamp, 3)).isTrue();
    assertThat(nonces.use(NUMBER, stamp, 3)).isFalse();
    assertThat(nonces.use(NUMBER, stamp, 2)).isFalse();
    assertThat(nonces.use(NUMBER, stamp, 4)).isTrue();
    for (int i = 0; i < 8; i++) {
      String next = nonces.make(NUMBER, HERE, 0);
      assertThat(nonces.use(NUMBER, nonces.stamp(next, NUMBER, HERE, 0).orElseThrow(), 1)).isTrue();
    }
    assertThat(nonces.stamp(first, NUMBER, HERE, 0)).as("or it could be replayed").isEmpty();
  }
}

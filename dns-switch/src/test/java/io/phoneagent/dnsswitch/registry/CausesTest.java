// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.protocol.RegistrationRecord.Cause;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class CausesTest {
  private static Causes causes(String... texts) {
    Causes causes = Causes.NONE;
    for (int i = 0; i < texts.length; i++) {
      causes = causes.with(Instant.ofEpochMilli(i + 1), texts[i]);
    }
    return causes;
  }

  private static Causes read(byte[] octets) throws IOException {
    return Causes.read(new DataInputStream(new ByteArrayInputStream(octets)));
  }

  private static byte[] written(Causes causes) {
    OctetWriter out = new OctetWriter();
    causes.write(out);
    return out.toArray();
  }

  @Test
  void theLatestStandsFirst() {
    assertThat(causes("start", "moved").list())
        .containsExactly(
            new Cause(Instant.ofEpochMilli(2), "moved"),
            new Cause(Instant.ofEpochMilli(1), "start"));
  }

  @Test
  void theLastEightStay() {
    assertThat(causes("a", "bb", "ccc", "d", "e", "f", "g", "h", "i", "j").list())
        .extracting(Cause::cause)
        .containsExactly("j", "i", "h", "g", "f", "e", "d", "ccc");
  }

  @Test
  void theSameAgainStandsOnceAndPushesNothingOut() {
    Causes full = causes("a", "b", "c", "d", "e", "f", "g", "h");
    Causes again = full.with(Instant.ofEpochMilli(99), "h");
    assertThat(again.list()).hasSize(8).endsWith(new Cause(Instant.ofEpochMilli(1), "a"));
    assertThat(again.list().get(0)).isEqualTo(new Cause(Instant.ofEpochMilli(99), "h"));
  }

  @Test
  void aCauseThatAnotherBeginsWithIsAnotherOne() {
    assertThat(causes("mov", "moved", "mov").list()).hasSize(3);
  }

  @Test
  void aLongOneLosesItsEnd() {
    String told = causes("\u00e9".repeat(70_000)).list().get(0).cause();
    assertThat(told).isEqualTo("\u00e9".repeat(512));
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    for (Causes causes : Arrays.asList(Causes.NONE, causes(""), causes("a", "\u00fcber", "c"))) {
      assertThat(read(written(causes))).isEqualTo(causes).hasSameHashCodeAs(causes);
    }
    assertThat(causes("a")).isNotEqualTo(causes("b"));
  }

  @Test
  void aTextThatEndsTooEarlyIsRefused() {
    byte[] octets = written(causes("start", "moved"));
    for (int length = 0; length < octets.length; length++) {
      byte[] part = Arrays.copyOf(octets, length);
      assertThatThrownBy(() -> read(part)).isInstanceOf(EOFException.class);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent after what was asked for, and what never is. */
class AccessTest {
  private static final String BASIC = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";

  private final AtomicInteger made = new AtomicInteger();
  private final Access access =
      new Access(
          Optional.of(Credentials.of("Aladdin", "open sesame")),
          () -> "c" + made.incrementAndGet());
  private long now = 1;
  private String sent = "";

  /** {@code sha-a} asks for SHA-256 and the nonce a, {@code sha-a!} says that it was stale. */
  private static String header(String asked) {
    if (!asked.contains("-")) {
      return asked.equals("basic") ? "Basic realm=\"r\"" : "Bearer";
    }
    return "Digest realm=\"r\", qop=\"auth\", algorithm="
        + (asked.startsWith("sha") ? "SHA-256" : "MD5")
        + ", nonce=\""
        + asked.charAt(4)
        + "\""
        + (asked.endsWith("!") ? ", stale=TRUE" : "");
  }

  private void send() {
    String text = access.proof("GET", "/").orElse("open");
    sent =
        text.startsWith("Digest")
            ? (text.contains("SHA-256") ? "sha-" : "md5-")
                + text.replaceAll(".* nonce=\"([^\"]*)\".*", "$1")
                + text.replaceAll(".* nc=0*([0-9a-f]*).*", " $1")
            : text;
  }

  /** Asks once, and is answered 401 so often; what was sent last, or why nothing more is. */
  private String round(String refusals) {
    access.begin();
    send();
    for (String refusal : refusals.trim().split(" +", -1)) {
      Optional<String> why =
          refusal.isEmpty() ? Optional.of(sent) : access.refused(header(refusal), now);
      if (why.isPresent()) {
        return why.get();
      }
      send();
    }
    return sent;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // what the server asks for, one after the other | what it gets, or why not
        "'' | open",
        "basic | Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "basic basic | it refuses the user or the password",
        "basic md5-a | md5-a 1",
        "basic sha-a | sha-a 1",
        "basic sha-a sha-b | it refuses the user or the password",
        "sha-a | sha-a 1",
        "sha-a sha-a | it refuses the user or the password",
        "sha-a sha-b | it refuses the user or the password",
        "sha-a sha-a! | it refuses the user or the password",
        "sha-a sha-b! | sha-b 1",
        "sha-a sha-b! sha-c! | it refuses the user or the password",
        "sha-a basic | it asks for the password by Basic where it asked by Digest with SHA-256",
        "sha-a md5-b! | it asks for the password by Digest with MD5 where it asked by Digest with S",
        "md5-a | md5-a 1",
        "md5-a basic | it asks for the password by Basic where it asked by Digest with MD5",
        "md5-a sha-b! | sha-b 1",
        "bearer | it wants to be logged in to in a way that is not known here"
      })
  void oneRound(String refusals, String leadsTo) {
    assertThat(round(refusals)).startsWith(leadsTo);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // the round before | this one | what it gets, or why not
        "basic | '' | Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "basic | basic | it refuses the user or the password",
        "basic | md5-a | md5-a 1",
        "sha-a | '' | sha-a 2",
        "sha-a | sha-b | sha-b 1",
        "sha-a | sha-a | sha-a 1",
        "sha-a | sha-b! | sha-b 1",
        "sha-a | sha-b! sha-c! | sha-c 1",
        "sha-a | sha-b! sha-c! sha-d! | it refuses the user or the password",
        "sha-a | basic | it asks for the password by Basic where",
        "sha-a | md5-b! | it asks for the password by Digest with MD5 where",
        "md5-a | sha-b | sha-b 1"
      })
  void theNextRound(String before, String refusals, String leadsTo) {
    round(before);
    assertThat(round(refusals)).startsWith(leadsTo);
  }

  @Test
  void theStrongestIsTaken() {
    access.begin();
    send();
    String all = header("basic") + ", " + header("md5-a") + ", " + header("sha-b");
    assertThat(access.refused(all, now)).isEmpty();
    send();
    assertThat(sent).isEqualTo("sha-b 1");
  }

  @Test
  void aRefusedPasswordRests() {
    assertThat(round("basic basic")).contains("not sent again for 5 minutes");
    assertThat(round("basic")).isEqualTo("it has refused the user or the password");
    assertThat(sent).isEqualTo("open");
    now += Access.PAUSE.toNanos() - 1;
    assertThat(round("sha-a")).isEqualTo("it has refused the user or the password");
    now += 1;
    assertThat(round("basic")).isEqualTo(BASIC);
  }

  /** Whoever answers weakly once the password was shown to be worth more gets nothing, ever. */
  @Test
  void nothingIsSentForLessLaterEither() {
    round("sha-a sha-b");
    now += Duration.ofHours(1).toNanos();
    assertThat(round("basic")).contains("nothing is sent");
    assertThat(sent).isEqualTo("open");
    assertThat(round("sha-c")).isEqualTo("sha-c 1");
  }

  @Test
  void withoutAPasswordItSaysWhatIsMissing() {
    Access without = new Access(Optional.empty(), () -> "c");
    without.begin();
    assertThat(without.proof("GET", "/")).isEmpty();
    assertThat(without.refused(header("sha-a"), now))
        .hasValue("it asks for a user and a password (Digest with SHA-256); give them");
  }

  /** RFC 7617, section 2.1. */
  @Test
  void basicIsUtf8() {
    Access british = new Access(Optional.of(Credentials.of("test", "123\u00a3")), () -> "c");
    british.begin();
    assertThat(british.refused("Basic realm=\"foo\", charset=\"UTF-8\"", now)).isEmpty();
    assertThat(british.proof("GET", "/")).hasValue("Basic dGVzdDoxMjPCow==");
  }
}

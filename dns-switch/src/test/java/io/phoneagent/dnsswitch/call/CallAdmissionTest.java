// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.HeaderField;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipTokens;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The digest of a phone's new calls. */
class CallAdmissionTest {
  private final World world = new World();
  private final AgentPhone alice = world.phone(ALICE);
  private final AgentPhone bob = world.phone(BOB);

  @BeforeEach
  void bobRings() {
    bob.rings();
  }

  /** Sends the same field whatever is asked. */
  private static RequestCredentials always(HeaderField field) {
    return new RequestCredentials() {
      @Override
      public Optional<HeaderField> preemptive(SipMethod method, String uri) {
        return Optional.of(field);
      }

      @Override
      public Optional<HeaderField> answer(SipResponse challenge, SipMethod method, String uri) {
        return Optional.empty();
      }
    };
  }

  private HeaderField proof(String uri) {
    return alice.account(alice.nonce).preemptive(SipMethod.INVITE, uri).orElseThrow();
  }

  private String outcome() {
    alice.call(BOB);
    world.millis(300);
    return String.join(", ", alice.take());
  }

  private static final String URI = "sip:" + BOB + "@192.0.2.10:5060";

  @Test
  void letsAProvenCallIn() {
    assertThat(outcome()).isEqualTo("progress 180");
    assertThat(alice.countReceived("SIP/2.0 401")).isZero();
  }

  @Test
  void challengesACallWithoutProof() {
    alice.credentials = RequestCredentials.none();
    assertThat(outcome()).isEqualTo("ended 401 there");
    assertThat(bob.take()).isEmpty();
  }

  @Test
  void refusesAWrongSecret() {
    alice.credentials = new DigestAccount(ALICE.e164(), "guess", SipTokens.from(new Random(1)));
    assertThat(outcome()).isEqualTo("ended 401 there");
    assertThat(alice.lastReceived("SIP/2.0 401")).doesNotContain("stale");
  }

  @Test
  void refusesAReplay() {
    alice.credentials = always(proof(URI));
    assertThat(outcome()).isEqualTo("progress 180");
    assertThat(outcome()).isEqualTo("ended 401 there");
  }

  @Test
  void refusesAReplayOfTheNonceBefore() {
    HeaderField first = proof(URI);
    alice.credentials = always(first);
    assertThat(outcome()).isEqualTo("progress 180");
    alice.register(); // the flow is not bound with the new key yet: both nonces are good
    assertThat(outcome()).isEqualTo("progress 180");
    alice.credentials = always(first);
    assertThat(outcome()).isEqualTo("ended 401 there");
  }

  @Test
  void refusesTheProofOfAnotherUri() {
    alice.credentials = always(proof("sip:+15550000003@192.0.2.10:5060"));
    assertThat(outcome()).isEqualTo("ended 401 there");
  }

  @Test
  void refusesAnotherNumberInFrom() {
    alice.call(BOB.e164(), "+15550000003");
    world.millis(300);
    assertThat(alice.take()).containsExactly("ended 403 there");
  }

  @Test
  void refusesThePhonesOwnAlgorithm() {
    DigestAccount md5 = new DigestAccount(ALICE.e164(), "secret", SipTokens.from(new Random(1)));
    md5.learn(DigestChallenge.of("phoneagent", alice.nonce, DigestAlgorithm.MD5));
    alice.credentials = always(md5.preemptive(SipMethod.INVITE, URI).orElseThrow());
    assertThat(outcome()).isEqualTo("ended 401 there");
  }

  @Test
  void challengesAnOldNonceSoThatTheNextTryWorks() {
    String old = alice.nonce;
    alice.register();
    alice.flow().bind();
    world.millis(200);
    alice.credentials = alice.account(old);
    assertThat(outcome()).isEqualTo("progress 180");
    assertThat(alice.lastReceived("SIP/2.0 401")).contains("stale=true");
  }

  @Test
  void challengesARestartedPhoneSoThatTheNextTryWorks() {
    assertThat(outcome()).isEqualTo("progress 180");
    alice.credentials = alice.account(alice.nonce); // counts from one again
    assertThat(outcome()).isEqualTo("progress 180");
    assertThat(outcome()).isEqualTo("progress 180");
    assertThat(alice.countReceived("SIP/2.0 401")).isEqualTo(1);
  }

  @Test
  void aChallengeHoldsFiveMinutesAndForOneNumber() {
    Nonces nonces = new Nonces();
    String nonce = nonces.make(ALICE.e164(), 0);
    assertThat(nonces.make(ALICE.e164(), 0)).isNotEqualTo(nonce);
    assertThat(nonces.isFresh(ALICE.e164(), nonce, 299_000_000_000L)).isTrue();
    assertThat(nonces.isFresh(ALICE.e164(), nonce, 301_000_000_000L)).isFalse();
    assertThat(nonces.isFresh(BOB.e164(), nonce, 0)).isFalse();
    assertThat(nonces.isFresh(ALICE.e164(), nonce + "x", 0)).isFalse();
    assertThat(nonces.isFresh(ALICE.e164(), "99999999999999999999.x", 0)).isFalse();
    assertThat(nonces.isFresh(ALICE.e164(), "", 0)).isFalse();
  }

  @Test
  void aForgottenNonceIsNotGoodAgain() {
    Nonces nonces = new Nonces();
    String first = nonces.make(ALICE.e164(), 0);
    assertThat(nonces.use(ALICE.e164(), first, 1)).isTrue();
    assertThat(nonces.use(ALICE.e164(), first, 1)).isFalse();
    for (int i = 0; i < 20; i++) {
      assertThat(nonces.use(ALICE.e164(), nonces.make(ALICE.e164(), 0), 1)).isTrue();
    }
    assertThat(nonces.isFresh(ALICE.e164(), first, 0)).isFalse();
  }
}

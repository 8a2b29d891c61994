// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentSettings;
import io.phoneagent.AgentStatus;
import io.phoneagent.Call;
import io.phoneagent.Line;
import io.phoneagent.MediaDescription;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.Digest;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.DigestCredentials;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose challenges of calls are answered with a line's password: the registrar's alone. */
class CallCredentialsTest {
  private static final String SDP =
      """
      v=0
      o=- 1 1 IN IP4 192.168.1.100
      s=-
      c=IN IP4 192.168.1.100
      t=0 0
      m=audio 40000 RTP/AVP 0
      """
          .replace("\n", "\r\n");

  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final VirtualRegistrar registrar;
  private final List<String> told = new ArrayList<>();
  private Line line = Line.extension("1001").secret(VirtualRegistrar.PASSWORD);

  CallCredentialsTest() throws IOException {
    registrar = new VirtualRegistrar(world.time, world.network.host("198.51.100.7"));
  }

  private final class Events implements AgentListener {
    @Override
    public void callEnded(Call call, int status, String cause) {
      told.add("ended " + status);
    }

    @Override
    public void disrupted(String what, String detail, Optional<Duration> retryIn) {
      told.add(what + ": " + detail);
    }
  }

  private RunningAgent agent() {
    RunningAgent agent =
        world.agent(
            world
                .builder(new FixedAddress(), line)
                .settings(
                    AgentSettings.builder()
                        .registrars(List.of(URI.create("sip:198.51.100.7")))
                        .build())
                .dnsSwitches(List.of())
                .probe(new FirewallSources().get("/ip", ""))
                .listener(new Events()));
    agent.start();
    world.advance(3_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    return agent;
  }

  /** The INVITEs of one call. */
  private List<SipRequest> call(RunningAgent agent) {
    int before = registrar.invites().size();
    agent.line("1001").call("1002", new MediaDescription(SDP));
    world.advance(500);
    return registrar.invites().subList(before, registrar.invites().size());
  }

  private static DigestChallenge challenge(String realm, DigestAlgorithm algorithm) {
    return DigestChallenge.of(realm, "chosen", algorithm);
  }

  private static DigestCredentials proof(SipRequest invite) {
    return DigestCredentials.parse(
            invite
                .header(HeaderName.PROXY_AUTHORIZATION)
                .or(() -> invite.header(HeaderName.AUTHORIZATION))
                .orElseThrow())
        .orElseThrow();
  }

  private static boolean proves(SipRequest invite) {
    DigestCredentials proof = proof(invite);
    String ha1 = Digest.ha1(proof.algorithm(), "1001", proof.realm(), VirtualRegistrar.PASSWORD);
    return Digest.verify(proof, ha1, SipMethod.INVITE);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 407})
  void whatTheRegistrarAsksInItsOwnRealmIsProven(int status) {
    registrar.challengesCalls(status, challenge(VirtualRegistrar.REALM, DigestAlgorithm.MD5));
    RunningAgent agent = agent();
    List<SipRequest> invites = call(agent);
    assertThat(invites).hasSize(2);
    assertThat(proves(invites.get(1))).isTrue();
    assertThat(told).isEmpty();
    agent.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 407})
  void whoIsCalledGetsNothingToTryPasswordsOn(int status) {
    registrar.challengesCalls(status, challenge("elsewhere\u001b.test", DigestAlgorithm.MD5));
    RunningAgent agent = agent();
    assertThat(call(agent)).hasSize(1);
    assertThat(told).hasSize(2).last().isEqualTo("ended " + status);
    assertThat(told.get(0))
        .startsWith("password: a call of 1001 was asked for the password in the realm 'elsewhere")
        .doesNotContain("\u001b")
        .contains("registrar's own is 'registrar.test'", "Line.realm");
    assertThat(PhoneOnVirtualTime.causes(agent)).contains(told.get(0));
    agent.close();
  }

  @Test
  void ofSeveralChallengesTheRegistrarsIsAnswered() {
    registrar.challengesCalls(
        407,
        challenge("elsewhere.test", DigestAlgorithm.SHA_256),
        challenge(VirtualRegistrar.REALM, DigestAlgorithm.MD5));
    RunningAgent agent = agent();
    assertThat(proof(call(agent).get(1)).realm()).isEqualTo(VirtualRegistrar.REALM);
    agent.close();
  }

  @Test
  void aWeakerHashThanTheRegistrarsIsRefused() {
    registrar.offersBoth();
    registrar.challengesCalls(407, challenge(VirtualRegistrar.REALM, DigestAlgorithm.MD5));
    RunningAgent agent = agent();
    assertThat(call(agent)).hasSize(1);
    assertThat(told).first().asString().contains("hashed by MD5", "SHA-256");
    registrar.challengesCalls(407, challenge(VirtualRegistrar.REALM, DigestAlgorithm.SHA_256));
    assertThat(proves(call(agent).get(1))).isTrue();
    agent.close();
  }

  @Test
  void anotherRealmOfTheRegistrarsMayBeNamed() {
    line = line.realm("calls.test");
    registrar.challengesCalls(407, challenge("calls.test", DigestAlgorithm.MD5));
    RunningAgent agent = agent();
    List<SipRequest> invites = call(agent);
    assertThat(proof(invites.get(1)).realm()).isEqualTo("calls.test");
    assertThat(proves(invites.get(1))).isTrue();
    agent.close();
  }

  @Test
  void aRegistrarThatWantsNoPasswordHasNoRealm() {
    for (int i = 0; i < 10; i++) {
      registrar.acceptNext();
    }
    registrar.challengesCalls(407, challenge(VirtualRegistrar.REALM, DigestAlgorithm.MD5));
    RunningAgent agent = agent();
    assertThat(call(agent)).hasSize(1);
    assertThat(told).first().asString().contains("not known, as it asks for none");
    agent.close();
  }
}

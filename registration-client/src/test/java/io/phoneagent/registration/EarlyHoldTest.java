// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentStatus;
import io.phoneagent.Call;
import io.phoneagent.CallState;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionOffer;
import io.phoneagent.sip.SipSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A call that is put on hold while it rings, with early media (RFC 3311). */
class EarlyHoldTest {

  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final List<String> told = new ArrayList<>();

  @Test
  void isNotEstablishedByThat() throws IOException {
    VirtualRegistrar registrar =
        new VirtualRegistrar(world.time, world.network.host("198.51.100.7"));
    RunningAgent agent =
        world.agent(
            world
                .registering(VirtualRegistrar.line(), "198.51.100.7;transport=udp")
                .probe(new FirewallSources().get("/ip", ""))
                .listener(
                    new AgentListener() {
                      @Override
                      public void offerAccepted(Call call, String cause) {
                        told.add("accepted");
                      }
                    }));
    agent.start();
    world.advance(3_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    Call call = agent.line(VirtualRegistrar.NUMBER).call("+15551230002", Samples.MEDIA);
    world.advance(300);
    SipSession there = registrar.incoming().get(0);
    there.listener(
        new SessionListener() {
          @Override
          public void onOffer(SipSession session, SessionOffer offer) {
            told.add("offer");
            offer.accept((Samples.SDP + "a=recvonly\r\n").getBytes(UTF_8));
          }
        });
    there.progress(183, Samples.sdp());
    world.advance(300);
    call.hold();
    world.advance(300);
    assertThat(told).containsExactly("offer", "accepted");
    assertThat(call.state()).isEqualTo(CallState.RINGING);
    assertThat(call.remote().orElseThrow().sdp()).contains("a=recvonly");
    there.answer(Samples.sdp());
    world.advance(300);
    assertThat(call.state()).isEqualTo(CallState.ESTABLISHED);
    assertThat(call.remote().orElseThrow().sdp()).contains("a=recvonly");
  }
}

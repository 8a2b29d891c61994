// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentStatus;
import io.phoneagent.Call;
import io.phoneagent.CallState;
import io.phoneagent.Line;
import io.phoneagent.MediaDescription;
import io.phoneagent.Transport;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionOffer;
import io.phoneagent.sip.SipSession;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A call that is put on hold while it rings, with early media (RFC 3311). */
class EarlyHoldTest {
  private static final String NUMBER = "+15551230001";
  private static final String SDP =
      """
      v=0
      o=- 7 1 IN IP4 192.168.1.100
      s=-
      c=IN IP4 192.168.1.100
      t=0 0
      m=audio 4000 RTP/AVP 0
      """
          .replace("\n", "\r\n");

  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final List<String> told = new ArrayList<>();

  @Test
  void isNotEstablishedByThat() throws IOException {
    VirtualRegistrar registrar =
        new VirtualRegistrar(world.time, world.network.host("198.51.100.7"));
    RunningAgent agent =
        world.agent(
            world
                .builder(
                    new FixedAddress(),
                    Line.number(NUMBER).secret(VirtualRegistrar.PASSWORD).user("anna"))
                .registrars(List.of(URI.create("sip:198.51.100.7;transport=udp")))
                .dnsSwitches(List.of())
                .transport(Transport.UDP)
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
    Call call = agent.line(NUMBER).call("+15551230002", new MediaDescription(SDP));
    world.advance(300);
    SipSession there = registrar.incoming().get(0);
    there.listener(
        new SessionListener() {
          @Override
          public void onOffer(SipSession session, SessionOffer offer) {
            told.add("offer");
            offer.accept((SDP + "a=recvonly\r\n").getBytes(UTF_8));
          }
        });
    there.progress(183, SDP.getBytes(UTF_8));
    world.advance(300);
    call.hold();
    world.advance(300);
    assertThat(told).containsExactly("offer", "accepted");
    assertThat(call.state()).isEqualTo(CallState.RINGING);
    assertThat(call.remote().orElseThrow().sdp()).contains("a=recvonly");
    there.answer(SDP.getBytes(UTF_8));
    world.advance(300);
    assertThat(call.state()).isEqualTo(CallState.ESTABLISHED);
    assertThat(call.remote().orElseThrow().sdp()).contains("a=recvonly");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentStatus;
import io.phoneagent.Call;
import io.phoneagent.CallHandler;
import io.phoneagent.Lease;
import io.phoneagent.MediaDescription;
import io.phoneagent.StopMode;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.IdentityStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What a vendor does wrong with calls: nobody is left ringing, and the vendor is told. */
class CallDefectTest {

  private final PhoneOnVirtualTime phone = new PhoneOnVirtualTime();
  private final List<String> caller = new ArrayList<>();

  CallDefectTest() throws IOException {}

  private AgentConfiguration.Builder builder() {
    return phone.builder(new FixedAddress()).probe(new FirewallSources().get("/ip", ""));
  }

  private RunningAgent online(AgentConfiguration.Builder configuration) {
    RunningAgent agent = phone.agent(configuration);
    agent.start();
    phone.advance(1_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    phone.events.clear();
    return agent;
  }

  private SipSession callThePhone() {
    SipSession session =
        phone
            .dnsSwitch
            .userAgent()
            .call(
                CallRequest.to(
                        SipUri.of(VirtualSwitch.OWNER, "203.0.113.11"),
                        NameAddr.of(SipUri.of("+15551230002", "198.51.100.1")))
                    .sdp(Samples.sdp()),
                SipPeer.udp(phone.dnsSwitch.path().orElseThrow()),
                new SessionListener() {
                  @Override
                  public void onEstablished(SipSession established) {
                    caller.add("established");
                  }

                  @Override
                  public void onOfferRejected(SipSession established, int status) {
                    caller.add("offer refused " + status);
                  }

                  @Override
                  public void onEnded(SipSession ended, SessionEnd end) {
                    caller.add("ended " + end.status());
                  }
                });
    phone.advance(500);
    return session;
  }

  private RunningAgent calledWith(CallHandler handler) {
    RunningAgent agent = online(builder().callHandler(handler));
    callThePhone();
    return agent;
  }

  @Test
  void aHandlerThatThrowsRefusesTheCall() {
    RunningAgent agent =
        calledWith(
            call -> {
              throw new IllegalStateException("no ringer");
            });
    assertThat(caller).containsExactly("ended 500");
    assertThat(phone.events).hasSize(2);
    assertThat(phone.events.get(0))
        .startsWith("callback: onIncomingCall: java.lang.IllegalStateException: no ringer at ");
    assertThat(phone.events.get(1)).startsWith("ended 500 onIncomingCall: ").contains("no ringer");
    assertThat(PhoneOnVirtualTime.causes(agent)).anyMatch(c -> c.contains("no ringer"));
  }

  @Test
  void aStatusThatRefusesNothingRefusesTheCallAllTheSame() {
    calledWith(call -> call.reject(200));
    assertThat(caller).containsExactly("ended 500");
    assertThat(phone.events.get(0)).contains("status: 200 does not refuse a call");
  }

  @Test
  @SuppressWarnings("NullAway") // What the vendor does is what is tested.
  void anAnswerOfNothingRefusesTheCall() {
    calledWith(call -> call.answer(null));
    assertThat(caller).containsExactly("ended 500");
    assertThat(phone.events.get(0)).contains("NullPointerException: answer");
  }

  @Test
  void anAnswerThatIsUnusableIsNotTakenForTheOtherSidesHangingUp() {
    calledWith(call -> call.answer(new MediaDescription("v=0\r\no=- 1 1 IN IP4 0\r\ns=-\r\n")));
    assertThat(caller).containsExactly("ended 500");
    assertThat(phone.events)
        .containsExactly("ended 500 this phone's own answer cannot be used: it describes no audio");
  }

  @Test
  void aCallThatWasAnsweredBeforeTheHandlerThrewGoesOn() {
    calledWith(
        call -> {
          call.answer(Samples.MEDIA);
          throw new IllegalStateException("late");
        });
    assertThat(caller).containsExactly("established");
    assertThat(phone.events).hasSize(2).contains("established");
  }

  @Test
  void aListenerThatThrowsOnAnOfferRefusesIt() {
    List<String> told = new ArrayList<>();
    RunningAgent agent =
        online(
            builder()
                .callHandler(call -> call.answer(Samples.MEDIA))
                .listener(
                    new AgentListener() {
                      @Override
                      public Optional<MediaDescription> callChanged(
                          Call call, MediaDescription offer, String cause) {
                        throw new IllegalStateException("no hold");
                      }

                      @Override
                      public void disrupted(
                          String what, String detail, Optional<Duration> retryIn) {
                        told.add(what + ": " + detail);
                      }
                    }));
    SipSession session = callThePhone();
    session.offer(Samples.sdp());
    phone.advance(500);
    assertThat(caller).containsExactly("established", "offer refused 488");
    assertThat(told).hasSize(1);
    assertThat(told.get(0)).startsWith("callback: callChanged: ").contains("no hold");
    assertThat(PhoneOnVirtualTime.causes(agent)).anyMatch(c -> c.contains("no hold"));
  }

  @Test
  void anExecutorThatTakesNoMoreIsNotedOnceAndTheAgentCanStillStop() {
    boolean[] shut = new boolean[1];
    RunningAgent[] made = new RunningAgent[1];
    made[0] =
        phone.agent(
            builder(),
            new InOrder(
                task -> {
                  if (shut[0]) {
                    throw new RejectedExecutionException("shut down");
                  }
                  phone.time.execute(task);
                },
                () -> made[0].callbacksDropped()),
            IdentityStore.inMemory());
    made[0].start();
    phone.advance(1_000);
    shut[0] = true;
    made[0].suspend();
    phone.advance(1_000);
    made[0].resume();
    phone.advance(1_000);
    assertThat(PhoneOnVirtualTime.causes(made[0]))
        .containsOnlyOnce("the callback executor takes no more: callbacks are dropped");
    assertThat(phone.left()).isFalse();
    made[0].end(StopMode.LEAVE, new CompletableFuture<>());
    phone.advance(1_000);
    assertThat(phone.left()).isTrue();
  }

  @Test
  void whatAListenerThrowsStandsInTheTimeline() {
    RunningAgent agent =
        online(
            builder()
                .listener(
                    new AgentListener() {
                      @Override
                      public void leased(Lease lease, String cause) {
                        throw new IllegalStateException("the display is off");
                      }
                    }));
    assertThat(PhoneOnVirtualTime.causes(agent))
        .anyMatch(
            c ->
                c.startsWith("callback: java.lang.IllegalStateException: the display is off at ")
                    && c.contains("CallDefectTest"));
  }

  @Test
  @SuppressWarnings("NullAway") // What the vendor does is what is tested.
  void callingWithNothingIsRefusedAtOnce() {
    RunningAgent agent = online(builder());
    assertThatThrownBy(() -> agent.line(VirtualSwitch.OWNER).call("+15551230002", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("offer");
    assertThatThrownBy(() -> agent.line(VirtualSwitch.OWNER).call(null, Samples.MEDIA))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("target");
    assertThatThrownBy(() -> new MediaDescription(null)).hasMessage("sdp");
  }
}

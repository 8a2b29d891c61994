// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentStatus;
import io.phoneagent.Call;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.MediaDescription;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.Dialog;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.IncomingRefer;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.Replaces;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SessionOffer;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hold, keys and transfers as a vendor sees them. */
class AgentCallControlTest {

  private final PhoneOnVirtualTime phone = new PhoneOnVirtualTime();
  private final List<String> told = new ArrayList<>();
  private final List<String> other = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private Optional<IncomingRefer> refer = Optional.empty();
  private SipSession session;

  AgentCallControlTest() throws IOException {
    RunningAgent agent =
        phone.agent(
            phone
                .builder(new FixedAddress())
                .probe(new FirewallSources().get("/ip", ""))
                .callHandler(
                    call -> {
                      calls.add(call);
                      call.answer(Samples.MEDIA);
                    })
                .listener(new Events()));
    agent.start();
    phone.advance(1_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
    session = callThePhone(Optional.empty());
  }

  private final class Events implements AgentListener {
    @Override
    public Optional<MediaDescription> callChanged(Call call, MediaDescription offer, String cause) {
      return Optional.of(Samples.MEDIA);
    }

    @Override
    public void callHeld(Call call, boolean held, String cause) {
      told.add(held ? "held" : "resumed");
    }

    @Override
    public void callDigit(Call call, char digit, String cause) {
      told.add("digit " + digit);
    }

    @Override
    public void callTransferred(Call call, int status, String cause) {
      told.add("transfer " + status);
    }

    @Override
    public void offerAccepted(Call call, String cause) {
      told.add("offer accepted");
    }

    @Override
    public void offerRefused(Call call, int status, String cause) {
      told.add("offer refused " + status);
    }

    @Override
    public void callEnded(Call call, int status, String cause) {
      told.add("ended");
    }
  }

  private final class Other implements SessionListener {
    @Override
    public void onOffer(SipSession from, SessionOffer offer) {
      SessionDescription read = SessionDescription.parse(offer.sdp().orElseThrow()).orElseThrow();
      other.add(read.direction(read.audio().orElseThrow()) + " version " + read.version());
      offer.accept(Samples.sdp());
    }

    @Override
    public void onRefer(SipSession from, IncomingRefer given) {
      other.add("refer " + given.referTo().target().number());
      refer = Optional.of(given);
    }

    @Override
    public void onEnded(SipSession ended, SessionEnd end) {
      other.add("ended " + end.status());
    }
  }

  private SipSession callThePhone(Optional<Replaces> replaces) {
    CallRequest request =
        CallRequest.to(
                SipUri.of(VirtualSwitch.OWNER, "203.0.113.11"),
                NameAddr.of(SipUri.of("+15551230002", "198.51.100.1")))
            .sdp(Samples.sdp());
    replaces.ifPresent(r -> request.add(HeaderName.REPLACES, r.toString()));
    SipSession made =
        phone
            .dnsSwitch
            .userAgent()
            .call(request, SipPeer.udp(phone.dnsSwitch.path().orElseThrow()), new Other());
    phone.advance(500);
    return made;
  }

  @BeforeEach
  void nothingYet() {
    told.clear();
    other.clear();
  }

  private Call call() {
    return calls.get(0);
  }

  private void offers(String direction) {
    session.offer((Samples.SDP + "a=" + direction + "\r\n").getBytes(UTF_8));
    phone.advance(500);
  }

  @Test
  void tellsOnceThatTheOtherSideHolds() {
    offers("sendonly");
    offers("inactive");
    offers("sendrecv");
    offers("recvonly");
    assertThat(told).containsExactly("held", "resumed");
    session.offer(
        Samples.SDP.replace("c=IN IP4 192.168.1.100", "c=IN IP4 0.0.0.0").getBytes(UTF_8));
    phone.advance(500);
    assertThat(told).containsExactly("held", "resumed", "held");
  }

  @Test
  void holdsAndResumes() {
    call().hold();
    phone.advance(500);
    call().resume();
    phone.advance(500);
    assertThat(other).containsExactly("SENDONLY version 2", "SENDRECV version 3");
    assertThat(told).containsExactly("offer accepted", "offer accepted");
    call().hold();
    call().resume();
    phone.advance(500);
    assertThat(told.subList(2, 4)).containsExactly("offer refused 491", "offer accepted");
  }

  @Test
  void hearsKeysOfSignalling() {
    for (String signal : new String[] {"5", "*", "11", " a", "x", "", "16"}) {
      session.info(
          "application/dtmf-relay", ("Signal=" + signal + "\r\nDuration=160").getBytes(UTF_8));
      phone.advance(100);
    }
    session.info("application/dtmf", "7".getBytes(UTF_8));
    session.info("text/plain", "8".getBytes(UTF_8));
    phone.advance(100);
    assertThat(told).containsExactly("digit 5", "digit *", "digit #", "digit A", "digit 7");
  }

  @Test
  void transfersAndHearsWhatBecomesOfIt() {
    call().transfer("+15551230003");
    phone.advance(100);
    assertThat(other).containsExactly("refer +15551230003");
    refer.orElseThrow().accept();
    call().transfer("+15551230004");
    phone.advance(100);
    refer.orElseThrow().progress(180);
    phone.advance(100);
    refer.orElseThrow().progress(486);
    phone.advance(100);
    assertThat(told)
        .containsExactly("transfer 491", "transfer 100", "transfer 180", "transfer 486");
    assertThatThrownBy(() -> call().transfer("nobody")).isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> call().transfer(call())).isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void joinsTwoCalls() {
    SipSession second = callThePhone(Optional.empty());
    call().transfer(calls.get(1));
    phone.advance(100);
    // As the switch knows that dialog: its own tag is the one that is asked.
    Dialog.Id id = second.dialog().orElseThrow().id();
    assertThat(refer.orElseThrow().referTo().replaces())
        .contains(new Replaces(id.callId(), id.localTag(), id.remoteTag(), false));
  }

  @Test
  void aCallThatTakesTheOthersPlaceEndsIt() {
    callThePhone(Optional.of(Replaces.of(session.dialog().orElseThrow())));
    assertThat(calls).hasSize(2);
    assertThat(calls.get(1).replaces()).contains(call().id());
    assertThat(call().replaces()).isEmpty();
    assertThat(told).containsExactly("ended");
    assertThat(other).containsExactly("ended 200");
  }
}

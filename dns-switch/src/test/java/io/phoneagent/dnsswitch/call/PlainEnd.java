// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.ClientTransaction;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.SipUserAgent;
import io.phoneagent.testkit.VirtualHost;
import java.util.Optional;
import java.util.Random;

/** A plain SIP phone, as it comes from any shop. */
final class PlainEnd extends End {
  final PhoneNumber number;
  private int sequence;
  Optional<SipResponse> answer = Optional.empty();

  PlainEnd(World world, PhoneNumber number, VirtualHost host, int port) {
    super(world, number.e164(), host, port);
    this.number = number;
    credentials = new DigestAccount(number.e164(), "secret", SipTokens.from(new Random(port)));
  }

  /** Registers for an hour. */
  SipResponse register() {
    return register(contact(), 3600);
  }

  String contact() {
    return "<sip:" + number.e164() + "@" + host.address().getHostAddress() + ":5060>";
  }

  /** Registers such a contact, and waits for the last answer. */
  SipResponse register(String contact, int expires) {
    return register(contact, expires, HeaderName.SUBJECT, "a call");
  }

  SipResponse register(String contact, int expires, HeaderName field, String value) {
    SipUri registrar = SipUri.of("", "192.0.2.10");
    NameAddr self = NameAddr.of(SipUri.of(number.e164(), "192.0.2.10"));
    answer = Optional.empty();
    sequence++;
    SipRequest.Builder request =
        SipRequest.builder(SipMethod.REGISTER, registrar)
            .add(HeaderName.FROM, self.with("tag", "t" + sequence).toString())
            .add(HeaderName.TO, self.toString())
            .add(HeaderName.CALL_ID, name + "-" + host.address().getHostAddress() + "-" + sequence)
            .add(HeaderName.EXPIRES, Integer.toString(expires))
            .add(field, value);
    if (!contact.isEmpty()) {
      request.add(HeaderName.CONTACT, contact);
    }
    agent.request(
        request,
        SipMethod.REGISTER,
        switchPeer(),
        credentials,
        new SipUserAgent.AnswerListener() {
          @Override
          public void onAnswer(SipResponse response) {
            answer = Optional.of(response);
          }

          @Override
          public void onFailure(ClientTransaction.Failure failure) {
            events.add("register " + failure);
          }
        });
    world.millis(200);
    return answer.orElseThrow(() -> new AssertionError("REGISTER is not answered"));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Whom to call, as whom, with which offer. */
public final class CallRequest {
  private final Uri target;
  private final NameAddr from;
  private NameAddr to;
  private byte[] sdp = new byte[0];
  private int maxForwards = 70;
  private RequestCredentials credentials = RequestCredentials.none();
  private final List<HeaderField> fields = new ArrayList<>();

  private CallRequest(Uri target, NameAddr from) {
    this.target = target;
    this.from = from;
    this.to = NameAddr.of(target);
  }

  /**
   * Begins a request.
   *
   * @param target the Request-URI, and the To field unless {@link #toField} says otherwise
   * @param from who calls; its tag is made anew
   */
  public static CallRequest to(Uri target, NameAddr from) {
    return new CallRequest(target, from);
  }

  /** Another address for the To field than the target. */
  public CallRequest toField(NameAddr address) {
    to = address;
    return this;
  }

  /** The offer; without one, the other end makes it and {@link SipSession#acknowledge} answers. */
  public CallRequest sdp(byte[] offer) {
    sdp = offer.clone();
    return this;
  }

  /**
   * How many hops the INVITE may take, 70 if nothing is said (RFC 3261 section 8.1.1.6).
   *
   * @param hops 0 to 255
   */
  public CallRequest maxForwards(int hops) {
    if (hops < 0 || hops > 255) {
      throw new IllegalArgumentException("Max-Forwards is 0 to 255, not " + hops);
    }
    maxForwards = hops;
    return this;
  }

  /**
   * What authenticates the INVITE and all later requests of the call; nothing if nothing is said.
   */
  public CallRequest credentials(RequestCredentials given) {
    credentials = given;
    return this;
  }

  /** One more field of the INVITE. */
  public CallRequest add(HeaderName name, String value) {
    fields.add(new HeaderField(name, value));
    return this;
  }

  NameAddr from() {
    return from;
  }

  NameAddr to() {
    return to;
  }

  RequestCredentials credentials() {
    return credentials;
  }

  byte[] sdp() {
    return sdp.clone();
  }

  List<HeaderField> fields() {
    return Collections.unmodifiableList(fields);
  }

  SipRequest.Builder invite(String callId, String localTag, long sequence) {
    SipRequest.Builder invite =
        SipRequest.builder(SipMethod.INVITE, target)
            .add(HeaderName.MAX_FORWARDS, Integer.toString(maxForwards))
            .add(HeaderName.FROM, from.withoutParameters().with("tag", localTag).toString())
            .add(HeaderName.TO, to.withoutParameters().toString())
            .add(HeaderName.CALL_ID, callId)
            .add(HeaderName.CSEQ, new CSeq(sequence, SipMethod.INVITE).toString())
            .add(fields);
    return sdp.length == 0 ? invite : invite.body(SipUserAgent.SDP, sdp);
  }
}

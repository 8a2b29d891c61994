// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.IncomingRefer;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SessionEnd;
import io.phoneagent.sip.SipSession;
import java.time.Duration;

/**
 * A call that the other side of an earlier one has asked for (RFC 3515): it hears how that goes.
 * The earlier one goes on until its other side ends it, as whoever transfers does (RFC 5589), or
 * for a while after this one is answered. On the loop.
 */
final class Referral {
  private static final int NOBODY = 603;
  private static final Duration LEAVE = Duration.ofSeconds(5);

  private final AgentParts parts;
  private final SipSession earlier;
  private final IncomingRefer refer;

  Referral(AgentParts parts, SipSession earlier, IncomingRefer refer) {
    this.parts = parts;
    this.earlier = earlier;
    this.refer = refer;
  }

  /** What the earlier call was described as last, both ways. */
  byte[] described() {
    byte[] last = earlier.localSdp().orElseThrow(() -> new IllegalStateException("no media"));
    return AgentCall.flowing(last, SdpDirection.SENDRECV).orElse(last);
  }

  /** The new call says in whose place and on whose behalf it is. */
  CallRequest named(CallRequest call) {
    refer.referTo().replaces().ifPresent(r -> call.add(HeaderName.REPLACES, r.toString()));
    NameAddr other = earlier.isIncoming() ? earlier.from() : earlier.to();
    String by =
        refer
            .request()
            .header(HeaderName.REFERRED_BY)
            .flatMap(NameAddr::parse)
            .orElse(other.withoutParameters())
            .toString();
    return call.add(HeaderName.REFERRED_BY, by);
  }

  /** It rings. */
  void progress(int status) {
    refer.progress(Math.min(199, status));
  }

  /** It is answered. */
  void established() {
    refer.progress(200);
    parts.loop().schedule(LEAVE, earlier::hangUp);
  }

  /** It has ended before it was answered. */
  void ended(SessionEnd end) {
    refused(end.status());
  }

  /** It does not come to be. */
  void refused(int status) {
    refer.progress(status >= 300 ? status : NOBODY);
  }
}

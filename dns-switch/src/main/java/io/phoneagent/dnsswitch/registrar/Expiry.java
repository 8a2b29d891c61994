// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import io.phoneagent.Transport;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipUri;
import io.phoneagent.spi.IpLiteral;
import java.util.OptionalLong;

/** For how long a contact is registered, in seconds (RFC 3261, section 10.3, step 7). */
final class Expiry {
  /** Less would be a load without use: a phone that is asked for less asks for this. */
  static final long MIN = 60;

  static final long DEFAULT = 3_600;
  private static final long MAX = 7_200;
  // NATs forget a mapping of datagrams after two minutes, many after less (RFC 4787, REQ-5).
  private static final long BEHIND_NAT = 60;
  // A connection that is silent for five minutes is closed.
  private static final long CONNECTED = 240;

  /** How often a phone with outbound has to keep its flow alive (RFC 5626, section 4.4). */
  static final long FLOW_TIMER_DATAGRAMS = 25;

  static final long FLOW_TIMER_CONNECTED = 120;

  private Expiry() {}

  /** What a contact asks for; 0 ends it. */
  static long asked(NameAddr contact, SipRequest request) {
    OptionalLong own = contact.parameter("expires").map(Expiry::seconds).orElse(request.expires());
    return own.orElse(DEFAULT);
  }

  private static OptionalLong seconds(String text) {
    boolean digits =
        !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return OptionalLong.of(digits ? Long.parseLong(text) : DEFAULT);
  }

  /** What it gets of that: no longer than the way to it stays open. */
  static long granted(long asked, SipUri contact, FlowSource from, boolean outbound) {
    if (outbound) {
      return Math.min(asked, MAX);
    }
    if (from.transport() != Transport.UDP) {
      return Math.min(asked, CONNECTED);
    }
    return Math.min(asked, isBehindNat(contact, from) ? BEHIND_NAT : MAX);
  }

  static boolean isBehindNat(SipUri contact, FlowSource from) {
    String host = contact.host().replace("[", "").replace("]", "");
    // One IPv6 address has many spellings.
    return IpLiteral.parse(host).filter(from.address().getAddress()::equals).isEmpty()
        || contact.port().orElse(5060) != from.address().getPort();
  }
}

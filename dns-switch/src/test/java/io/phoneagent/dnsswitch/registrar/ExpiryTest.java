// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.flow.FlowSource;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.Uri;
import io.phoneagent.spi.IpLiteral;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpiryTest {

  @ParameterizedTest
  @CsvSource({
    "sip:bob@192.0.2.1, 192.0.2.1, 5060, false",
    "sip:bob@192.0.2.1:5060, 192.0.2.1, 5060, false",
    "sip:bob@192.0.2.1:5062, 192.0.2.1, 5060, true",
    "sip:bob@192.168.1.9, 192.0.2.1, 5060, true",
    "sip:bob@phone.invalid, 192.0.2.1, 5060, true",
    "sip:bob@[2001:db8::1]:5060, 2001:db8::1, 5060, false",
    "sip:bob@[2001:DB8:0:0::0:1], 2001:db8::1, 5060, false",
    "sip:bob@[2001:db8::2], 2001:db8::1, 5060, true",
    "sip:bob@[2001:db8::1]:5062, 2001:db8::1, 5060, true"
  })
  void behindANatIsWhoCallsItselfOtherwiseThanItIsSeen(
      String contact, String seen, int port, boolean behind) {
    FlowSource from =
        FlowSource.udp(new InetSocketAddress(IpLiteral.parse(seen).orElseThrow(), port));
    assertThat(Expiry.isBehindNat((SipUri) Uri.of(contact), from)).isEqualTo(behind);
    assertThat(Expiry.granted(3_600, (SipUri) Uri.of(contact), from, false))
        .isEqualTo(behind ? 60 : 3_600);
  }
}

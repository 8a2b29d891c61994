// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.PlainDigests;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.HeaderField;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.SipInput;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipReader;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.sip.Uri;
import io.phoneagent.spi.IpLiteral;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who guesses a secret. */
class PhoneDigestTest {
  private static final PhoneNumber BOB = new PhoneNumber("+15550000002");

  private final Account account =
      new Account(
          BOB,
          Optional.empty(),
          Optional.empty(),
          false,
          Account.ha1(BOB, "secret"),
          PlainDigests.of(BOB, "secret", PlainDigests.Offered.BOTH));
  private final PhoneDigest digest = new PhoneDigest(n -> Optional.of(account));
  private int sequence;

  private static FlowSource from(String address) {
    return FlowSource.udp(new InetSocketAddress(IpLiteral.parse(address).orElseThrow(), 5060));
  }

  private SipRequest.Builder register() {
    sequence++;
    return SipRequest.builder(SipMethod.REGISTER, Uri.of("sip:switch"))
        .add(HeaderName.VIA, "SIP/2.0/UDP a;branch=z9hG4bK" + sequence)
        .add(HeaderName.FROM, "<sip:" + BOB + "@switch>;tag=a")
        .add(HeaderName.TO, "<sip:" + BOB + "@switch>")
        .add(HeaderName.CALL_ID, "a")
        .add(HeaderName.CSEQ, sequence + " REGISTER");
  }

  private Rejection refused(SipRequest request, FlowSource from) {
    return ((PhoneDigest.Unproven) digest.judge(request, BOB, from, 1_000_000L * sequence))
        .rejection();
  }

  /** The status that a guess from there is refused with. */
  private int guess(String address) {
    FlowSource from = from(address);
    SipRequest asked = register().build();
    SipResponse challenge = read(asked.respond(401).add(refused(asked, from).fields()).build());
    HeaderField proof =
        new DigestAccount(BOB.e164(), "guess", SipTokens.from(new Random(1)))
            .answer(challenge, SipMethod.REGISTER, "sip:switch")
            .orElseThrow();
    return refused(register().add(proof.name(), proof.value()).build(), from).status();
  }

  private static SipResponse read(SipResponse made) {
    SipInput again = new SipReader(SipLimits.defaults()).read(made.bytes());
    return (SipResponse) again;
  }

  @Test
  void allAddressesOfAnIpv6CustomerHaveTheGuessesOfOne() {
    int refused = 0;
    for (int i = 0; i < 30; i++) {
      refused += guess("2001:db8:1:2::" + (i + 1)) == 403 ? 1 : 0;
    }
    assertThat(refused).isEqualTo(20);
    assertThat(guess("2001:db8:1:3::1")).as("a neighbour").isEqualTo(401);
  }
}

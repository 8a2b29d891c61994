// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.FlowKey;
import io.phoneagent.protocol.RegistrationAnswer;
import io.phoneagent.protocol.RegistrationRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What was stored by an earlier switch. */
class BindingOctetsTest {
  private static final PhoneNumber NUMBER = new PhoneNumber("+15551230001");

  private static Binding binding(String reason) {
    InetAddress address = AddressLiteral.parse("192.0.2.1").orElseThrow();
    FlowKey key = FlowKey.of("k", new byte[32], "n");
    return new Binding(
        NUMBER,
        RegistrationRequest.builder()
            .mac(MacAddress.of("02:00:00:00:01:64"))
            .localAddress(address)
            .protocol(Protocol.SIP)
            .transport(Transport.UDP)
            .bootId("b")
            .sequence(1)
            .reason(reason)
            .build(),
        new RegistrationAnswer(
            new AssignedEndpoint(address, 5060, Transport.UDP, Optional.empty()),
            Duration.ofHours(1),
            Duration.ofSeconds(15),
            key,
            address,
            Optional.empty()),
        Instant.ofEpochMilli(1),
        Instant.ofEpochMilli(2),
        new KeyState(key, 0),
        false,
        Optional.empty(),
        new FlowPaths(Optional.empty(), Optional.empty(), List.of()),
        List.of(),
        Causes.NONE);
  }

  @Test
  void aReasonThatWouldBeRefusedNowLosesNoRegistration() {
    // The two that a request cannot be made of any more differ from these in their last octets.
    OctetWriter out = new OctetWriter();
    BindingOctets.write(out, binding("a\u2030b\u20a9"));
    String stored =
        new String(out.toArray(), ISO_8859_1)
            .replace("\u00e2\u0080\u00b0", "\u00e2\u0080\u00ae") // U+202E
            .replace("\u00e2\u0082\u00a9", "\u00e2\u0081\u00a9"); // U+2069
    assertThat(BindingOctets.read(NUMBER, stored.getBytes(ISO_8859_1))).isEqualTo(binding("a?b?"));
  }
}

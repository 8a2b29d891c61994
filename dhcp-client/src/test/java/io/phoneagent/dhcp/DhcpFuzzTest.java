// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phoneagent.dhcpmessage.DhcpMessage;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.DhcpReader;
import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.LinkAddress;
import io.phoneagent.dhcpmessage.MalformedDhcpException;
import java.util.Optional;

/** Runs the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones. */
final class DhcpFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void readsOrRefuses(byte[] data) {
    use(data);
  }

  /** Reads octets as all that they could be, and all that stands in them. */
  static Optional<DhcpMessage> use(byte[] data) {
    ArpPacket.read(data).ifPresent(ArpPacket::claimed);
    try {
      UdpPacket.read(data, false);
    } catch (MalformedDhcpException e) {
      // Refused, as it should be.
    }
    try {
      DhcpMessage message = DhcpReader.read(data);
      DhcpOptions options = message.options();
      Routes.of(options);
      options.domainSearch();
      options.sipServers();
      options.vendors();
      for (int code : options.values().keySet()) {
        options.text(code);
        options.addresses(code);
        options.number(code);
      }
      Reply reply =
          new Reply(
              message.xid(), Ipv4.of(1), LinkAddress.BROADCAST, message.yourAddress(), options);
      Granted granted = Granted.by(reply, 0);
      granted.applied("eth0", 0);
      granted.lease("eth0", VirtualLink.MAC);
      return Optional.of(message);
    } catch (MalformedDhcpException e) {
      return Optional.empty();
    }
  }
}

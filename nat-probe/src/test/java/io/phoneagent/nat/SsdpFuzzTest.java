// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What comes by SSDP: read or passed over; a location is the gateway's own or none. */
final class SsdpFuzzTest {
  private static final InetAddress GATEWAY = GatewayCodecTest.address("192.168.1.1");

  @FuzzTest(maxDuration = "60s")
  void readsOrPassesOver(byte[] data) {
    Optional<SsdpMessage> message = SsdpCodec.read(ByteBuffer.wrap(data));
    if (message.orElse(null) instanceof SsdpMessage.Here here) {
      Optional<URI> location = GatewayUri.at(GATEWAY, here.location());
      if (location.isPresent() && !"192.168.1.1".equals(location.get().getHost())) {
        throw new AssertionError("led to " + location.get());
      }
    }
  }
}

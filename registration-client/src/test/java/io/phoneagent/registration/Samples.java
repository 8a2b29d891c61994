// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Assignment;
import io.phoneagent.Endpoint;
import io.phoneagent.FlowPath;
import io.phoneagent.Lease;
import io.phoneagent.MacAddress;
import io.phoneagent.MediaDescription;
import io.phoneagent.PublicAddress;
import io.phoneagent.Transport;
import io.phoneagent.protocol.FlowKey;
import io.phoneagent.spi.IpLiteral;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Values that tests are made of: of the tables of the state machines, and of calls. */
final class Samples {
  static final MacAddress MAC = MacAddress.of("02:00:00:00:01:64");
  static final Lease LEASE = lease("192.168.1.100");
  static final Lease OTHER_LEASE = lease("192.168.1.101");
  static final PublicAddress PUBLIC = publicAddress("203.0.113.11");
  static final PublicAddress OTHER_PUBLIC = publicAddress("203.0.113.12");
  static final URI FIRST = URI.create("https://first.test");
  static final URI SECOND = URI.create("https://second.test");
  static final Location HERE = new Location(LEASE, Optional.of(PUBLIC));
  static final Location THERE = new Location(LEASE, Optional.of(OTHER_PUBLIC));
  static final Grant GRANT = grant("key-0001", 5060);
  static final Grant NEXT_KEY = grant("key-0002", 5060);
  static final Grant OTHER_ENDPOINT = grant("key-0003", 5070);
  static final Grant AT_SECOND =
      new Grant(OTHER_ENDPOINT.assignment(), OTHER_ENDPOINT.flowKey(), "second.test", SECOND);
  static final FlowPath PATH = path("203.0.113.11", 40_000);
  static final FlowPath OTHER_PATH = path("203.0.113.12", 40_001);

  /** Audio, as a phone or the other end of its call describes it. */
  static final String SDP =
      """
      v=0
      o=- 7 1 IN IP4 192.168.1.100
      s=-
      c=IN IP4 192.168.1.100
      t=0 0
      m=audio 4000 RTP/AVP 0
      """
          .replace("\n", "\r\n");

  static final MediaDescription MEDIA = new MediaDescription(SDP);

  /** Makes an INVITE larger than a datagram should be. */
  static final String LARGE_SDP = SDP + "a=candidate:1 1 UDP 1 192.0.2.1 1\r\n".repeat(40);

  private Samples() {}

  static byte[] sdp() {
    return SDP.getBytes(StandardCharsets.US_ASCII);
  }

  static InetAddress address(String literal) {
    return IpLiteral.parse(literal).orElseThrow();
  }

  static Lease lease(String address) {
    return lease(address, "192.168.1.1");
  }

  static Lease lease(String address, String gateway) {
    return new Lease(
        "eth0",
        address(address),
        Optional.of(address(gateway)),
        Optional.of(MAC),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  static PublicAddress publicAddress(String address) {
    return new PublicAddress(address(address), "/ip", "agreed: said by 1 of 1");
  }

  static Grant grant(String keyId, int port) {
    return new Grant(
        new Assignment(
            new Endpoint(address("198.51.100.1"), port),
            Transport.UDP,
            Duration.ofHours(1),
            Duration.ofSeconds(15),
            address("203.0.113.11"),
            Optional.empty()),
        FlowKey.of(keyId, new byte[32], "nonce-of-" + keyId),
        "switch.test",
        FIRST);
  }

  static FlowPath path(String mapped, int port) {
    return new FlowPath(
        new Endpoint(address("192.168.1.100"), 50_000),
        new Endpoint(address(mapped), port),
        new Endpoint(address("198.51.100.1"), 5060));
  }

  /** A step in one line: the next state's name and its effects' names. */
  static <S, E> String summary(Step<S, E> step) {
    String effects =
        step.effects().stream()
            .map(e -> e.getClass().getSimpleName())
            .collect(Collectors.joining(","));
    return step.next().getClass().getSimpleName() + (effects.isEmpty() ? "" : " " + effects);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** SSDP (UPnP Device Architecture 2.0, section 1), as far as a gateway is looked for. */
final class SsdpCodec {
  /** What answers a search for one of these can tell a public address. */
  static final List<String> TARGETS =
      List.of(
          "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
          "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
          "urn:schemas-upnp-org:service:WANIPConnection:1",
          "urn:schemas-upnp-org:service:WANIPConnection:2",
          "urn:schemas-upnp-org:service:WANPPPConnection:1");

  private static final Pattern OF_A_GATEWAY =
      Pattern.compile(
          "urn:schemas-upnp-org:(device:InternetGatewayDevice"
              + "|service:WANIPConnection|service:WANPPPConnection):[0-9]{1,2}");
  private static final int LONGEST = 4_096;
  private static final int LONGEST_FIELD = 1_024;

  private SsdpCodec() {}

  /**
   * A search.
   *
   * @param to the group, whose members answer within a second; or one device, which does so anyway
   */
  static ByteBuffer search(String target, InetSocketAddress to) {
    boolean group = to.getAddress().isMulticastAddress();
    String text =
        "M-SEARCH * HTTP/1.1\r\nHOST: "
            + to.getAddress().getHostAddress()
            + ":"
            + to.getPort()
            + "\r\nMAN: \"ssdp:discover\"\r\n"
            + (group ? "MX: 1\r\n" : "")
            + "ST: "
            + target
            + "\r\n\r\n";
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** An answer to a search, or an announcement; empty if it is neither, or of no gateway. */
  static Optional<SsdpMessage> read(ByteBuffer datagram) {
    if (datagram.remaining() > LONGEST) {
      return Optional.empty();
    }
    String text = StandardCharsets.ISO_8859_1.decode(datagram.duplicate()).toString();
    return HeaderBlock.read(text).flatMap(SsdpCodec::read);
  }

  private static Optional<SsdpMessage> read(HeaderBlock block) {
    if (block.start().matches("HTTP/1\\.[01] 200( .*)?")) {
      return here(block, block.field("st"));
    }
    if (!block.start().matches("NOTIFY \\* HTTP/1\\.[01]")) {
      return Optional.empty();
    }
    return switch (block.field("nts")) {
      case "ssdp:alive" -> here(block, block.field("nt"));
      case "ssdp:byebye" ->
          OF_A_GATEWAY.matcher(block.field("nt")).matches()
              ? device(block).map(SsdpMessage.Gone::new)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<SsdpMessage> here(HeaderBlock block, String target) {
    String location = block.field("location");
    String boot = block.field("bootid.upnp.org");
    if (!OF_A_GATEWAY.matcher(target).matches()
        || location.isEmpty()
        || location.length() > LONGEST_FIELD
        || boot.length() > LONGEST_FIELD) {
      return Optional.empty();
    }
    return device(block).map(d -> new SsdpMessage.Here(d, location, boot));
  }

  /** The part of the USN that is the device's own (section 1.2.2). */
  private static Optional<String> device(HeaderBlock block) {
    String usn = block.field("usn");
    int end = usn.indexOf("::");
    return usn.length() > LONGEST_FIELD
        ? Optional.empty()
        : Optional.of(end < 0 ? usn : usn.substring(0, end));
  }
}

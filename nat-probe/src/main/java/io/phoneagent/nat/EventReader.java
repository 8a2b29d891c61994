// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads one event off a connection (UPnP Device Architecture 2.0, section 4.3.2), and nothing else
 * that HTTP may carry.
 */
final class EventReader {
  private static final int LONGEST_HEAD = 4 * 1024;
  private static final int LONGEST_BODY = 16 * 1024;

  /**
   * What to answer.
   *
   * @param status of HTTP
   * @param event what was told, if that concerns the public address
   */
  record Reply(int status, Optional<IgdEvent> event) {
    ByteBuffer octets() {
      String text =
          "HTTP/1.1 "
              + status
              + (status == 200 ? " OK" : " Refused")
              + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private final String path;
  private final Predicate<String> isOurs;
  private final StringBuilder octets = new StringBuilder();

  /**
   * Of one connection.
   *
   * @param path where the events are to go
   * @param isOurs whether a subscription is
   */
  EventReader(String path, Predicate<String> isOurs) {
    this.path = path;
    this.isOurs = isOurs;
  }

  /** Takes what has come; empty while there is more to come. */
  Optional<Reply> read(ByteBuffer data) {
    if (octets.length() + data.remaining() > LONGEST_HEAD + LONGEST_BODY) {
      return refusal(413);
    }
    octets.append(StandardCharsets.ISO_8859_1.decode(data.duplicate()));
    int end = octets.indexOf("\r\n\r\n");
    if (end < 0) {
      return octets.length() > LONGEST_HEAD ? refusal(431) : Optional.empty();
    }
    Optional<HeaderBlock> head = HeaderBlock.read(octets.substring(0, end));
    return head.isPresent() ? read(head.get(), end + 4) : refusal(400);
  }

  private Optional<Reply> read(HeaderBlock head, int bodyAt) {
    String[] request = head.start().split(" ", 4);
    if (request.length != 3 || !request[2].startsWith("HTTP/1.")) {
      return refusal(400);
    }
    if (!request[0].equals("NOTIFY")) {
      return refusal(405);
    }
    if (!request[1].equals(path)) {
      return refusal(404);
    }
    if (!head.field("nt").equals("upnp:event")
        || !head.field("nts").equals("upnp:propchange")
        || !isOurs.test(head.field("sid"))) {
      return refusal(412);
    }
    if (!head.field("content-length").matches("[0-9]{1,9}")) {
      return refusal(411);
    }
    int length = Integer.parseInt(head.field("content-length"));
    if (length > LONGEST_BODY) {
      return refusal(413);
    }
    if (octets.length() - bodyAt < length) {
      return Optional.empty();
    }
    String body = octets.substring(bodyAt, bodyAt + length);
    return told(
        new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8),
        head.field("seq").equals("0"));
  }

  private static Optional<Reply> told(String body, boolean first) {
    try {
      XmlElement set = XmlReader.read(body);
      String address = "";
      String status = "";
      String mappings = "";
      for (XmlElement property : set.all("property")) {
        address = address.isEmpty() ? property.textOf("ExternalIPAddress") : address;
        status = status.isEmpty() ? property.textOf("ConnectionStatus") : status;
        mappings = mappings.isEmpty() ? property.textOf("PortMappingNumberOfEntries") : mappings;
      }
      boolean concerns = !address.isEmpty() || !status.isEmpty();
      return Optional.of(
          new Reply(
              200,
              concerns
                  ? Optional.of(new IgdEvent(first, address, status, mappings))
                  : Optional.empty()));
    } catch (UnusableException e) {
      return refusal(400);
    }
  }

  private static Optional<Reply> refusal(int status) {
    return Optional.of(new Reply(status, Optional.empty()));
  }
}

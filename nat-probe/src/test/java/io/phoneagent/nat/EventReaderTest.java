// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventReaderTest {
  static final String SID = "uuid:7";

  private final EventReader reader = new EventReader("/k", SID::equals);

  static byte[] notify(String path, String sid, String sequence, String body) {
    String text =
        "NOTIFY "
            + path
            + " HTTP/1.1\r\nHost: 192.168.1.100:50000\r\nContent-Type: text/xml\r\n"
            + "Content-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\nNT: upnp:event\r\nNTS: upnp:propchange\r\nSID: "
            + sid
            + "\r\nSEQ: "
            + sequence
            + "\r\nConnection: close\r\n\r\n"
            + body;
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Optional<EventReader.Reply> read(String text) {
    return reader.read(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String event() {
    return new String(
        notify("/k", SID, "3", Descriptions.event("203.0.113.12")), StandardCharsets.UTF_8);
  }

  @Test
  void readsAnEventHoweverItIsCut() {
    byte[] octets = notify("/k", SID, "3", Descriptions.event("203.0.113.12") + "<!-- \u00e4 -->");
    for (int i = 0; i < octets.length - 1; i++) {
      assertThat(reader.read(ByteBuffer.wrap(octets, i, 1))).isEmpty();
    }
    EventReader.Reply reply =
        reader.read(ByteBuffer.wrap(octets, octets.length - 1, 1)).orElseThrow();
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.event()).contains(new IgdEvent(false, "203.0.113.12", "Connected", "2"));
    assertThat(StandardCharsets.US_ASCII.decode(reply.octets()).toString())
        .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }

  @Test
  void theFirstOneIsKnownAsSuch() {
    assertThat(read(event().replace("SEQ: 3", "SEQ: 0")).orElseThrow().event())
        .contains(new IgdEvent(true, "203.0.113.12", "Connected", "2"));
  }

  @Test
  void whatDoesNotConcernTheAddressIsAnsweredOnly() {
    String body =
        "<propertyset><property><PortMappingNumberOfEntries>3</PortMappingNumberOfEntries>"
            + "</property></propertyset>";
    EventReader.Reply reply =
        read(new String(notify("/k", SID, "3", body), StandardCharsets.UTF_8)).orElseThrow();
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.event()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "NOTIFY /k, GET /k, 405",
    "NOTIFY /k, POST /k, 405",
    "NOTIFY /k, NOTIFY /other, 404",
    "NOTIFY /k, NOTIFY, 400",
    "HTTP/1.1, RTSP/1.0, 400",
    "NT: upnp:event, NT: other, 412",
    "NTS: upnp:propchange, NTS: other, 412",
    "SID: uuid:7, SID: uuid:8, 412",
    "SID: uuid:7, X: y, 412",
    "Content-Length, Length, 411",
    "Content-Length:, Content-Length: -, 411",
    "'Content-Length: ', 'Content-Length: 99999', 413",
    "Host: 192.168.1.100:50000, Host, 400",
    "Connected, &nbsp123;, 400"
  })
  void everythingElseIsRefused(String instead, String of, int status) {
    EventReader.Reply reply = read(event().replace(instead, of)).orElseThrow();
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.event()).isEmpty();
    assertThat(StandardCharsets.US_ASCII.decode(reply.octets()).toString())
        .startsWith("HTTP/1.1 " + status + " Refused\r\n");
  }

  @Test
  void anEndlessHeadIsRefused() {
    assertThat(read("NOTIFY /k HTTP/1.1\r\n")).isEmpty();
    for (int i = 0; i < 40; i++) {
      assertThat(read("X: " + "x".repeat(95) + "\r\n")).isEmpty();
    }
    assertThat(read("X: " + "x".repeat(200)).orElseThrow().status()).isEqualTo(431);
    assertThat(read("x".repeat(20_000)).orElseThrow().status()).isEqualTo(413);
  }

  @Test
  void theLongestBodyIsRead() {
    String body = Descriptions.event("203.0.113.12");
    String filled = body + "<!--" + "x".repeat(16 * 1024 - body.length() - 7) + "-->";
    String text = new String(notify("/k", SID, "1", filled), StandardCharsets.UTF_8);
    assertThat(read(text).orElseThrow().status()).isEqualTo(200);
    assertThat(
            new EventReader("/k", SID::equals)
                .read(ByteBuffer.wrap(notify("/k", SID, "1", filled + " ")))
                .orElseThrow()
                .status())
        .isEqualTo(413);
  }
}

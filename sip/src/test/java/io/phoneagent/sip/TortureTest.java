// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages of RFC 4475, in {@code rfc4475.txt}, and what a reader has to make of them. */
final class TortureTest {
  private static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9a-f]{4}|x[0-9a-f]{2})");
  private static final Pattern REPEAT = Pattern.compile("@repeat ([0-9]+) (\\S+) @");
  private static final Pattern SDP = Pattern.compile("(?m)^@sdp (\\S+)(?: (\\S+))?$");

  private record Message(String name, String section, String verdict, String text) {
    byte[] octets() {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return name + ", " + section;
    }
  }

  static List<Message> all() throws IOException {
    String text;
    try (InputStream in = TortureTest.class.getResourceAsStream("rfc4475.txt")) {
      text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
    List<Message> messages = new ArrayList<>();
    String[] parts = text.split("(?m)^== ", -1);
    for (int i = 1; i < parts.length; i++) {
      int line = parts[i].indexOf('\n');
      String[] head = parts[i].substring(0, line).split(" ", 3);
      messages.add(new Message(head[0], head[1], head[2], expanded(parts[i].substring(line + 1))));
    }
    return messages;
  }

  private static String expanded(String written) {
    String text = REPEAT.matcher(written).replaceAll(m -> literally(m.group(2), m.group(1)));
    text = SDP.matcher(text).replaceAll(TortureTest::description);
    text = text.replaceAll("(?m)@$", "");
    text = ESCAPE.matcher(text).replaceAll(m -> literally(character(m.group(1)), "1"));
    // What stands between two messages is one empty line; a message without body ends with another.
    String message = text.stripTrailing();
    boolean bodiless = !message.contains("\n\n");
    return (message + (bodiless ? "\n\n" : "\n")).replace("\n", "\r\n");
  }

  private static String literally(String text, String times) {
    return Matcher.quoteReplacement(text.repeat(Integer.parseInt(times)));
  }

  private static String character(String code) {
    return String.valueOf((char) Integer.parseInt(code.substring(1), 16));
  }

  private static String description(MatchResult of) {
    String host = of.group(1);
    String begins = of.group(2) == null ? "0" : of.group(2);
    return String.join(
        "\n",
        "v=0",
        "o=mhandley 29739 7272939 IN IP4 " + host,
        "s=-",
        "c=IN IP4 " + host,
        "t=" + begins + " 0",
        "m=audio 49217 RTP/AVP 0 12",
        "m=video 3227 RTP/AVP 31",
        "a=rtpmap:31 LPC");
  }

  private static SipInput read(Message message) {
    return new SipReader(SipLimits.defaults()).read(message.octets());
  }

  @Test
  void theyAreAllThere() throws IOException {
    assertThat(all()).hasSize(48);
  }

  @ParameterizedTest
  @MethodSource("all")
  void hasItsVerdict(Message message) {
    SipInput input = read(message);
    switch (message.verdict()) {
      case "read" -> assertThat(input).isInstanceOf(SipMessage.class);
      case "drop" -> assertThat(((Malformed) input).statusCode()).isZero();
      default -> {
        boolean may = message.verdict().startsWith("either ");
        int status = Integer.parseInt(message.verdict().replace("either ", ""));
        if (!may || input instanceof Malformed) {
          assertThat(((Malformed) input).statusCode()).isEqualTo(status);
        }
      }
    }
  }

  static Stream<Message> wellFormed() throws IOException {
    return all().stream().filter(m -> m.verdict().equals("read"));
  }

  /** What is passed on is passed on as it came, but for octets behind the body. */
  @ParameterizedTest
  @MethodSource("wellFormed")
  void isKeptOctetForOctet(Message message) {
    ByteBuffer octets = ((SipMessage) read(message)).bytes();
    byte[] kept = new byte[octets.remaining()];
    octets.get(kept);
    assertThat(message.octets()).startsWith(kept);
    if (!message.name().equals("dblreq")) {
      assertThat(kept).hasSameSizeAs(message.octets());
    }
  }
}

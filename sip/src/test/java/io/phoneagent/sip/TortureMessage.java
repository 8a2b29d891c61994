// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message of RFC 4475 or RFC 5118.
 *
 * @param name that the RFC gives it
 * @param section of the RFC
 * @param verdict what a reader has to make of it, as {@code rfc4475.txt} explains
 * @param text its octets, as UTF-8, but for those in base64
 */
record TortureMessage(String name, String section, String verdict, String text) {
  private static final String BASE64 = "@base64 ";
  private static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9a-f]{4}|x[0-9a-f]{2})");
  private static final Pattern REPEAT = Pattern.compile("@repeat ([0-9]+) (\\S+) @");
  private static final Pattern SDP = Pattern.compile("(?m)^@sdp (\\S+)(?: (\\S+))?$");

  static List<TortureMessage> all() throws IOException {
    List<TortureMessage> messages = new ArrayList<>(of("rfc4475.txt"));
    messages.addAll(of("rfc5118.txt"));
    return messages;
  }

  static List<TortureMessage> of(String file) throws IOException {
    String text;
    try (InputStream in = TortureMessage.class.getResourceAsStream(file)) {
      text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
    List<TortureMessage> messages = new ArrayList<>();
    String[] parts = text.split("(?m)^== ", -1);
    for (int i = 1; i < parts.length; i++) {
      int line = parts[i].indexOf('\n');
      String[] head = parts[i].substring(0, line).split(" ", 3);
      messages.add(
          new TortureMessage(head[0], head[1], head[2], expanded(parts[i].substring(line + 1))));
    }
    return messages;
  }

  private static String expanded(String written) {
    String text = REPEAT.matcher(written).replaceAll(m -> literally(m.group(2), m.group(1)));
    text = SDP.matcher(text).replaceAll(TortureMessage::description);
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

  byte[] octets() {
    int from = text.indexOf(BASE64);
    if (from < 0) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    int to = text.indexOf('\r', from);
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    octets.writeBytes(text.substring(0, from).getBytes(StandardCharsets.UTF_8));
    octets.writeBytes(Base64.getDecoder().decode(text.substring(from + BASE64.length(), to)));
    octets.writeBytes(text.substring(to).getBytes(StandardCharsets.UTF_8));
    return octets.toByteArray();
  }

  @Override
  public String toString() {
    return name + ", " + section;
  }
}

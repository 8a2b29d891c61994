// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpQuestion;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other end of RFC 7616, written from the RFC alone: user "u", password "p", SHA-256. */
final class DigestServer {
  private static final Pattern PARAMETER = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|([^, ]*))");

  private final Set<String> countsSeen = new HashSet<>();
  private final HttpAnswer page;
  String nonce = "n1";

  DigestServer(HttpAnswer page) {
    this.page = page;
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpAnswer challenge(boolean stale) {
    return ScriptedServer.challenge(
        "Digest realm=\"router\", qop=\"auth\", algorithm=SHA-256, nonce=\""
            + nonce
            + "\", opaque=\"o\""
            + (stale ? ", stale=true" : ""));
  }

  HttpAnswer answer(HttpQuestion question) {
    String header = question.headers().getOrDefault("Authorization", "");
    if (!header.startsWith("Digest ")) {
      return challenge(false);
    }
    Map<String, String> given = new HashMap<>();
    Matcher each = PARAMETER.matcher(header.substring(7));
    while (each.find()) {
      given.put(each.group(1), each.group(2) == null ? each.group(3) : each.group(2));
    }
    String path =
        question.uri().getRawPath()
            + (question.uri().getRawQuery() == null ? "" : "?" + question.uri().getRawQuery());
    String expected =
        hash(
            hash("u:router:p")
                + ":"
                + given.get("nonce")
                + ":"
                + given.get("nc")
                + ":"
                + given.get("cnonce")
                + ":auth:"
                + hash("GET:" + path));
    boolean right =
        expected.equals(given.get("response"))
            && path.equals(given.get("uri"))
            && "o".equals(given.get("opaque"));
    if (right && !nonce.equals(given.get("nonce"))) {
      return challenge(true);
    }
    // A count that was seen is a replay.
    return right && countsSeen.add(nonce + given.get("nc")) ? page : challenge(false);
  }
}

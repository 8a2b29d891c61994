// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpQuestion;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Subscriptions as HTTP (UPnP Device Architecture 2.0, section 4.1.2). */
final class GenaCodec {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_BYTES = 4 * 1024;
  private static final long WANTED_SECONDS = 1_800;
  private static final Pattern LASTS =
      Pattern.compile("second-([0-9]{1,9}|infinite)", Pattern.CASE_INSENSITIVE);
  // It is sent back as it came.
  private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,256}");

  private GenaCodec() {}

  /**
   * Asks for a subscription.
   *
   * @param events where the service takes subscriptions
   * @param callback our own address and port
   * @param path begins with a slash
   */
  static HttpQuestion subscribe(URI events, InetSocketAddress callback, String path) {
    String host = callback.getAddress().getHostAddress();
    return question(
        "SUBSCRIBE",
        events,
        Map.of(
            "CALLBACK",
            "<http://" + host + ":" + callback.getPort() + path + ">",
            "NT",
            "upnp:event",
            "TIMEOUT",
            "Second-" + WANTED_SECONDS,
            "Connection",
            "close"));
  }

  /** Asks for one to go on. */
  static HttpQuestion renew(URI events, String id) {
    return question(
        "SUBSCRIBE",
        events,
        Map.of("SID", id, "TIMEOUT", "Second-" + WANTED_SECONDS, "Connection", "close"));
  }

  /** Gives one back. */
  static HttpQuestion unsubscribe(URI events, String id) {
    return question("UNSUBSCRIBE", events, Map.of("SID", id, "Connection", "close"));
  }

  private static HttpQuestion question(String method, URI events, Map<String, String> headers) {
    return new HttpQuestion(method, events, headers, "", TIMEOUT, MAX_BYTES);
  }

  /** What a device has granted, or that it has not. */
  static Subscribing.Event read(HttpAnswer answer) {
    String id = answer.headers().getOrDefault("sid", "");
    return answer.status() == 200 && ID.matcher(id).matches()
        ? new Subscribing.Event.Granted(id, seconds(answer))
        : new Subscribing.Event.Refused();
  }

  private static long seconds(HttpAnswer answer) {
    Matcher lasts = LASTS.matcher(answer.headers().getOrDefault("timeout", ""));
    Optional<String> said = lasts.matches() ? Optional.of(lasts.group(1)) : Optional.empty();
    return said.filter(s -> !s.equalsIgnoreCase("infinite"))
        .map(Long::parseLong)
        .orElse(WANTED_SECONDS);
  }
}

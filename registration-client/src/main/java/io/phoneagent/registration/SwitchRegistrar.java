// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Assignment;
import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.protocol.AddressRequest;
import io.phoneagent.protocol.BasicAuthorization;
import io.phoneagent.protocol.MessageReader;
import io.phoneagent.protocol.MessageWriter;
import io.phoneagent.protocol.Problem;
import io.phoneagent.protocol.RegistrationAnswer;
import io.phoneagent.protocol.RegistrationPath;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.registration.RegistrationState.Attempt;
import io.phoneagent.registration.RegistrationState.Event;
import io.phoneagent.runtime.TlsStream;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.LineDevice;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;

/** Registers a line with the DNS switch, over HTTPS. */
final class SwitchRegistrar implements Registrar {
  // A fresh TLS connection takes four round trips; a network in which one takes longer than half a
  // second carries no call.
  private static final int MOST_REASON = 256;
  private static final int MOST_SECONDS = 3_600;
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int CONFLICT = 409;
  private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(2);

  private final Line line;
  private final Optional<MacAddress> mac;
  private final Transport transport;
  private final HttpExchange http;
  private final String bootId;
  private final UniqueAddresses addresses;
  private final Map<String, String> headers;

  SwitchRegistrar(
      Line line,
      Optional<MacAddress> mac,
      Transport transport,
      String bootId,
      HttpExchange http,
      UniqueAddresses addresses) {
    this.addresses = addresses;
    this.transport = transport;
    this.line = line;
    this.mac = mac;
    this.bootId = bootId;
    this.http = http;
    this.headers =
        Map.of(
            "Authorization",
            BasicAuthorization.of(line.number(), line.secret()).header(),
            "Accept",
            "application/json, application/problem+json");
  }

  /** The host without the brackets of an IPv6 literal. */
  private static String host(URI uri) {
    String host = String.valueOf(uri.getHost());
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public CompletionStage<Event> register(Attempt attempt) {
    Optional<MacAddress> device = mac.isPresent() ? mac : attempt.location().lease().mac();
    if (!device.isPresent()) {
      return CompletableFuture.completedFuture(
          new Event.Refused(
              attempt.sequence(),
              400,
              "the interface "
                  + attempt.location().lease().interfaceName()
                  + " has no MAC address; give the device's own",
              Optional.empty()));
    }
    return registerWithAddress(attempt, device.get())
        .thenCompose(
            event ->
                event instanceof Event.Refused refused
                        && refused.status() == CONFLICT
                        && addresses.forget(attempt.dnsSwitch(), device.get())
                    ? registerWithAddress(attempt, device.get())
                    : CompletableFuture.completedFuture(event))
        .exceptionally(
            e -> new Event.Unanswered(attempt.sequence(), reason(e, attempt.dnsSwitch())));
  }

  private CompletionStage<Event> registerWithAddress(Attempt attempt, MacAddress device) {
    URI dnsSwitch = attempt.dnsSwitch();
    return addresses
        .of(dnsSwitch, device, () -> askForAddress(dnsSwitch, device))
        .thenCompose(unique -> put(attempt, device, unique));
  }

  private CompletionStage<HttpAnswer> askForAddress(URI dnsSwitch, MacAddress device) {
    String body = text(MessageWriter.write(new AddressRequest(device, line.number())));
    return http.exchange(
        new HttpQuestion(
            "POST",
            HttpQuestion.under(dnsSwitch, AddressRequest.PATH),
            headers,
            body,
            TIMEOUT,
            MessageReader.MAX_ANSWER));
  }

  private CompletionStage<Event> put(
      Attempt attempt, MacAddress device, Optional<InetAddress> unique) {
    RegistrationRequest.Builder request =
        RegistrationRequest.builder()
            .mac(device)
            .localAddress(attempt.location().lease().address())
            .protocol(line.device().map(LineDevice::protocol).orElse(Protocol.SIP))
            .transport(transport)
            .bootId(bootId)
            .sequence(attempt.sequence())
            .reason(plain(attempt.reason()));
    attempt.location().address().ifPresent(request::publicAddress);
    unique.ifPresent(request::uniqueAddress);
    line.backup().ifPresent(request::backupNumber);
    URI dnsSwitch = attempt.dnsSwitch();
    return ask("PUT", dnsSwitch, text(MessageWriter.write(request.build())), TIMEOUT)
        .thenApply(answer -> read(dnsSwitch, attempt.sequence(), answer));
  }

  /** Made of what a router, a plug-in or a stack trace may have said; only to be read by people. */
  static String plain(String reason) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < reason.length() && text.length() < MOST_REASON; i++) {
      char c = reason.charAt(i);
      boolean plain = (c >= ' ' && c < 127) || Character.isLetterOrDigit(c);
      text.append(plain ? c : ' ');
    }
    return text.toString();
  }

  @Override
  public CompletionStage<Void> leave(URI dnsSwitch) {
    return ask("DELETE", dnsSwitch, "", LEAVE_TIMEOUT).handle((answer, e) -> null);
  }

  @Override
  public CompletionStage<Boolean> serves(URI dnsSwitch) {
    return http.exchange(
            new HttpQuestion(
                "GET",
                HttpQuestion.under(dnsSwitch, "/v1/whoami"),
                Map.of(),
                "",
                LEAVE_TIMEOUT,
                MessageReader.MAX_ANSWER))
        .handle((answer, e) -> e == null && answer.status() == 200);
  }

  private CompletionStage<HttpAnswer> ask(
      String method, URI dnsSwitch, String body, Duration timeout) {
    URI resource = HttpQuestion.under(dnsSwitch, RegistrationPath.of(line.number()));
    return http.exchange(
        new HttpQuestion(method, resource, headers, body, timeout, MessageReader.MAX_ANSWER));
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  private Event read(URI dnsSwitch, long sequence, HttpAnswer answer) {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    try {
      if (answer.status() == 200) {
        RegistrationAnswer granted = MessageReader.registrationAnswer(body);
        Assignment assignment =
            new Assignment(
                granted.endpoint().endpoint(),
                granted.endpoint().transport(),
                granted.expiresIn(),
                granted.keepAlive(),
                granted.observedAddress(),
                granted.uniqueAddress());
        return new Event.Accepted(
            sequence,
            new Grant(
                assignment,
                granted.flow(),
                granted.endpoint().serverName().orElse(host(dnsSwitch)),
                dnsSwitch));
      }
      return new Event.Refused(sequence, answer.status(), detail(answer), retryAfter(answer));
    } catch (PhoneAgentException e) {
      return new Event.Unanswered(
          sequence, "what answers there is no DNS switch: " + e.getMessage());
    }
  }

  /** What the switch says of its refusal; empty if it is not the switch that refuses. */
  static String detail(HttpAnswer answer) {
    String type = answer.headers().getOrDefault("content-type", "");
    if (!type.startsWith(Problem.MEDIA_TYPE)) {
      return "";
    }
    Problem problem =
        MessageReader.problem(answer.body().getBytes(StandardCharsets.UTF_8), answer.status());
    return problem.detail().isEmpty() ? problem.title() : problem.detail();
  }

  private static Optional<Duration> retryAfter(HttpAnswer answer) {
    String value = answer.headers().getOrDefault("retry-after", "");
    if (!value.matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    // A phone must not be away for a day because of one answer.
    return Optional.of(
        Duration.ofSeconds(Math.min(MOST_SECONDS, Math.max(1, Integer.parseInt(value)))));
  }

  /** What to tell: only a certificate's fault is told as one, because somebody has to mend it. */
  private static String reason(Throwable thrown, URI dnsSwitch) {
    Throwable cause = thrown;
    boolean tls = false;
    boolean certificate = false;
    for (Throwable next = thrown; next != null; next = next.getCause()) {
      cause = next;
      tls |= next instanceof SSLException;
      certificate |= TlsStream.isOfCertificate(next);
    }
    String message =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    if (certificate) {
      return "the switch's certificate is not accepted ("
          + message
          + "); trust the authority that issued it (PhoneAgentBuilder.trust, or --ca), under the"
          + " name it was issued for";
    }
    if (tls) {
      return "TLS with the switch has failed (" + message + ")";
    }
    if (cause instanceof UnknownHostException) {
      return "the switch's name, "
          + dnsSwitch.getHost()
          + ", is not found; mend the name, or the device's name servers";
    }
    if (cause instanceof ConnectException) {
      return "no connection to "
          + dnsSwitch
          + " ("
          + message
          + "); the switch does not run there, or another port is its own";
    }
    if (cause instanceof EOFException) {
      return "the switch closed before it had answered"
          + ("http".equalsIgnoreCase(dnsSwitch.getScheme()) ? "; it may want https" : "");
    }
    return message;
  }
}

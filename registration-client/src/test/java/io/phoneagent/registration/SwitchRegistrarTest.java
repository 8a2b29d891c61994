// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.registration.RegistrationState.Attempt;
import io.phoneagent.registration.RegistrationState.Event;
import io.phoneagent.runtime.NioLoop;
import io.phoneagent.runtime.SystemNetwork;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;

/** What is told of a registration that was not answered. */
class SwitchRegistrarTest {
  private static final String NOT_ACCEPTED = "certificate is not accepted";

  private record Failing(Throwable with) implements HttpExchange {
    @Override
    public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
      CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
      answer.completeExceptionally(with);
      return answer;
    }

    @Override
    public void dropConnections() {
      // There are none.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private static String told(HttpExchange http, URI dnsSwitch) throws Exception {
    SwitchRegistrar registrar =
        new SwitchRegistrar(
            Line.number(VirtualSwitch.OWNER).secret("hush"),
            Optional.empty(),
            Transport.UDP,
            "boot-1",
            http,
            new UniqueAddresses(() -> false, detail -> {}));
    Event event =
        registrar
            .register(new Attempt(Samples.HERE, 1, 0, "started", dnsSwitch))
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    return ((Event.Unanswered) event).detail();
  }

  private static String told(Throwable failure) throws Exception {
    return told(new Failing(failure), Samples.FIRST);
  }

  private static SSLHandshakeException handshake(String message, Throwable cause) {
    SSLHandshakeException exception = new SSLHandshakeException(message);
    exception.initCause(cause);
    return exception;
  }

  @Test
  void whateverTheReasonIsItCanBeRegisteredWith() {
    assertThat(SwitchRegistrar.plain("the modem said:\nERROR\u202e \ud83d"))
        .isEqualTo("the modem said: ERROR   ");
    String most = SwitchRegistrar.plain("z\u00fc".repeat(200));
    RegistrationRequest request =
        RegistrationRequest.builder()
            .mac(MacAddress.of("02:00:00:00:01:64"))
            .localAddress(InetAddress.getLoopbackAddress())
            .protocol(Protocol.SIP)
            .transport(Transport.UDP)
            .bootId("b")
            .sequence(1)
            .reason(most)
            .build();
    assertThat(request.reason()).hasSize(256).startsWith("z\u00fcz");
  }

  @Test
  void aCertificatesFaultIsToldAsOne() throws Exception {
    assertThat(told(new SSLPeerUnverifiedException("Hostname a not verified")))
        .contains(NOT_ACCEPTED, "Hostname a not verified", "--ca");
    assertThat(told(handshake("PKIX", new CertificateException("no path"))))
        .contains(NOT_ACCEPTED, "no path");
    assertThat(told(new SSLException("x", new CertPathValidatorException("expired"))))
        .contains(NOT_ACCEPTED, "expired");
    assertThat(told(new CompletionException(new SSLPeerUnverifiedException("other"))))
        .contains(NOT_ACCEPTED);
  }

  @Test
  void aConnectionThatEndsIsNotTheCertificatesFault() throws Exception {
    assertThat(told(handshake("terminated", new EOFException("SSL peer shut down incorrectly"))))
        .isEqualTo("TLS with the switch has failed (SSL peer shut down incorrectly)");
    assertThat(told(new SSLException("wrapped", new SocketException("Connection reset"))))
        .isEqualTo("TLS with the switch has failed (Connection reset)");
    assertThat(told(new SocketException("Connection reset"))).isEqualTo("Connection reset");
    assertThat(told(new IOException())).isEqualTo("IOException");
    assertThat(told(new IOException("end", new EOFException("\\n not found: limit=0 content="))))
        .isEqualTo("the switch closed before it had answered");
    assertThat(told(new Failing(new EOFException()), URI.create("http://switch.example:8443")))
        .isEqualTo("the switch closed before it had answered; it may want https");
  }

  @Test
  void aSwitchThatIsNotThereIsNamed() throws Exception {
    URI other = URI.create("https://switch.example:8443");
    assertThat(told(new Failing(new ConnectException("Connection refused")), other))
        .contains("no connection to https://switch.example:8443 (Connection refused)", "port");
    assertThat(told(new Failing(new UnknownHostException("switch.example")), other))
        .contains("name, switch.example, is not found", "mend");
  }

  @Test
  void aServerThatClosesOrResetsDuringTheHandshakeIsToldSo() throws Exception {
    for (boolean reset : new boolean[] {false, true}) {
      try (NioLoop loop = NioLoop.start("test-loop", e -> {});
          SharedHttp http = new SharedHttp(loop, 3, Duration.ZERO);
          ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
        Thread closing = new Thread(() -> closeAll(server, reset), "closing");
        closing.start();
        String detail =
            told(
                http.over(new SystemNetwork(loop), List.of()),
                URI.create("https://127.0.0.1:" + server.getLocalPort()));
        assertThat(detail).isNotEmpty().doesNotContain("certificate").doesNotContain("--ca");
      }
    }
  }

  private static void closeAll(ServerSocket server, boolean reset) {
    try {
      while (true) {
        Socket socket = server.accept();
        assertThat(socket.getInputStream().read()).isPositive(); // the handshake has begun
        if (reset) {
          socket.setSoLinger(true, 0);
        }
        socket.close();
      }
    } catch (IOException e) {
      assertThat(server.isClosed()).isTrue(); // the test is over
    }
  }
}

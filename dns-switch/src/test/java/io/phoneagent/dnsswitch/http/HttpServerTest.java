// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.dnsswitch.address.MemoryAddresses;
import io.phoneagent.dnsswitch.registry.KeyMint;
import io.phoneagent.dnsswitch.registry.LocationStore;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.dnsswitch.registry.RegistrySettings;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of a connection, on real sockets: each wait ends when the server closes. */
class HttpServerTest {
  private static final String WHOAMI = "GET /v1/whoami HTTP/1.1\r\nHost: x\r\n";

  @TempDir private Path directory;

  private HttpServer server(HttpServer.Limits limits) throws IOException {
    VirtualTime time = new VirtualTime();
    Registry registry =
        new Registry(
            number -> Optional.empty(),
            LocationStore.open(directory.resolve("l.db")),
            (request, arrival) -> Optional.empty(),
            KeyMint.random(),
            RegistrySettings.DEFAULT,
            time,
            time,
            time);
    return HttpServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        Optional.empty(),
        new RegistrationService(
            number -> Optional.empty(),
            registry,
            MemoryAddresses.pool(time),
            () -> CompletableFuture.completedFuture(Map.of("flows", 0)),
            time),
        limits,
        time);
  }

  private static HttpServer.Limits limits(int connections, Duration patience) {
    return new HttpServer.Limits(connections, 1000, 1000, 1000, patience, source -> false);
  }

  private static Socket connect(HttpServer server) throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  @Test
  void whoDripsIsClosedAlthoughNeverIdle() throws Exception {
    try (HttpServer server = server(limits(10, Duration.ofMillis(300)));
        Socket socket = connect(server)) {
      byte[] header = "X: y\r\n".getBytes(US_ASCII);
      socket.getOutputStream().write(WHOAMI.getBytes(US_ASCII));
      socket.setSoTimeout(20);
      boolean closed = false;
      for (int i = 0; i < 1000 && !closed; i++) {
        try {
          socket.getOutputStream().write(header);
          closed = socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
          closed = false; // nothing yet: another line
        } catch (SocketException e) {
          closed = true;
        }
      }
      assertThat(closed).isTrue();
    }
  }

  @Test
  void answersRequestsOfOneConnectionInOrder() throws Exception {
    try (HttpServer server = server(HttpServer.Limits.DEFAULT);
        Socket socket = connect(server)) {
      String last = "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write((WHOAMI + "\r\n" + WHOAMI + "\r\n" + last).getBytes(US_ASCII));
      String all = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(all).containsPattern("(?s)^HTTP/1.1 200 .*HTTP/1.1 200 .*HTTP/1.1 404 ");
    }
  }

  @Test
  void anAddressHasOnlySoManyConnections() throws Exception {
    try (HttpServer server = server(limits(2, Duration.ofSeconds(10)));
        Socket first = connect(server);
        Socket second = connect(server)) {
      assertThat(status(first)).startsWith("HTTP/1.1 200");
      assertThat(status(second)).startsWith("HTTP/1.1 200");
      try (Socket third = connect(server)) {
        assertThat(status(third)).isEmpty();
      }
    }
  }

  private static String status(Socket socket) {
    try {
      socket.getOutputStream().write((WHOAMI + "\r\n").getBytes(US_ASCII));
      byte[] answer = new byte[4096];
      int read = socket.getInputStream().read(answer);
      return read < 0 ? "" : new String(answer, 0, read, US_ASCII);
    } catch (IOException e) {
      return "";
    }
  }
}

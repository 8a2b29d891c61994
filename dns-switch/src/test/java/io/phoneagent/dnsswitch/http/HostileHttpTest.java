// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.address.MemoryAddresses;
import io.phoneagent.dnsswitch.call.MemoryLocations;
import io.phoneagent.dnsswitch.registry.KeyMint;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.dnsswitch.registry.RegistrySettings;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.BasicAuthorization;
import io.phoneagent.protocol.RegistrationPath;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger may send to the registration port, octet by octet over real sockets. */
class HostileHttpTest {
  private static final PhoneNumber NUMBER = new PhoneNumber("+15551230001");
  private static final PhoneNumber NEIGHBOUR = new PhoneNumber("+15551230002");
  private static final String BODY =
      "{\"mac\":\"02:00:00:00:01:64\",\"localAddress\":\"192.168.1.100\",\"protocol\":\"sip\","
          + "\"transport\":\"udp\",\"bootId\":\"b1\",\"sequence\":5,\"reason\":\"power on\"}";

  private final VirtualTime time = new VirtualTime();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        server(
            new HttpServer.Limits(10_000, 1000, 10_000, 10_000, Duration.ofSeconds(2), s -> false));
  }

  private HttpServer server(HttpServer.Limits limits) throws IOException {
    Registry registry =
        new Registry(
            HostileHttpTest::account,
            new MemoryLocations(),
            (request, arrival) ->
                Optional.of(
                    new AssignedEndpoint(arrival.local(), 5060, Transport.UDP, Optional.empty())),
            KeyMint.random(),
            RegistrySettings.DEFAULT,
            time,
            time,
            time);
    return HttpServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        Optional.empty(),
        new RegistrationService(
            HostileHttpTest::account,
            registry,
            MemoryAddresses.pool(time),
            () -> CompletableFuture.completedFuture(Map.of("flows", 0)),
            time),
        limits,
        time);
  }

  private static Optional<Account> account(PhoneNumber number) {
    return number.equals(NUMBER) || number.equals(NEIGHBOUR)
        ? Optional.of(
            new Account(
                number, Optional.empty(), Optional.empty(), false, Account.ha1(number, "right")))
        : Optional.empty();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** All that is answered until the connection ends; empty if it ends without. */
  private static String read(Socket socket) {
    StringBuilder all = new StringBuilder();
    try {
      InputStream in = socket.getInputStream();
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        all.append((char) octet);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the connection was left open after: " + all, e);
    } catch (IOException e) {
      return all.toString(); // a reset ends it too
    }
    return all.toString();
  }

  private String exchange(String octets) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(octets.getBytes(ISO_8859_1));
      return read(socket);
    }
  }

  private static String head(PhoneNumber number, String secret, String more) {
    return "PUT "
        + RegistrationPath.of(number)
        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
        + "Authorization: "
        + BasicAuthorization.of(number, secret).header()
        + "\r\n"
        + more
        + "\r\n";
  }

  private String put(PhoneNumber number, String secret, String body) throws IOException {
    return exchange(head(number, secret, "Content-Length: " + body.length() + "\r\n") + body);
  }

  private String put(String body) throws IOException {
    return put(NUMBER, "right", body);
  }

  private static int status(String answer) {
    assertThat(answer).startsWith("HTTP/1.1 ");
    return Integer.parseInt(answer.substring(9, 12));
  }

  private void stillServes() throws IOException {
    assertThat(status(put(NEIGHBOUR, "right", BODY))).isEqualTo(200);
  }

  static String[] badBodies() {
    return new String[] {
      "",
      "null",
      "[]",
      "{",
      BODY + "}",
      BODY + "{}",
      BODY.replace(",", ",,"),
      BODY.replace("\"mac\"", "mac"),
      BODY.replace("\"", "'"),
      BODY.replace(":5,", ":5,\"sequence\":6,"),
      BODY.replace(":5,", ":5e2147483647,"),
      BODY.replace(":5,", ":-5,"),
      BODY.replace(":5,", ":0005,"),
      BODY.replace(":5,", ":NaN,"),
      BODY.replace(":5,", ":" + "9".repeat(15_000) + ","),
      BODY.replace(":5,", ":0." + "0".repeat(15_000) + "1,"),
      BODY.replace("power on", "p\u00ff\u00fe"),
      BODY.replace("power on", "\u00ed\u00a0\u0080"),
      BODY.replace("power on", "\\ud800\\u0000"),
      BODY.replace("power on", "\\ud800"),
      BODY.replace("power on", "\\udc00\\ud800"),
      BODY.replace("power on", "p\u0000"),
      BODY.replace("power on", "\\u202eno rewop"),
      BODY.replace("power on", "p".repeat(10_000)),
      BODY.replace("{", "{\"x\":" + "[".repeat(7_000) + "]".repeat(7_000) + ","),
      BODY.replace("{", "{\"x\":" + "{\"x\":".repeat(2_500) + "1" + "}".repeat(2_500) + ","),
      BODY.replace("{", "{\"x\":" + "[".repeat(15_000)),
      BODY.replace("192.168.1.100", "phone.example"),
      BODY.replace("192.168.1.100", "999.1.1.1"),
      BODY.replace("02:00:00:00:01:64", "02:00"),
    };
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void malformedAndHostileJsonIsRefusedAndNamed(String body) throws IOException {
    String answer = put(body);
    assertThat(status(answer)).isEqualTo(400);
    assertThat(answer)
        .contains("application/problem+json")
        .doesNotContain("Exception")
        .doesNotContain("jackson");
    assertThat(answer.length()).isLessThan(1_000);
    stillServes();
  }

  @Test
  void mutatedBodiesNeverFailTheSwitch() throws IOException {
    java.util.Random random = new java.util.Random(3);
    for (int i = 0; i < 500; i++) {
      StringBuilder body = new StringBuilder(BODY);
      for (int j = 0; j < 1 + i % 4; j++) {
        body.setCharAt(random.nextInt(body.length()), (char) random.nextInt(256));
      }
      assertThat(status(put(body.toString()))).as(body.toString()).isIn(200, 400, 409);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "15551230001",
        "%2B0123",
        "%2B",
        "%2B1555123000a",
        "%2B1234567890123456",
        "%2B1%2F..",
        "+1 2"
      })
  void whatIsNotE164IsRefused(String number) throws IOException {
    String answer =
        exchange(
            "GET /v1/registrations/"
                + number
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(status(answer)).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "5, 02:00:00:00:01:64, 200",
    "4, 02:00:00:00:01:64, 409",
    "6, 02:00:00:00:01:64, 200",
    "6, 02:00:00:00:01:65, 409"
  })
  void olderSequencesAndOtherDevicesAreRefused(int sequence, String mac, int status)
      throws IOException {
    String first = put(BODY);
    String second =
        put(BODY.replace(":5,", ":" + sequence + ",").replace("02:00:00:00:01:64", mac));
    assertThat(status(second)).isEqualTo(status);
    assertThat(second.equals(first)).as("the same answer").isEqualTo(sequence == 5);
  }

  @Test
  void theSecretIsCheckedBeforeTheBodyIsRead() throws IOException {
    assertThat(status(put(NUMBER, "wrong", "[".repeat(10_000)))).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic",
        "Basic !!!!",
        "Basic KzE1NTUxMjMwMDAx",
        "Bearer KzE1NTUxMjMwMDAxOnJpZ2h0",
        "Digest username=\"+15551230001\"",
        "Basic \u00ff\u00ff"
      })
  void credentialsThatCannotBeReadAreWrong(String header) throws IOException {
    String request =
        head(NUMBER, "right", "Content-Length: 0\r\n")
            .replace(BasicAuthorization.of(NUMBER, "right").header(), header);
    assertThat(status(exchange(request))).isEqualTo(401);
  }

  @Test
  void guessingEndsSoonAndDoesNotLockThePhoneOutThatIsRegistered() throws IOException {
    assertThat(status(put(BODY))).isEqualTo(200);
    for (int i = 0; i < 10; i++) {
      assertThat(status(put(NUMBER, "guess" + i, BODY.replace("b1", "b2")))).isEqualTo(401);
    }
    // The stranger is behind the same firewall: same address, and it may know the MAC.
    String stranger = put(NUMBER, "right", BODY.replace("b1", "b2"));
    assertThat(status(stranger)).isEqualTo(429);
    assertThat(stranger).containsIgnoringCase("retry-after: 60");
    assertThat(status(put(NUMBER, "right", BODY.replace(":5,", ":6,")))).isEqualTo(200);
    assertThat(status(put(NUMBER, "wrong", BODY.replace(":5,", ":7,")))).isEqualTo(401);
    stillServes();
    time.advance(Duration.ofSeconds(61));
    assertThat(status(put(NUMBER, "right", BODY.replace("b1", "b3")))).isEqualTo(200);
  }

  @Test
  void guessingOneSecretUnderOtherNumbersPathsEndsAsSoon() throws IOException {
    for (int i = 0; i < 10; i++) {
      PhoneNumber path = new PhoneNumber("+1666000" + (1000 + i));
      String request =
          head(path, "x", "Content-Length: 0\r\n")
              .replace(
                  BasicAuthorization.of(path, "x").header(),
                  BasicAuthorization.of(NUMBER, "guess" + i).header());
      assertThat(status(exchange(request))).isEqualTo(401);
    }
    assertThat(status(put(BODY))).isEqualTo(429);
  }

  @Test
  void guessingAllNumbersEndsTooAndLocksOutNoRegisteredPhone() throws IOException {
    assertThat(status(put(BODY))).isEqualTo(200);
    int limited = 0;
    for (int i = 0; i < 250; i++) {
      PhoneNumber number = new PhoneNumber("+1666000" + (1000 + i));
      limited += status(put(number, "guess", BODY)) == 429 ? 1 : 0;
    }
    assertThat(limited).isEqualTo(50);
    assertThat(status(put(NEIGHBOUR, "guess", BODY))).isEqualTo(429);
    assertThat(status(put(BODY.replace(":5,", ":6,")))).isEqualTo(200);
  }

  /** Sends until the server lets it no longer, and tells how much that was. */
  private static long flood(Socket socket, byte[] piece, long most) {
    long sent = 0;
    try {
      for (; sent < most; sent += piece.length) {
        socket.getOutputStream().write(piece);
      }
    } catch (IOException e) {
      return sent;
    }
    return sent;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 104857600\r\n", "Transfer-Encoding: chunked\r\n"})
  void aHugeBodyIsRefusedAndNotRead(String length) throws Exception {
    boolean chunked = length.startsWith("T");
    byte[] piece =
        ((chunked ? "4000\r\n" : "") + "x".repeat(16_384) + (chunked ? "\r\n" : ""))
            .getBytes(US_ASCII);
    try (Socket socket = connect()) {
      socket.getOutputStream().write(head(NUMBER, "right", length).getBytes(US_ASCII));
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> read(socket));
      long sent = flood(socket, piece, 104_857_600);
      assertThat(status(answer.get())).isEqualTo(413);
      assertThat(sent).as("until the connection ended").isLessThan(50_000_000);
    }
    stillServes();
  }

  @Test
  void aBodyOfTenMegabytesIsAnsweredToWhoReadsOnlyAfterwards() throws IOException {
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(head(NUMBER, "right", "Content-Length: 10485760\r\n").getBytes(US_ASCII));
      flood(socket, new byte[65_536], 10_485_760);
      assertThat(status(read(socket))).isEqualTo(413);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "GET /v1/whoami HTTP/1.1\r\nHost: x\r\n", "BODY"})
  void whoDripsIsClosed(String start) throws Exception {
    boolean body = start.equals("BODY");
    String begin = body ? head(NUMBER, "right", "Content-Length: 4000\r\n") + "{" : start;
    byte[] drop = (start.equals("GET") ? " " : body ? " " : "X: y\r\n").getBytes(US_ASCII);
    try (Socket socket = connect()) {
      socket.getOutputStream().write(begin.getBytes(US_ASCII));
      socket.setSoTimeout(50);
      long from = System.nanoTime();
      boolean closed = false;
      while (!closed && System.nanoTime() - from < Duration.ofSeconds(10).toNanos()) {
        try {
          socket.getOutputStream().write(drop);
          closed = socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
          closed = false; // nothing yet: another drop
        } catch (SocketException e) {
          closed = true;
        }
      }
      assertThat(closed).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - from).toMillis()).isBetween(1_000L, 4_000L);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X: y\r\n", "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", "x"})
  void aFloodOfHeadersIsRefused(String piece) throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write("GET /health HTTP/1.1\r\n".getBytes(US_ASCII));
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> read(socket));
      long sent = flood(socket, piece.repeat(1000).getBytes(US_ASCII), 100_000_000);
      assertThat(status(answer.get())).isEqualTo(431);
      assertThat(sent).isLessThan(50_000_000);
    }
  }

  @Test
  void aFloodOfTrailersIsRefused() throws Exception {
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(
              (head(NUMBER, "right", "Transfer-Encoding: chunked\r\n") + "0\r\n")
                  .getBytes(US_ASCII));
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> read(socket));
      long sent = flood(socket, "X: y\r\n".repeat(1000).getBytes(US_ASCII), 100_000_000);
      assertThat(status(answer.get())).isBetween(400, 431);
      assertThat(sent).isLessThan(50_000_000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.1, '', 400",
    "1.1, Host: x|Host: x|, 400",
    "1.1, Host: x|Host: y|, 400",
    "1.1, Host: x|, 200",
    "1.1, Host:|, 200",
    "1.0, '', 200",
    "1.0, Host: x|Host: y|, 400",
  })
  void aRequestNamesItsHostOnce(String version, String hosts, int status) throws IOException {
    String fields = hosts.replace("|", "\r\n") + "Connection: close\r\n\r\n";
    assertThat(status(exchange("GET /health HTTP/" + version + "\r\n" + fields))).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE"})
  void aBodyOfAnotherEncodingIsRefused(String encoding) throws IOException {
    String octets = new String(BODY.getBytes(Charset.forName(encoding)), ISO_8859_1);
    assertThat(put(octets)).contains("not JSON in UTF-8").startsWith("HTTP/1.1 400 ");
    stillServes();
  }

  @Test
  void bodiesInBodiesAreNotTakenForRequests() throws IOException {
    String inner = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    for (String lengths :
        new String[] {
          "Content-Length: 0\r\nContent-Length: " + inner.length() + "\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "Content-Length: +5\r\n",
          "Content-Length: 0x5\r\n",
          "Transfer-Encoding: xchunked\r\n",
        }) {
      String answer = exchange(head(NUMBER, "right", lengths) + inner);
      assertThat(answer.split("HTTP/1.1 ", -1)).as(lengths).hasSize(2);
      assertThat(status(answer)).isBetween(400, 499);
    }
  }
}

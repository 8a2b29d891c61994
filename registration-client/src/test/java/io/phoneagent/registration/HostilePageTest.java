// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.runtime.NioLoop;
import io.phoneagent.runtime.SystemNetwork;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.PublicAddressProbe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a firewall's page, or whoever answers in its place, may send: over real sockets. */
class HostilePageTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
  private static final byte[] KILOBYTE = "x".repeat(1024).getBytes(US_ASCII);

  /** Answers one connection. */
  private interface Page {
    void answer(OutputStream out) throws IOException;
  }

  private final NioLoop loop = NioLoop.start("test-loop", e -> {});
  private final NetworkBinding network = new SystemNetwork(loop);
  private final SharedHttp threads = new SharedHttp(loop, 3, Duration.ZERO);
  private final HttpExchange http = threads.over(network, List.of());
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger unheard = new AtomicInteger();
  private final AtomicLong sent = new AtomicLong();

  /** What is loaded for the first question is not the page's fault. */
  @BeforeAll
  static void loadTheClient() throws Exception {
    HostilePageTest first = new HostilePageTest();
    first.ask(page("8.8.8.8"));
    first.close();
  }

  @AfterEach
  void close() {
    threads.close();
    loop.close();
  }

  private String ask(Page page) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread serving = new Thread(() -> serve(server, page), "page");
      serving.setDaemon(true);
      serving.start();
      return new LoopProbes(loop, network, http)
          .ask(
              PublicAddressProbe.httpGet("http://127.0.0.1:" + server.getLocalPort() + "/ip")
                  .create(new LoopProbes(loop, network, http)));
    }
  }

  private void serve(ServerSocket server, Page page) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        asked.incrementAndGet();
        // A request without a body ends with an empty line.
        int ending = 0;
        while (ending != 0x0d0a0d0a) {
          int octet = socket.getInputStream().read();
          if (octet < 0) {
            break;
          }
          ending = ending << 8 | octet;
        }
        page.answer(socket.getOutputStream());
      } catch (IOException e) {
        unheard.incrementAndGet(); // the phone has heard enough
      }
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(US_ASCII));
    out.flush();
  }

  private static Page page(String body) {
    return out -> write(out, OK + "Content-Length: " + body.length() + "\r\n\r\n" + body);
  }

  private void endless(OutputStream out, byte[] piece) throws IOException {
    while (sent.get() < 1L << 30) {
      out.write(piece);
      sent.addAndGet(piece.length);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8.8.8.8 | 8.8.8.8",
        "2600::1 | 2600:0:0:0:0:0:0:1",
        "<html><form action=/login>Welcome to the hotel</form></html> | holds no IP address",
        "<html>log in at http://192.168.1.1/ or http://10.0.0.1/</html> | no public address, only",
        "10.1.2.3 | no public address",
        "192.168.1.1 | no public address",
        "100.64.0.1 | no public address",
        "169.254.1.1 | no public address",
        "127.0.0.1 | no public address",
        "0.0.0.0 | no address, only 0.0.0.0",
        "255.255.255.255 | no public address",
        "224.0.0.1 | no public address",
        "fe80::1 | no public address",
        "fd00::1 | no public address",
        "::1 | no public address",
        "::ffff:10.0.0.1 | no",
        "8.8.8.8 1.1.1.1 | 2 public addresses",
        "'' | holds no IP address",
      })
  void aPageIsTakenForWhatItSays(String body, String becomes) throws Exception {
    assertThat(ask(page(body))).contains(becomes);
  }

  @Test
  void anErrorIsNoAddressWhateverItSays() throws Exception {
    assertThat(ask(out -> write(out, "HTTP/1.1 500 Oops\r\nContent-Length: 7\r\n\r\n8.8.8.8")))
        .isEqualTo("it answered with status 500");
  }

  @Test
  void nothingAndNonsenseAreNoAnswer() throws Exception {
    assertThat(ask(out -> {})).startsWith("no answer");
    assertThat(ask(out -> write(out, "8.8.8.8\r\n"))).startsWith("no answer");
    assertThat(ask(out -> write(out, "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n8.8.8.8")))
        .doesNotContain("Exception");
    assertThat(ask(out -> write(out, OK + "Content-Length: 50\r\n\r\n8.8.8.8")))
        .as("cut short")
        .startsWith("no answer");
  }

  @Test
  void redirectsThatLeadInCirclesEnd() throws Exception {
    assertThat(
            ask(out -> write(out, "HTTP/1.1 302 F\r\nLocation: /ip\r\nContent-Length: 0\r\n\r\n")))
        .contains("redirects more than 3 times");
    assertThat(asked.get()).isEqualTo(4);
  }

  @Test
  void redirectsToOthersAreNotFollowed() throws Exception {
    assertThat(
            ask(out -> write(out, "HTTP/1.1 302 F\r\nLocation: http://localhost/8.8.8.8\r\n\r\n")))
        .contains("captive portal");
    assertThat(asked.get()).isEqualTo(1);
  }

  /** A fragment names the host to connect to, and must not be the page's to choose. */
  @Test
  void redirectsWithAFragmentStayHere() throws Exception {
    assertThat(
            ask(
                out -> {
                  if (asked.get() == 1) {
                    write(out, "HTTP/1.1 302 F\r\nLocation: /next#192.0.2.1\r\n");
                    write(out, "Content-Length: 0\r\n\r\n");
                  } else {
                    write(out, OK + "Content-Length: 7\r\n\r\n8.8.8.8");
                  }
                }))
        .isEqualTo("8.8.8.8");
    assertThat(asked.get()).isEqualTo(2);
  }

  @Test
  void whatIsToldOfNonsenseIsShort() throws Exception {
    String answer = ask(out -> write(out, "x".repeat(100_000) + "\u0007\r\n\r\n"));
    assertThat(answer).startsWith("no answer").hasSizeLessThan(250);
    assertThat(answer.chars()).noneMatch(Character::isISOControl);
  }

  @ParameterizedTest
  @CsvSource({"Content-Length: 1073741824", "Transfer-Encoding: chunked", "X-Until: the end"})
  void aGigabyteIsNotRead(String length) throws Exception {
    boolean chunked = length.startsWith("T");
    String answer =
        ask(
            out -> {
              write(out, OK + length + "\r\n\r\n");
              byte[] piece = ("400\r\n" + "x".repeat(1024) + "\r\n").getBytes(US_ASCII);
              endless(out, chunked ? piece : KILOBYTE);
            });
    assertThat(answer).contains("longer than 262144 octets");
    assertThat(sent.get()).isLessThan(24L << 20); // what the system's buffers hold
  }

  @Test
  void aSmallAnswerThatUnpacksToAGigabyteIsNotUnpacked() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      for (int i = 0; i < 100_000; i++) {
        gzip.write(KILOBYTE);
      }
    }
    assertThat(
            ask(
                out -> {
                  write(out, OK + "Content-Encoding: gzip\r\nContent-Length: " + packed.size());
                  write(out, "\r\n\r\n");
                  packed.writeTo(out);
                }))
        .contains("longer than 262144 octets");
  }

  @Test
  void endlessHeadersAreNotRead() throws Exception {
    String answer =
        ask(
            out -> {
              write(out, OK);
              endless(out, "X: 8.8.8.8\r\n".getBytes(US_ASCII));
            });
    assertThat(answer).startsWith("no answer");
    assertThat(sent.get()).isLessThan(64L << 20);
  }

  @Test
  void whoDripsIsNotWaitedFor() throws Exception {
    long from = System.nanoTime();
    String answer =
        ask(
            out -> {
              write(out, OK + "Content-Length: 100000\r\n\r\n");
              for (int i = 0; i < 200; i++) {
                write(out, "8");
                LockSupport.parkNanos(50_000_000);
              }
            });
    assertThat(answer).startsWith("no answer");
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
  }
}

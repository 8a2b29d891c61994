// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.runtime.NioLoop;
import io.phoneagent.runtime.SystemNetwork;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.PublicAddressProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server does with its connections, over real sockets, and what a probe makes of it. */
class KeptConnectionsTest {
  /** How a server treats a connection. */
  private enum Habit {
    /** HTTP/1.1 as it is meant. */
    KEEPS,
    /** HTTP/1.0: closes without a word. */
    OLD,
    /** Says that it keeps it, and closes it. */
    LIES,
    /** Answers each connection's first question only, as a firewall does that has forgotten it. */
    FORGETS
  }

  private final NioLoop loop = NioLoop.start("test-loop", e -> {});
  private final NetworkBinding network = new SystemNetwork(loop);
  private final SharedHttp threads = new SharedHttp(loop, 3, Duration.ZERO);
  private final LoopProbes context =
      new LoopProbes(loop, network, threads.over(network, List.of()));
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger questions = new AtomicInteger();
  private volatile Habit habit = Habit.KEEPS;
  private ServerSocket server;
  private Probe probe;

  @BeforeEach
  void serve() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    probe =
        PublicAddressProbe.httpGet("http://127.0.0.1:" + server.getLocalPort() + "/ip")
            .create(context);
    start(this::accept);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    threads.close();
    loop.close();
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "page");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        start(() -> answer(socket));
      } catch (IOException e) {
        return; // the test is over
      }
    }
  }

  private void answer(Socket socket) {
    try (socket;
        BufferedReader in =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
      for (int number = 1; ; number++) {
        boolean close = false;
        for (String line = in.readLine(); line == null || !line.isEmpty(); line = in.readLine()) {
          if (line == null) {
            return;
          }
          close |= line.toLowerCase(Locale.ROOT).equals("connection: close");
        }
        questions.incrementAndGet();
        if (habit == Habit.FORGETS && number > 1) {
          continue; // as if nobody were there, until the phone gives the connection up
        }
        String version = habit == Habit.OLD ? "HTTP/1.0" : "HTTP/1.1";
        String said = close && habit != Habit.OLD ? "Connection: close\r\n" : "";
        socket
            .getOutputStream()
            .write(
                (version + " 200 OK\r\nContent-Length: 7\r\n" + said + "\r\n8.8.8.8")
                    .getBytes(US_ASCII));
        if (close || habit == Habit.OLD || habit == Habit.LIES) {
          return;
        }
      }
    } catch (IOException e) {
      return; // the phone has closed it
    }
  }

  private void check(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      assertThat(context.ask(probe)).isEqualTo("8.8.8.8");
    }
  }

  @Test
  void manyChecksGoOverOneConnection() throws Exception {
    check(20);
    assertThat(questions.get()).isEqualTo(20);
    assertThat(connections.get()).as("the first alone").isEqualTo(2);
  }

  @Test
  void anOldServerLosesNoQuestion() throws Exception {
    habit = Habit.OLD;
    check(20);
    assertThat(questions.get()).isEqualTo(20);
    assertThat(connections.get()).isEqualTo(20);
  }

  @Test
  void aServerThatLiesLosesOne() throws Exception {
    habit = Habit.LIES;
    check(20);
    // The lost one may not even have reached it.
    assertThat(questions.get()).isEqualTo(20);
    assertThat(connections.get()).isEqualTo(20);
  }

  @Test
  void aDeadConnectionCostsHalfASecond() throws Exception {
    check(3);
    habit = Habit.FORGETS;
    long before = loop.nanos();
    check(1);
    assertThat(Duration.ofNanos(loop.nanos() - before)).isGreaterThan(Duration.ofMillis(450));
    int asked = questions.get();
    check(3);
    assertThat(questions.get() - asked).as("none is lost again").isEqualTo(3);
  }

  @Test
  void afterAChangeOfAddressNoneIsUsed() throws Exception {
    check(3);
    context.http().dropConnections();
    check(1);
    assertThat(connections.get()).isEqualTo(3);
  }
}

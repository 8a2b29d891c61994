// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one agent costs a JVM: registered, its flow open, a status page asked each second. */
class ThreadsAtRestTest {
  private static final String NUMBER = "+15551230001";

  @Test
  void areFourAtMostAndAllNamed(@TempDir Path data) throws Exception {
    try (TestSwitch dnsSwitch = new TestSwitch(data, NUMBER, "s1");
        ServerSocket page = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> serve(page), "test-page");
      server.setDaemon(true);
      server.start();
      Process phone =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-cp",
                      System.getProperty("java.class.path"),
                      RestingPhone.class.getName(),
                      dnsSwitch.address(),
                      NUMBER,
                      "s1",
                      dnsSwitch.authority().toString(),
                      "http://127.0.0.1:" + page.getLocalPort() + "/status"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (BufferedReader out = phone.inputReader(StandardCharsets.UTF_8)) {
        List<String> looks =
            out.lines().filter(l -> l.startsWith("threads ")).collect(Collectors.toList());
        assertThat(looks).hasSizeGreaterThan(50);
        for (String look : looks) {
          String[] names = look.substring("threads [".length(), look.length() - 1).split(", ", -1);
          assertThat(names)
              .hasSizeBetween(2, 4)
              .allMatch(n -> n.startsWith("phoneagent-") || n.startsWith("OkHttp "));
        }
      } finally {
        phone.destroyForcibly();
      }
    }
  }

  private static void serve(ServerSocket page) {
    try {
      while (true) {
        try (Socket accepted = page.accept()) {
          BufferedReader in =
              new BufferedReader(
                  new InputStreamReader(accepted.getInputStream(), StandardCharsets.US_ASCII));
          for (String line = in.readLine(); !"".equals(line); line = in.readLine()) {
            if (line == null) {
              break;
            }
          }
          accepted
              .getOutputStream()
              .write("HTTP/1.0 200 OK\r\n\r\n127.0.0.1\n".getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      return; // closed
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server on loopback that answers with the path it was asked for; never for /slow. */
final class PageServer implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger connections = new AtomicInteger();

  PageServer() throws IOException {
    threads.execute(this::accept);
  }

  URI page(String path) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
  }

  int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket accepted = socket.accept();
        connections.incrementAndGet();
        threads.execute(() -> serve(accepted));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket accepted) {
    try (accepted) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(accepted.getInputStream(), StandardCharsets.US_ASCII));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] request = line.split(" ", -1);
        int length = 0;
        String type = "none";
        for (String header = in.readLine(); !"".equals(header); header = in.readLine()) {
          String lower = String.valueOf(header).toLowerCase(Locale.ROOT);
          if (lower.startsWith("content-length: ")) {
            length = Integer.parseInt(lower.substring("content-length: ".length()));
          } else if (lower.startsWith("content-type: ")) {
            type = lower.substring("content-type: ".length());
          }
        }
        for (int i = 0; i < length; i++) {
          in.read();
        }
        if (request[1].equals("/slow")) {
          continue; // until the other side gives up
        }
        String answer =
            "HTTP/1.1 200 OK\r\nX-Method: "
                + request[0]
                + "\r\nX-Type: "
                + type
                + "\r\nContent-Length: "
                + request[1].length()
                + "\r\n\r\n"
                + request[1];
        accepted.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      return; // the other side has given up
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}

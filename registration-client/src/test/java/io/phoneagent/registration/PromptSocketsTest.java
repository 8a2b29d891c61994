// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

/** However a socket is made, it sends at once. */
class PromptSocketsTest {
  @Test
  void noSocketWaitsWithWhatIsWritten() throws Exception {
    SocketFactory prompt = new PromptSockets(SocketFactory.getDefault());
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket server = new ServerSocket(0, 5, here);
        Socket unconnected = prompt.createSocket();
        Socket byName = prompt.createSocket(here.getHostAddress(), server.getLocalPort());
        Socket byAddress = prompt.createSocket(here, server.getLocalPort());
        Socket bound = prompt.createSocket(here, server.getLocalPort(), here, 0);
        Socket boundByName =
            prompt.createSocket(here.getHostAddress(), server.getLocalPort(), here, 0)) {
      for (Socket socket : new Socket[] {unconnected, byName, byAddress, bound, boundByName}) {
        assertThat(socket.getTcpNoDelay()).isTrue();
      }
    }
  }
}

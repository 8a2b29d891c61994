// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.http.CertificateAuthority;
import io.phoneagent.dnsswitch.http.HttpServer;
import io.phoneagent.dnsswitch.http.ServerIdentity;
import io.phoneagent.dnsswitch.http.Sources;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.runtime.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The TCP and TLS side of the signalling port, over real sockets. */
class StreamConnectionsTest {
  private static final String SIP = "OPTIONS sip:x SIP/2.0\r\nContent-Length: 2\r\n\r\n\001\002";

  @TempDir private Path data;

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private final BlockingQueue<FlowSource> sources = new LinkedBlockingQueue<>();
  private volatile Executor loop = Runnable::run;
  private StreamConnections connections;
  private InetSocketAddress plain;
  private InetSocketAddress tlsOnly;

  @BeforeEach
  void bind() throws Exception {
    Clock clock = Clock.system();
    ServerIdentity identity =
        new ServerIdentity(
            CertificateAuthority.open(data, clock), clock, List.of("localhost"), List.of());
    connections =
        new StreamConnections(
            task -> loop.execute(task),
            new Heard(),
            Optional.of(HttpServer.tls(identity)),
            new Sources(
                clock,
                new HttpServer.Limits(
                    3, 1_000, 1_000, 1_000, Duration.ofSeconds(10), address -> false)),
            clock);
    plain = connections.bind(anyPort(), false);
    tlsOnly = connections.bind(anyPort(), true);
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @AfterEach
  void close() {
    connections.close();
  }

  private final class Heard implements StreamConnections.Listener {
    @Override
    public void received(ByteBuffer message, FlowSource from) {
      sources.add(from);
      seen.add(
          StunMessage.begins(message)
              ? "stun " + StunMessage.read(message).orElseThrow().kind()
              : US_ASCII.decode(message).toString());
    }

    @Override
    public void closed(FlowSource connection) {
      seen.add("closed " + connection.transport());
    }
  }

  /** A Binding request without attributes. */
  private static byte[] stun() {
    return ByteBuffer.allocate(20)
        .putShort((short) 1)
        .putShort((short) 0)
        .putInt(0x2112A442)
        .putLong(42)
        .putInt(43)
        .array();
  }

  private String next() throws InterruptedException {
    String next = seen.poll(10, TimeUnit.SECONDS);
    return next == null ? "nothing" : next;
  }

  private Socket plainSocket() throws IOException {
    return new Socket(plain.getAddress(), plain.getPort());
  }

  private static Socket tlsSocket(InetSocketAddress to) throws Exception {
    return tlsSocket(to, 0);
  }

  private static Socket tlsSocket(InetSocketAddress to, int localPort) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAll()}, null);
    Socket plain = new Socket();
    plain.setReuseAddress(true);
    plain.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), localPort));
    plain.connect(to);
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(plain, to.getHostString(), to.getPort(), true);
    socket.startHandshake();
    return socket;
  }

  /** What certificate it is, others test. */
  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {
      // Nobody asks.
    }

    @Override
    public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {
      // Whoever it is.
    }

    @Override
    public java.security.cert.X509Certificate[] getAcceptedIssuers() {
      return new java.security.cert.X509Certificate[0];
    }
  }

  private void speak(Socket socket, Transport transport) throws Exception {
    try (socket) {
      socket.getOutputStream().write(stun());
      socket.getOutputStream().write((SIP + "\r\n\r\n" + SIP).getBytes(US_ASCII));
      assertThat(next()).isEqualTo("stun REQUEST");
      assertThat(next()).isEqualTo(SIP);
      assertThat(next()).isEqualTo(SIP);
      FlowSource source = sources.take();
      assertThat(source.transport()).isEqualTo(transport);
      assertThat(source.address().getPort()).isEqualTo(socket.getLocalPort());
      connections.send(ByteBuffer.wrap("answer".getBytes(US_ASCII)), source);
      // The two line ends between the messages ask for one (RFC 5626, section 4.4.1).
      assertThat(socket.getInputStream().readNBytes(8)).isEqualTo("\r\nanswer".getBytes(US_ASCII));
    }
    assertThat(next()).isEqualTo("closed " + transport);
  }

  @Test
  void stunAndSipOverTcp() throws Exception {
    speak(plainSocket(), Transport.TCP);
  }

  @Test
  void whatIsSentToAConnectionThatOpensGoesOutWhenItIsThere() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      FlowSource there =
          connections.connect(
              new InetSocketAddress(server.getInetAddress(), server.getLocalPort()),
              Optional.of(InetAddress.getLoopbackAddress()));
      assertThat(connections.send(ByteBuffer.wrap("one".getBytes(US_ASCII)), there)).isTrue();
      assertThat(connections.send(ByteBuffer.wrap("two".getBytes(US_ASCII)), there)).isTrue();
      try (Socket socket = server.accept()) {
        assertThat(socket.getInputStream().readNBytes(6)).isEqualTo("onetwo".getBytes(US_ASCII));
        socket.getOutputStream().write(SIP.getBytes(US_ASCII));
        assertThat(next()).isEqualTo(SIP);
        assertThat(sources.take()).isEqualTo(there);
      }
      assertThat(next()).isEqualTo("closed TCP");
      assertThat(connections.send(ByteBuffer.wrap("three".getBytes(US_ASCII)), there)).isFalse();
    }
  }

  @Test
  void aConnectionThatIsRefusedIsClosed() throws Exception {
    int port;
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    FlowSource there =
        connections.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Optional.empty());
    connections.send(ByteBuffer.wrap("one".getBytes(US_ASCII)), there);
    assertThat(next()).isEqualTo("closed TCP");
    assertThat(connections.send(ByteBuffer.wrap("two".getBytes(US_ASCII)), there)).isFalse();
  }

  @Test
  void tlsOnThePortForBoth() throws Exception {
    speak(tlsSocket(plain), Transport.TLS);
  }

  @Test
  void tlsOnItsOwnPort() throws Exception {
    speak(tlsSocket(tlsOnly), Transport.TLS);
  }

  @Test
  void plainTextOnThePortOfTlsIsClosed() throws Exception {
    try (Socket socket = new Socket(tlsOnly.getAddress(), tlsOnly.getPort())) {
      socket.getOutputStream().write(stun());
      assertThat(ended(socket)).isTrue();
      assertThat(seen).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "INVITE sip:x SIP/2.0\r\nContent-Length: 99999999\r\n\r\n",
        "\003\003\377\377................................",
      })
  void whatIsNeitherStunNorSipIsClosed(String words) throws Exception {
    try (Socket socket = plainSocket()) {
      socket.getOutputStream().write(words.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
      assertThat(ended(socket)).isTrue();
      assertThat(next()).isEqualTo("closed TCP");
    }
  }

  /** Closed, or reset because of what was not read. */
  private static boolean ended(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    try {
      return socket.getInputStream().readAllBytes().length < 100;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  @Test
  void closesWhatItIsToldToClose() throws Exception {
    try (Socket socket = plainSocket()) {
      socket.getOutputStream().write(stun());
      assertThat(next()).isEqualTo("stun REQUEST");
      FlowSource source = sources.take();
      connections.close(source);
      assertThat(ended(socket)).isTrue();
      connections.close(source);
      connections.send(ByteBuffer.wrap(new byte[] {1}), source);
    }
  }

  /** As behind a firewall that uses one outer port towards both of the switch's. */
  @Test
  void anotherConnectionFromTheSameAddressAndPortIsNotTakenForTheFirst() throws Exception {
    try (Socket first = tlsSocket(tlsOnly)) {
      first.getOutputStream().write(stun());
      assertThat(next()).isEqualTo("stun REQUEST");
      FlowSource phone = sources.take();
      try (Socket second = tlsSocket(plain, first.getLocalPort())) {
        second.getOutputStream().write(stun());
        assertThat(next()).isEqualTo("stun REQUEST");
        FlowSource stranger = sources.take();
        assertThat(stranger.address()).isEqualTo(phone.address());
        assertThat(stranger).isNotEqualTo(phone);
        connections.send(ByteBuffer.wrap(new byte[] {1}), phone);
        connections.send(ByteBuffer.wrap(new byte[] {2}), stranger);
        assertThat(first.getInputStream().read()).isEqualTo(1);
        assertThat(second.getInputStream().read()).isEqualTo(2);
      }
    }
  }

  @Test
  void aLoopThatIsBusyIsNotBuriedUnderWhatOneConnectionSends() throws Exception {
    BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    loop = tasks::add;
    int all = 400_000;
    ByteBuffer flood = ByteBuffer.allocate(all * 20);
    while (flood.hasRemaining()) {
      flood.put(stun());
    }
    try (Socket socket = plainSocket()) {
      Thread sender = new Thread(() -> write(socket, flood.array()), "sender");
      sender.start();
      tasks.put(tasks.take());
      // Until TCP's buffers are full, which take a few megabytes, or all of it was taken.
      sender.join(1_000);
      assertThat(tasks).hasSizeLessThan(1_000);
      int taken = 0;
      while (taken < all) {
        Runnable task = tasks.poll(10, TimeUnit.SECONDS);
        assertThat(task).as("after " + taken).isNotNull();
        task.run();
        taken++;
        assertThat(tasks).hasSizeLessThan(1_000);
      }
      sender.join();
    }
  }

  private static void write(Socket socket, byte[] octets) {
    try {
      socket.getOutputStream().write(octets);
    } catch (IOException e) {
      return; // the test says what is missing
    }
  }

  @Test
  void oneSourceHasSoManyConnections() throws Exception {
    try (Socket one = plainSocket();
        Socket two = plainSocket();
        Socket three = plainSocket();
        Socket four = plainSocket()) {
      assertThat(ended(four)).isTrue();
      for (Socket socket : List.of(one, two, three)) {
        socket.getOutputStream().write(stun());
        assertThat(next()).isEqualTo("stun REQUEST");
      }
    }
  }
}

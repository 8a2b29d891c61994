// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The phone's end of TLS against the JDK's other end. */
class TlsStreamTest {
  private static final char[] NO_PASSWORD = {};

  private final NioLoop loop = NioLoop.start("test-loop", e -> {});
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private SSLServerSocket server;
  private SSLContext phone;

  @BeforeEach
  void listen() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    X509Certificate certificate = certificate(pair);
    KeyStore keys = emptyStore();
    keys.setKeyEntry("switch", pair.getPrivate(), NO_PASSWORD, new X509Certificate[] {certificate});
    KeyManagerFactory identity =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    identity.init(keys, NO_PASSWORD);
    SSLContext switches = SSLContext.getInstance("TLS");
    switches.init(identity.getKeyManagers(), null, null);
    server =
        (SSLServerSocket)
            switches
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress());

    KeyStore trusted = emptyStore();
    trusted.setCertificateEntry("switch", certificate);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    phone = SSLContext.getInstance("TLS");
    phone.init(null, trust.getTrustManagers(), null);
  }

  private static KeyStore emptyStore() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static X509Certificate certificate(KeyPair pair) throws Exception {
    X500Name name = new X500Name("CN=switch.test");
    Instant begin = Instant.ofEpochSecond(1_700_000_000);
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.ONE,
                    Date.from(begin),
                    Date.from(begin.plusSeconds(4_000_000_000L)),
                    name,
                    pair.getPublic())
                .addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, "switch.test")))
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    loop.close();
  }

  private final class Told implements StreamReceiver {
    @Override
    public void connected() {
      seen.add("connected");
    }

    @Override
    public void received(ByteBuffer data) {
      seen.add(StandardCharsets.US_ASCII.decode(data).toString());
    }

    @Override
    public void closed(String cause) {
      seen.add("closed: " + cause);
    }
  }

  private StreamPort open(SSLContext context, String expected) throws IOException {
    SSLEngine engine = context.createSSLEngine(expected, server.getLocalPort());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    InetAddress here = InetAddress.getLoopbackAddress();
    return TlsStream.open(
        new SystemNetwork(loop),
        new InetSocketAddress(here, 0),
        new InetSocketAddress(here, server.getLocalPort()),
        engine,
        new Told());
  }

  private String next() throws InterruptedException {
    String next = seen.poll(10, TimeUnit.SECONDS);
    return next == null ? "nothing" : next;
  }

  private static ByteBuffer octets(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void carriesBothWays(String version) throws Exception {
    server.setEnabledProtocols(new String[] {version});
    StreamPort stream = open(phone, "switch.test");
    stream.send(octets("early ")); // before the handshake
    try (SSLSocket accepted = (SSLSocket) server.accept()) {
      accepted.startHandshake();
      assertThat(next()).isEqualTo("connected");
      stream.send(octets("late"));
      assertThat(new String(accepted.getInputStream().readNBytes(10), StandardCharsets.US_ASCII))
          .isEqualTo("early late");
      accepted.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
      assertThat(next()).isEqualTo("hello");
      assertThat(accepted.getSession().getProtocol()).isEqualTo(version);
    }
    assertThat(next()).isEqualTo("closed: closed by the other end");
  }

  @Test
  void manyRecordsArriveWhole() throws Exception {
    open(phone, "switch.test");
    try (SSLSocket accepted = (SSLSocket) server.accept()) {
      accepted.startHandshake();
      assertThat(next()).isEqualTo("connected");
      byte[] much = new byte[100_000];
      java.util.Arrays.fill(much, (byte) 'x');
      accepted.getOutputStream().write(much);
      int got = 0;
      while (got < much.length) {
        String part = next();
        assertThat(part).matches("x+");
        got += part.length();
      }
      assertThat(got).isEqualTo(much.length);
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    open(phone, "other.test");
    shakeInVain();
    assertThat(next()).startsWith("closed: TLS: ").contains("other.test", "--ca");
    assertThat(seen).isEmpty();
  }

  @Test
  void aCertificateOfAnUnknownAuthorityIsRefused() throws Exception {
    open(SSLContext.getDefault(), "switch.test");
    shakeInVain();
    assertThat(next()).startsWith("closed: TLS: ").contains("certification path", "--ca");
  }

  private void shakeInVain() throws IOException {
    try (SSLSocket accepted = (SSLSocket) server.accept()) {
      accepted.startHandshake();
      // With TLS 1.3 the switch is through before the phone has looked at its certificate.
      assertThat(accepted.getInputStream().read()).isEqualTo(-1);
    } catch (IOException e) {
      assertThat(e).isNotNull(); // the phone's alert
    }
  }

  @Test
  void aSecondConnectionResumesTheSession() throws Exception {
    long first = shake();
    long second = shake();
    assertThat(second).as("when the session began").isEqualTo(first);
  }

  /** One connection, with a word each way, so that the ticket has arrived. */
  private long shake() throws Exception {
    StreamPort stream = open(phone, "switch.test");
    try (SSLSocket accepted = (SSLSocket) server.accept()) {
      accepted.startHandshake();
      assertThat(next()).isEqualTo("connected");
      accepted.getOutputStream().write("x".getBytes(StandardCharsets.US_ASCII));
      assertThat(next()).isEqualTo("x");
      stream.close();
      return accepted.getSession().getCreationTime();
    }
  }
}

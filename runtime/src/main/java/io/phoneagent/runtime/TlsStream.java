// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * The client's end of TLS (RFC 8446) over a stream: a stream itself, which is connected once the
 * handshake is through. Does no I/O of its own. Certificates are checked on the loop, which takes a
 * few milliseconds once per connection.
 */
public final class TlsStream implements StreamPort {
  // Before the handshake is through there is nothing to say but the first words of a flow.
  private static final int MOST_WAITING = 16_384;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private final StreamReceiver receiver;
  private final Deque<ByteBuffer> early = new ArrayDeque<>();
  private int earlyOctets;
  private ByteBuffer encrypted = NOTHING;
  private StreamPort stream = new Unopened();
  private boolean up;
  private boolean over;

  private TlsStream(SSLEngine engine, StreamReceiver receiver) {
    this.engine = engine;
    this.receiver = receiver;
  }

  /**
   * Begins to open a connection and TLS over it.
   *
   * @param engine set to client mode, and told whom to expect at the other end
   * @throws IOException if the local address cannot be bound
   */
  public static StreamPort open(
      NetworkBinding network,
      InetSocketAddress local,
      InetSocketAddress remote,
      SSLEngine engine,
      StreamReceiver receiver)
      throws IOException {
    TlsStream tls = new TlsStream(engine, receiver);
    synchronized (tls) { // it may be up before the caller knows of it
      tls.stream = network.openStream(local, remote, tls.new Encrypted());
    }
    return tls;
  }

  @Override
  public InetSocketAddress local() {
    return stream.local();
  }

  @Override
  public synchronized void send(ByteBuffer data) {
    if (over) {
      return;
    }
    if (!up) {
      earlyOctets += data.remaining();
      if (earlyOctets <= MOST_WAITING) {
        early.add(OctetCopy.of(data));
      }
      return;
    }
    try {
      wrap(data);
    } catch (SSLException e) {
      close();
    }
  }

  @Override
  public synchronized void close() {
    if (!over) {
      over = true;
      try {
        engine.closeOutbound();
        wrap(NOTHING); // says so to the other end, which need not answer
      } catch (SSLException e) {
        over = true; // it is, whatever TLS has to say about it
      }
    }
    stream.close();
  }

  /** Encrypts all of it, at least one record. */
  private void wrap(ByteBuffer plain) throws SSLException {
    do {
      ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      SSLEngineResult result = engine.wrap(plain, record);
      ((Buffer) record).flip();
      if (record.hasRemaining()) {
        stream.send(record);
      }
      if (result.getStatus() != SSLEngineResult.Status.OK) {
        return;
      }
    } while (plain.hasRemaining());
  }

  /** Goes on with the handshake as far as it goes without more from the other end. */
  private void shake() throws SSLException {
    HandshakeStatus status = engine.getHandshakeStatus();
    while (status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP) {
      if (status == HandshakeStatus.NEED_WRAP) {
        wrap(NOTHING);
      } else {
        for (Runnable task = engine.getDelegatedTask();
            task != null;
            task = engine.getDelegatedTask()) {
          task.run();
        }
      }
      status = engine.getHandshakeStatus();
    }
  }

  /**
   * Decrypts one record.
   *
   * @return what it said; empty if it is not complete
   */
  private ByteBuffer unwrap() throws SSLException {
    ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    engine.unwrap(encrypted, plain);
    ((Buffer) plain).flip();
    return plain;
  }

  private synchronized boolean comesUp() throws SSLException {
    if (up || engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
      return false;
    }
    up = true;
    while (!early.isEmpty()) {
      wrap(early.remove());
    }
    return true;
  }

  private void fail(SSLException e) {
    close();
    receiver.closed("TLS: " + reason(e));
  }

  private static String reason(Throwable thrown) {
    Throwable cause = thrown;
    boolean certificate = isOfCertificate(cause);
    while (cause.getCause() != null) {
      cause = cause.getCause();
      certificate |= isOfCertificate(cause);
    }
    String message =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return certificate
        ? "the certificate is not accepted ("
            + message
            + "); trust the authority that issued it (PhoneAgentBuilder.trust, or --ca), under the"
            + " name it was issued for"
        : message;
  }

  /** Whether somebody has to mend a certificate, or what is trusted. */
  public static boolean isOfCertificate(Throwable thrown) {
    return thrown instanceof CertificateException
        || thrown instanceof CertPathValidatorException
        || thrown instanceof CertPathBuilderException
        || thrown instanceof SSLPeerUnverifiedException;
  }

  private final class Encrypted implements StreamReceiver {
    @Override
    public void connected() {
      try {
        synchronized (TlsStream.this) {
          engine.beginHandshake();
          shake();
        }
      } catch (SSLException e) {
        fail(e);
      }
    }

    @Override
    public void received(ByteBuffer data) {
      try {
        synchronized (TlsStream.this) {
          ByteBuffer all = ByteBuffer.allocate(encrypted.remaining() + data.remaining());
          all.put(encrypted).put(data);
          ((Buffer) all).flip();
          encrypted = all;
        }
        boolean more = true;
        while (more) {
          more = readRecord();
        }
      } catch (SSLException e) {
        fail(e);
      }
    }

    /** Takes one record, and tells what it brings; the receiver is told outside of the lock. */
    private boolean readRecord() throws SSLException {
      ByteBuffer plain;
      boolean connected;
      boolean ended;
      int before;
      synchronized (TlsStream.this) {
        if (over) {
          return false;
        }
        before = encrypted.remaining();
        plain = unwrap();
        shake();
        connected = comesUp();
        ended = engine.isInboundDone();
      }
      if (connected) {
        receiver.connected();
      }
      if (plain.hasRemaining()) {
        receiver.received(plain);
      }
      if (ended) {
        close();
        receiver.closed("closed by the other end");
        return false;
      }
      return encrypted.hasRemaining() && encrypted.remaining() < before;
    }

    @Override
    public void closed(String cause) {
      synchronized (TlsStream.this) {
        over = true;
      }
      receiver.closed(cause);
    }
  }

  /** Stands for the stream while it is being opened. */
  private static final class Unopened implements StreamPort {
    @Override
    public InetSocketAddress local() {
      throw new IllegalStateException("the stream is not open");
    }

    @Override
    public void send(ByteBuffer data) {
      throw new IllegalStateException("the stream is not open");
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}

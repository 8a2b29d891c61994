// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phoneagent.sip.Digest;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.SipMethod;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Many phones that register with one registrar, as fast as it answers: so many questions are under
 * way at any time, and none is waited for that is not. A lost one is repeated.
 */
final class RegisterLoad implements Closeable {
  private static final int CHANNELS = 32;
  private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(2);
  // A registrar that says 503 is asked again no sooner.
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int MOST_TRIES = 200;

  private final String secret;
  private final boolean tcp;
  private final boolean fresh;
  private final int port;
  private final Selector selector = Selector.open();
  private final List<Line> lines = new ArrayList<>();
  private final Phone[] phones;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);
  private final ArrayDeque<Phone> waiting = new ArrayDeque<>();
  private Requests requests = request -> List.of();
  private int next;
  private int wanted;
  private int begun;
  private int answered;
  private int repeated;
  private int refused;

  /** Reads what has come over a channel. */
  interface Arrival {
    void read() throws IOException;
  }

  /** Answers what a phone is asked over UDP. */
  interface Requests {
    List<ByteBuffer> answersTo(ByteBuffer request);
  }

  /** A socket, and over TCP what has come of the next answer. */
  private static final class Line {
    private final ByteChannel channel;
    private final String address;
    private final StringBuilder received = new StringBuilder();

    Line(ByteChannel channel, InetSocketAddress local) {
      this.channel = channel;
      this.address = "127.0.0.1:" + local.getPort();
    }
  }

  private final class Phone {
    private final int index;
    private final String number;
    private final String ha1;
    private final Line line;
    private String nonce = "";
    private int nonceCount;
    private int sequence;
    private int tries;
    private long askedAt;
    private boolean asking;
    private byte[] request = new byte[0];

    Phone(int index, String number) {
      this.index = index;
      this.number = number;
      this.ha1 = Digest.ha1(DigestAlgorithm.MD5, number, "phoneagent", secret);
      this.line = lines.get(index % lines.size());
    }

    void begin() throws IOException {
      asking = true;
      tries = 0;
      if (fresh) {
        nonce = "";
      }
      ask();
    }

    /** Asks, with what the last challenge wants. */
    void ask() throws IOException {
      tries++;
      if (tries > MOST_TRIES) {
        throw new IOException(number + " is not registered: " + line.received);
      }
      sequence++;
      request = text().getBytes(US_ASCII);
      put();
    }

    void put() throws IOException {
      askedAt = System.nanoTime();
      ByteBuffer out = ByteBuffer.wrap(request);
      while (out.hasRemaining()) {
        line.channel.write(out);
      }
    }

    private String text() {
      String transport = tcp ? "TCP" : "UDP";
      return "REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/"
          + transport
          + ' '
          + line.address
          + ";branch=z9hG4bK-524287-1---"
          + index
          + 'x'
          + sequence
          + ";rport\r\nMax-Forwards: 70\r\nContact: <sip:"
          + number
          + '@'
          + line.address
          + (tcp ? ";transport=tcp" : "")
          + ">\r\nTo: <sip:"
          + number
          + "@127.0.0.1>\r\nFrom: <sip:"
          + number
          + "@127.0.0.1>;tag=5e1c7a09\r\nCall-ID: r"
          + index
          + "z85a4f1d0c73b4e69@192.168.1.100\r\nCSeq: "
          + sequence
          + " REGISTER\r\nExpires: 3600\r\n"
          + "Allow: INVITE, ACK, CANCEL, BYE, NOTIFY, REFER, OPTIONS, INFO, UPDATE\r\n"
          + "User-Agent: Desk Phone 7.1\r\n"
          + (nonce.isEmpty() ? "" : authorization())
          + "Content-Length: 0\r\n\r\n";
    }

    private String authorization() {
      nonceCount++;
      String uri = "sip:127.0.0.1";
      String proof =
          Digest.response(
              DigestAlgorithm.MD5, ha1, nonce, nonceCount, "0a4f113b", SipMethod.REGISTER, uri);
      return "Authorization: Digest username=\""
          + number
          + "\", realm=\"phoneagent\", nonce=\""
          + nonce
          + "\", uri=\""
          + uri
          + "\", response=\""
          + proof
          + "\", algorithm=MD5, cnonce=\"0a4f113b\", qop=auth, nc="
          + String.format("%08x", nonceCount)
          + "\r\n";
    }

    void heard(int status, String answer) throws IOException {
      if (status == 200) {
        asking = false;
        answered++;
        another();
      } else if (status == 401) {
        int from = answer.indexOf("nonce=\"") + 7;
        nonce = answer.substring(from, answer.indexOf('"', from));
        nonceCount = 0;
        ask();
      } else if (status >= 500) {
        refused++;
        askedAt = System.nanoTime();
        waiting.add(this);
      } else {
        throw new IOException("a registration was answered with " + answer);
      }
    }
  }

  /**
   * Phones of one registrar on loopback.
   *
   * @param fresh whether each wants a new challenge each time
   */
  RegisterLoad(int port, int numbers, String secret, boolean tcp, boolean fresh)
      throws IOException {
    this.port = port;
    this.secret = secret;
    this.tcp = tcp;
    this.fresh = fresh;
    for (int i = 0; i < CHANNELS; i++) {
      lines.add(tcp ? stream() : datagrams());
    }
    phones = new Phone[numbers];
    for (int i = 0; i < numbers; i++) {
      phones[i] = new Phone(i, number(i));
    }
  }

  static String number(int index) {
    return "+1555" + (1_000_000 + index);
  }

  private Line datagrams() throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return watched(channel, channel, (InetSocketAddress) channel.getLocalAddress());
  }

  private Line stream() throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return watched(channel, channel, (InetSocketAddress) channel.getLocalAddress());
  }

  private Line watched(ByteChannel channel, SelectableChannel selectable, InetSocketAddress local)
      throws IOException {
    Line line = new Line(channel, local);
    selectable.configureBlocking(false);
    Arrival reader = () -> receive(line);
    selectable.register(selector, SelectionKey.OP_READ, reader);
    return line;
  }

  private void another() throws IOException {
    if (begun < wanted) {
      begun++;
      Phone phone = phones[next];
      next = (next + 1) % phones.length;
      phone.begin();
    }
  }

  /** Registers so many, one number after the other. */
  void run(int count, int atOnce) throws IOException {
    wanted = count;
    begun = 0;
    answered = 0;
    for (int i = 0; i < Math.min(atOnce, Math.min(count, phones.length)); i++) {
      another();
    }
    long looked = System.nanoTime();
    while (answered < count) {
      await(waiting.isEmpty() ? 100 : 5);
      long now = System.nanoTime();
      while (!waiting.isEmpty() && now - waiting.element().askedAt > PAUSE_NANOS) {
        waiting.remove().ask();
      }
      if (!tcp && now - looked > REPEAT_NANOS) {
        looked = now;
        repeatLost(now);
      }
    }
  }

  /** Reads what there is, and waits for it so long at most. */
  void await(long millis) throws IOException {
    selector.select(millis);
    for (SelectionKey key : selector.selectedKeys()) {
      ((Arrival) key.attachment()).read();
    }
    selector.selectedKeys().clear();
  }

  /** One more channel to be read, that does not block. */
  void watch(SelectableChannel channel, Arrival reader) throws IOException {
    channel.register(selector, SelectionKey.OP_READ, reader);
  }

  /** What the phones answer to what they are asked from now on. */
  void answer(Requests with) {
    requests = with;
  }

  private void repeatLost(long now) throws IOException {
    for (Phone phone : phones) {
      if (phone.asking && now - phone.askedAt > REPEAT_NANOS && !waiting.contains(phone)) {
        repeated++;
        phone.put();
      }
    }
  }

  private void receive(Line line) throws IOException {
    while (true) {
      buffer.clear();
      int size = line.channel.read(buffer);
      if (size < 0) {
        throw new IOException("a connection was closed");
      }
      if (size == 0) {
        return;
      }
      buffer.flip();
      if (!tcp && buffer.get(3) != '/') {
        for (ByteBuffer answer : requests.answersTo(buffer)) {
          line.channel.write(answer);
        }
        continue;
      }
      String text = US_ASCII.decode(buffer).toString();
      if (!tcp) {
        answer(text);
        continue;
      }
      line.received.append(text);
      for (int end = line.received.indexOf("\r\n\r\n");
          end >= 0;
          end = line.received.indexOf("\r\n\r\n")) {
        String whole = line.received.substring(0, end);
        line.received.delete(0, end + 4);
        answer(whole);
      }
    }
  }

  private void answer(String text) throws IOException {
    if (!text.startsWith("SIP/2.0 ")) {
      return;
    }
    int id = text.indexOf("Call-ID: r") + 10;
    Phone phone = phones[Integer.parseInt(text.substring(id, text.indexOf('z', id)))];
    int number = text.indexOf("CSeq: ") + 6;
    int sequence = Integer.parseInt(text.substring(number, text.indexOf(' ', number)));
    if (phone.asking && sequence == phone.sequence) {
      phone.heard(Integer.parseInt(text.substring(8, 11)), text);
    }
  }

  /** How many answers were lost, and how often it was told to come again. */
  String troubles() {
    return repeated + " repeated, " + refused + " times told to come again";
  }

  @Override
  public void close() throws IOException {
    for (Line line : lines) {
      line.channel.close();
    }
    selector.close();
  }
}

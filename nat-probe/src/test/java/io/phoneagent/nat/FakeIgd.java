// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A gateway with an IGD, scripted: what it answers to each question, and how often it was asked.
 * HTTP takes 2 ms; what it has no answer for is never answered, and times out.
 */
final class FakeIgd implements HttpExchange {
  static final String AT = "http://192.168.1.1:5000";
  static final String DESCRIPTION = "GET " + AT + "/rootDesc.xml";
  static final String ADDRESS = "POST " + AT + "/ctl/IPConn GetExternalIPAddress";
  static final String SUBSCRIBE = "SUBSCRIBE " + AT + "/evt/IPConn";
  static final String UNSUBSCRIBE = "UNSUBSCRIBE " + AT + "/evt/IPConn";

  final Map<String, HttpAnswer> answers = new HashMap<>();
  final List<String> asked = new ArrayList<>();
  final List<String> replies = new ArrayList<>();
  final List<String> searched = new ArrayList<>();
  final DatagramPort ssdp;
  Optional<String> searchAnswer = Optional.of(SsdpCodecTest.ANSWER);
  Optional<String> secondAnswer = Optional.empty();
  Optional<HttpQuestion> subscription = Optional.empty();

  private final VirtualTime time;
  private final VirtualHost router;

  FakeIgd(VirtualTime time, VirtualHost router) throws IOException {
    this.time = time;
    this.router = router;
    this.ssdp =
        router.loop().openDatagram(new InetSocketAddress(router.address(), 1900), this::hear);
    DatagramPort unused = router.loop().openMulticast(IgdSearch.GROUP, "lan", this::hear);
    says(DESCRIPTION, Descriptions.ipConnection());
    says(ADDRESS, Descriptions.address("203.0.113.11"));
    subscribes("uuid:7", 1_800);
    answers.put(UNSUBSCRIBE, new HttpAnswer(200, Map.of(), ""));
  }

  void says(String question, String body) {
    answers.put(question, new HttpAnswer(200, Map.of(), body));
  }

  void subscribes(String sid, int seconds) {
    answers.put(
        SUBSCRIBE, new HttpAnswer(200, Map.of("sid", sid, "timeout", "Second-" + seconds), ""));
  }

  private void hear(ByteBuffer data, InetSocketAddress from) {
    String text = StandardCharsets.US_ASCII.decode(data).toString();
    if (text.startsWith("M-SEARCH")) {
      searched.add(text);
      searchAnswer.ifPresent(a -> ssdp.send(SsdpCodecTest.datagram(a), from));
      secondAnswer.ifPresent(a -> ssdp.send(SsdpCodecTest.datagram(a), from));
    }
  }

  /** Announces something to the group. */
  void announce(DatagramPort from, String lines) {
    from.send(SsdpCodecTest.datagram(lines), IgdSearch.GROUP);
  }

  @Override
  public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
    String action = question.headers().getOrDefault("SOAPAction", "");
    String name =
        question
            + (action.isEmpty() ? "" : " " + action.replaceAll(".*#|\"", ""))
            + (question.method().equals("SUBSCRIBE") && question.headers().containsKey("SID")
                ? " again"
                : "");
    asked.add(name);
    if (name.equals(SUBSCRIBE)) {
      subscription = Optional.of(question);
    }
    HttpAnswer answer = answers.get(name);
    CompletableFuture<HttpAnswer> result = new CompletableFuture<>();
    time.schedule(
        answer == null ? question.timeout() : Duration.ofMillis(2),
        () -> {
          if (answer == null) {
            result.completeExceptionally(
                new IOException("no answer within " + question.timeout().toMillis() + " ms"));
          } else if (answer.body().length() > question.maxBytes()) {
            result.completeExceptionally(
                new IOException("the answer is longer than " + question.maxBytes() + " octets"));
          } else {
            result.complete(answer);
          }
        });
    return result;
  }

  /** Where the phone wants its events. */
  URI callback() {
    String callback = subscription.orElseThrow().headers().getOrDefault("CALLBACK", "");
    return URI.create(callback.substring(1, callback.length() - 1));
  }

  /** Sends an event as it should. */
  void tell(String sid, int sequence, String address) throws IOException {
    tell(sid, sequence, address, 2);
  }

  /** The same, with so many mappings. */
  void tell(String sid, int sequence, String address, int mappings) throws IOException {
    send(
        router,
        EventReaderTest.notify(
            callback().getPath(),
            sid,
            String.valueOf(sequence),
            Descriptions.event(address, mappings)));
  }

  /** Sends something to where the phone wants its events. */
  StreamPort send(VirtualHost from, byte[] octets) throws IOException {
    StreamPort stream =
        from.loop()
            .openStream(
                new InetSocketAddress(from.address(), 0),
                new InetSocketAddress(
                    GatewayCodecTest.address(callback().getHost()), callback().getPort()),
                new Replies());
    stream.send(ByteBuffer.wrap(octets));
    return stream;
  }

  private final class Replies implements StreamReceiver {
    @Override
    public void connected() {}

    @Override
    public void received(ByteBuffer data) {
      String text = StandardCharsets.US_ASCII.decode(data).toString();
      replies.add(text.substring(0, text.indexOf("\r\n")));
    }

    @Override
    public void closed(String cause) {
      replies.add(cause);
    }
  }

  @Override
  public void dropConnections() {}

  @Override
  public void close() {}
}

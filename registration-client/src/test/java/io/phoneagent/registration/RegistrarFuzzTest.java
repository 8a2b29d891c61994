// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phoneagent.AgentListener;
import io.phoneagent.Call;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.StopMode;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.SipFramer;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import io.phoneagent.testkit.Choices;
import io.phoneagent.testkit.VirtualHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An agent in the hands of its registrar, over UDP or TCP: any answer, of the registrar's own
 * making or built of what the agent has asked, and any request, while the firewall moves and calls
 * are made. Nothing escapes, and nothing stays.
 */
final class RegistrarFuzzTest {
  private static final String NUMBER = VirtualRegistrar.NUMBER;
  private static final String[] METHODS = {
    "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "PRACK", "REFER", "NOTIFY"
  };
  private static final int[] STATUSES = {
    100, 180, 183, 200, 202, 301, 302, 400, 401, 403, 404, 407, 408, 420, 423, 480, 481, 486, 491,
    500, 503, 603, 699
  };
  private static final String[] FIELDS = {
    "Contact: <sip:anna@192.168.1.100:5060>;expires=60",
    "Contact: <sip:anna@10.0.0.1>;expires=99999999999;+sip.instance=\"<urn:uuid:x>\"",
    "Contact: \"",
    "Contact: *",
    "Expires: 0",
    "Expires: 4294967296",
    "Min-Expires: 7200",
    "Min-Expires: x",
    "Flow-Timer: 0",
    "Flow-Timer: 99999999999",
    "Retry-After: 1",
    "Retry-After: 99999999999 (long)",
    "Require: outbound",
    "Require: 100rel",
    "RSeq: 1",
    "WWW-Authenticate: Digest realm=\"a\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256",
    "WWW-Authenticate: Digest realm=\"a\", nonce=\"m\", stale=true",
    "Proxy-Authenticate: Digest realm=\"a\", nonce=\"p\", qop=\"auth,auth-int\", algorithm=MD5",
    "WWW-Authenticate: Basic realm=\"a\"",
    "Record-Route: <sip:198.51.100.7;lr>",
    "Refer-To: <sip:carol@198.51.100.7>",
    "Refer-To: <sip:carol@198.51.100.7?Replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D2>",
    "Session-Expires: 90;refresher=uas",
    "Event: refer",
    "Subscription-State: terminated",
    "Content-Type: application/sdp"
  };
  private static final int MOST_STEPS = 40;

  @FuzzTest(maxDuration = "60s")
  void outlivesWhatItsRegistrarSays(byte[] data) throws IOException {
    Script script = new Script(data);
    for (int steps = 0; steps < MOST_STEPS && script.hasMore(); steps++) {
      script.step();
    }
    script.leave();
  }

  private static final class Script {
    private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
    private final VirtualHost host = world.network.host("198.51.100.7");
    private final Choices choices;
    private final RunningAgent agent;
    private final DatagramPort socket;
    private final List<Call> calls = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private Optional<InetSocketAddress> phone = Optional.empty();
    private Optional<StreamPort> stream = Optional.empty();
    private int moves = 20;

    Script(byte[] octets) throws IOException {
      choices = new Choices(octets);
      socket =
          host.loop()
              .openDatagram(
                  new InetSocketAddress(host.address(), 5060),
                  (datagram, from) -> {
                    phone = Optional.of(from);
                    heard(datagram);
                  });
      if (next(2) == 0) {
        host.listen(
            5060,
            (taken, from) -> {
              stream = Optional.of(taken);
              return new Connection();
            });
      }
      String transport = next(2) == 0 ? "udp" : "tcp";
      agent =
          world.agent(
              world
                  .registering(VirtualRegistrar.line(), "198.51.100.7;transport=" + transport)
                  .probe(new FirewallSources().get("/ip", ""))
                  .callHandler(
                      call -> {
                        calls.add(call);
                        call.answer(Samples.MEDIA);
                      })
                  .listener(new Obliging()));
      agent.start();
      world.advance(100);
    }

    private final class Connection implements StreamReceiver {
      private final SipFramer framer = new SipFramer(SipLimits.defaults());

      @Override
      public void connected() {
        // The phone speaks first.
      }

      @Override
      public void received(ByteBuffer octets) {
        framer.receive(octets, Script.this::heard);
      }

      @Override
      public void closed(String cause) {
        stream = Optional.empty();
      }
    }

    private static final class Obliging implements AgentListener {
      @Override
      public Optional<MediaDescription> callChanged(
          Call call, MediaDescription offer, String cause) {
        return Optional.of(Samples.MEDIA);
      }
    }

    private void heard(ByteBuffer message) {
      String text = StandardCharsets.UTF_8.decode(message).toString();
      if (text.length() > 4) {
        asked.add(text);
      }
      if (asked.size() > 50) {
        asked.remove(0);
      }
    }

    boolean hasMore() {
      return choices.hasMore();
    }

    private int next(int bound) {
      return choices.next(bound);
    }

    void step() {
      switch (next(12)) {
        case 0, 1, 2 -> say(answer());
        case 3 -> registered();
        case 4 -> say(request());
        case 5 -> say(raw());
        case 6 -> call();
        case 7 -> calls.forEach(next(2) == 0 ? Call::hangUp : Call::hold);
        case 8 -> {
          moves++;
          world.nat.changeAddress("203.0.113." + (moves % 200 + 20));
        }
        case 9 -> world.advance(100L * next(256));
        case 10 -> world.advance(10_000L * next(64));
        default -> stream.ifPresent(StreamPort::close);
      }
      world.advance(20);
    }

    private void call() {
      try {
        MediaDescription offer =
            new MediaDescription(next(2) == 0 ? Samples.SDP : Samples.LARGE_SDP);
        calls.add(agent.line(NUMBER).call("+15551230002", offer));
      } catch (PhoneAgentException e) {
        world.advance(1); // it is not reachable now
      }
    }

    /** What a good registrar says: otherwise the agent would hardly ever be in a call. */
    private void registered() {
      last("REGISTER")
          .ifPresent(
              register -> {
                StringBuilder text = begun(register, 200);
                register
                    .lines()
                    .filter(l -> l.startsWith("Contact: "))
                    .forEach(l -> text.append(l).append("\r\n"));
                say(text.append("Content-Length: 0\r\n\r\n").toString());
              });
    }

    private Optional<String> last(String method) {
      return asked.stream().filter(t -> t.startsWith(method)).reduce((one, other) -> other);
    }

    private StringBuilder begun(String request, int status) {
      StringBuilder text = new StringBuilder("SIP/2.0 " + status + " x\r\n");
      request
          .lines()
          .filter(l -> l.matches("(Via|From|To|Call-ID|CSeq): .*"))
          .map(l -> l.startsWith("To: ") && !l.contains(";tag=") ? l + ";tag=" + next(3) : l)
          .map(l -> l.startsWith("Via: ") && next(2) == 0 ? l + ";received=203.0.113.77" : l)
          .forEach(l -> text.append(l).append("\r\n"));
      return text;
    }

    private String answer() {
      List<String> requests = asked.stream().filter(t -> !t.startsWith("SIP/2.0")).toList();
      return requests.isEmpty()
          ? ""
          : rest(
              begun(
                  requests.get(requests.size() - 1 - next(Math.min(4, requests.size()))),
                  STATUSES[next(STATUSES.length)]));
    }

    /** A request within what the agent has said, or outside of it. */
    private String request() {
      String method = METHODS[next(METHODS.length)];
      StringBuilder text = new StringBuilder(method + " sip:anna@192.168.1.100 SIP/2.0\r\n");
      text.append("Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK").append(next(6)).append("\r\n");
      String within = last(next(2) == 0 ? "INVITE" : "SIP/2.0 200").orElse("");
      Optional<String> from = field(within, "From");
      Optional<String> to = field(within, "To");
      if (from.isPresent() && to.isPresent()) {
        boolean swap = within.startsWith("INVITE");
        text.append("From: ").append((swap ? to : from).get()).append(swap ? ";tag=0" : "");
        text.append("\r\nTo: ").append((swap ? from : to).get()).append("\r\n");
        text.append("Call-ID: ").append(field(within, "Call-ID").orElse("x")).append("\r\n");
      } else {
        text.append("From: <sip:ben@198.51.100.7>;tag=b\r\nTo: <sip:anna@198.51.100.7>\r\n");
        text.append("Call-ID: call-").append(next(3)).append("\r\n");
      }
      text.append("Max-Forwards: 70\r\nContact: <sip:ben@198.51.100.7>\r\n");
      return rest(text.append("CSeq: ").append(next(9)).append(' ').append(method).append("\r\n"));
    }

    private static Optional<String> field(String message, String name) {
      return message
          .lines()
          .filter(l -> l.startsWith(name + ": "))
          .map(l -> l.substring(name.length() + 2))
          .findFirst();
    }

    private String rest(StringBuilder text) {
      for (int fields = next(4); fields > 0; fields--) {
        text.append(FIELDS[next(FIELDS.length)]).append("\r\n");
      }
      String body = next(2) == 0 ? "" : Samples.SDP;
      return text.append("Content-Length: ")
          .append(body.length())
          .append("\r\n\r\n" + body)
          .toString();
    }

    private String raw() {
      return new String(choices.raw(), StandardCharsets.ISO_8859_1);
    }

    private void say(String text) {
      ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      if (stream.isPresent()) {
        stream.get().send(octets);
      } else if (phone.isPresent() && octets.hasRemaining()) {
        socket.send(octets, phone.get());
      }
    }

    /** It stops, and after all that anything waits for nothing is left of it. */
    void leave() {
      calls.forEach(Call::hangUp);
      agent.end(StopMode.LEAVE, new CompletableFuture<>());
      world.advance(400_000);
      assertThat(world.phone.openSockets()).isZero();
      assertThat(world.left()).isTrue();
    }
  }
}

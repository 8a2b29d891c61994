// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Assignment;
import io.phoneagent.Endpoint;
import io.phoneagent.Line;
import io.phoneagent.Transport;
import io.phoneagent.registration.RegistrationState.Attempt;
import io.phoneagent.registration.RegistrationState.Event;
import io.phoneagent.runtime.Timer;
import io.phoneagent.sip.CSeq;
import io.phoneagent.sip.ClientTransaction;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.SipUserAgent;
import io.phoneagent.spi.IpLiteral;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Registers a line with a SIP registrar (RFC 3261 section 10). The registration also opens the way
 * by which calls come: a first one, one after a change and one after a failure go out by a port of
 * their own. On the loop.
 */
final class SipRegistrar implements Registrar {
  private static final String ALLOWED =
      "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY";
  private static final Duration EXPIRY = Duration.ofMinutes(10);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
  // Where the registrar says in how many seconds it wants to hear of the phone (RFC 5626, 4.4.1).
  private static final HeaderName FLOW_TIMER = HeaderName.of("Flow-Timer");
  private static final int MOST_SECONDS = 3_600;
  // Twice as many as there are at a time.
  private static final int MOST_KNOWN = 16;
  private static final int BAD_REQUEST = 400;
  private static final int TOO_BRIEF = 423;

  /** What the line wants of its registrations. */
  record Wishes(Optional<Duration> expiry, Optional<Duration> keepAlive) {}

  private final AgentParts parts;
  private final Line line;
  private final Transport usual;
  private final SipFlow flow;
  private final Supplier<Wishes> wishes;
  private final Function<Attempt, String> instance;
  private final Function<String, CompletionStage<List<InetAddress>>> names;
  private final Map<URI, RegistrarBook> books = ofTheLatest();
  private final Map<String, List<InetAddress>> known = ofTheLatest();
  private Optional<Try> current = Optional.empty();

  /**
   * For one line.
   *
   * @param usual the transport of registrars that say none
   * @param instance the device's name, for a registration
   * @param names looks a name up; completed on the loop
   */
  SipRegistrar(
      AgentParts parts,
      Line line,
      Transport usual,
      SipFlow flow,
      Supplier<Wishes> wishes,
      Function<Attempt, String> instance,
      Function<String, CompletionStage<List<InetAddress>>> names) {
    this.parts = parts;
    this.line = line;
    this.usual = usual;
    this.flow = flow;
    this.wishes = wishes;
    this.instance = instance;
    this.names = names;
  }

  /** DNS may name others again and again. */
  private static <K, V> Map<K, V> ofTheLatest() {
    return new LinkedHashMap<>(MOST_KNOWN, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > MOST_KNOWN;
      }
    };
  }

  @Override
  public CompletionStage<Event> register(Attempt attempt) {
    current.ifPresent(Try::abandon);
    Try next = new Try(attempt);
    current = Optional.of(next);
    next.begin();
    return next.done;
  }

  private RegistrarBook book(Attempt attempt) {
    return books.computeIfAbsent(
        attempt.dnsSwitch(),
        uri ->
            new RegistrarBook(
                instance.apply(attempt),
                flow.tokens().next(),
                new DigestAccount(line.authenticationName(), line.secret(), flow.tokens())));
  }

  /** What the registrar that the line is with had challenged it with when it accepted it. */
  Optional<DigestChallenge> proven() {
    return flow.current().map(p -> books.get(p.target().name())).flatMap(RegistrarBook::proven);
  }

  /** The addresses of a server; what was found last, where nothing is now. */
  private CompletionStage<List<InetAddress>> addresses(RegistrarTarget target) {
    Optional<InetAddress> literal = IpLiteral.parse(target.host());
    if (literal.isPresent()) {
      return CompletableFuture.completedFuture(List.of(literal.get()));
    }
    CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
    List<InetAddress> before = known.getOrDefault(target.host(), List.of());
    Timer patience = parts.loop().schedule(SipFlow.ANSWER_TIME, () -> found.complete(before));
    names
        .apply(target.host())
        .whenComplete(
            (addresses, e) -> {
              patience.cancel();
              boolean any = e == null && !addresses.isEmpty();
              if (any) {
                known.put(target.host(), addresses);
              }
              found.complete(any ? addresses : before);
            });
    return found;
  }

  /** Those that can be reached from there. */
  private static List<InetAddress> reachable(List<InetAddress> addresses, InetAddress local) {
    boolean four = local instanceof Inet4Address;
    return addresses.stream()
        .filter(a -> a instanceof Inet4Address == four)
        .collect(Collectors.toList());
  }

  private SipRequest.Builder request(
      RegistrarTarget target, RegistrarBook book, List<String> contacts) {
    SipUri self = SipFlow.recordOf(line, target);
    SipRequest.Builder request =
        SipRequest.builder(SipMethod.REGISTER, SipFlow.domainOf(target))
            .add(HeaderName.FROM, NameAddr.of(self).with("tag", flow.tokens().next()).toString())
            .add(HeaderName.TO, NameAddr.of(self).toString())
            .add(HeaderName.CALL_ID, book.callId())
            .add(HeaderName.CSEQ, new CSeq(book.nextSequence(), SipMethod.REGISTER).toString());
    contacts.forEach(c -> request.add(HeaderName.CONTACT, c));
    return request.add(HeaderName.SUPPORTED, "path, outbound").add(HeaderName.ALLOW, ALLOWED);
  }

  @Override
  public CompletionStage<Void> leave(URI registrar) {
    CompletableFuture<Void> left = new CompletableFuture<>();
    RegistrarTarget target = RegistrarTarget.of(registrar, usual);
    Optional<RegistrarBook> book = Optional.ofNullable(books.get(registrar));
    Optional<SipPort> port = flow.usable(target);
    Optional<SipUri> contact = book.flatMap(RegistrarBook::contact);
    current.filter(t -> t.attempt.dnsSwitch().equals(registrar)).ifPresent(Try::abandon);
    if (!contact.isPresent() || !port.isPresent()) {
      left.complete(null);
      return left;
    }
    book.get().left();
    Timer patience = parts.loop().schedule(SipFlow.ANSWER_TIME, () -> left.complete(null));
    flow.asking()
        .request(
            request(
                target,
                book.get(),
                List.of(NameAddr.of(contact.get()).with("expires", "0").toString())),
            SipMethod.REGISTER,
            port.get(),
            book.get().account(),
            book.get()::nextSequence,
            new SipUserAgent.AnswerListener() {
              @Override
              public void onAnswer(SipResponse response) {
                patience.cancel();
                left.complete(null);
              }

              @Override
              public void onFailure(ClientTransaction.Failure failure) {
                patience.cancel();
                left.complete(null);
              }
            });
    return left;
  }

  @Override
  public CompletionStage<Boolean> serves(URI registrar) {
    CompletableFuture<Boolean> serves = new CompletableFuture<>();
    RegistrarTarget target = RegistrarTarget.of(registrar, usual);
    Optional<InetAddress> local = flow.current().map(p -> p.local().address());
    if (!local.isPresent()) {
      serves.complete(false);
      return serves;
    }
    addresses(target)
        .whenComplete(
            (found, e) -> {
              List<InetAddress> servers = reachable(found, local.get());
              if (servers.isEmpty()) {
                serves.complete(false);
              } else {
                ask(target, servers.get(0), local.get(), serves);
              }
            });
    return serves;
  }

  private void ask(
      RegistrarTarget target,
      InetAddress server,
      InetAddress local,
      CompletableFuture<Boolean> serves) {
    try {
      Asking asking = new Asking(serves);
      SipPort port = flow.open(target, server, local, asking);
      asking.patience =
          parts.loop().schedule(SipFlow.ANSWER_TIME.multipliedBy(2), () -> asking.end(port, false));
      if (port.isReady()) {
        asking.ready(port);
      }
    } catch (IOException e) {
      serves.complete(false);
    }
  }

  /** One question to a registrar that the line is not with, whether it is there. */
  private final class Asking implements SipPort.Owner {
    private final CompletableFuture<Boolean> serves;
    private Timer patience = () -> {};

    Asking(CompletableFuture<Boolean> serves) {
      this.serves = serves;
    }

    @Override
    public void ready(SipPort port) {
      flow.options(
          port,
          new SipUserAgent.AnswerListener() {
            @Override
            public void onAnswer(SipResponse response) {
              end(port, response.status() != 503);
            }

            @Override
            public void onFailure(ClientTransaction.Failure failure) {
              end(port, false);
            }
          });
    }

    void end(SipPort port, boolean answer) {
      if (serves.complete(answer)) {
        patience.cancel();
        port.close();
        flow.asking().transportFailed(port);
      }
    }

    @Override
    public void heard(SipPort port) {
      // What counts is the answer.
    }

    @Override
    public void received(SipPort port, ByteBuffer message) {
      flow.received(port, message);
    }

    @Override
    public void closed(SipPort port, String cause) {
      end(port, false);
    }
  }

  /** One registration, until its answer. */
  private final class Try implements SipPort.Owner {
    private final Attempt attempt;
    private final RegistrarTarget target;
    private final RegistrarBook book;
    private final CompletableFuture<Event> done = new CompletableFuture<>();
    private Optional<SipPort> opened = Optional.empty();
    private Timer patience = () -> {};
    private boolean over;
    private boolean removing = true;
    private boolean raised;

    Try(Attempt attempt) {
      this.attempt = attempt;
      this.target = RegistrarTarget.of(attempt.dnsSwitch(), usual);
      this.book = book(attempt);
    }

    private InetAddress local() {
      return attempt.location().lease().address();
    }

    void begin() {
      Optional<SipPort> same =
          attempt.failures() > 0 ? Optional.empty() : flow.reusable(target, local());
      if (same.isPresent()) {
        send(same.get());
        return;
      }
      addresses(target)
          .whenComplete(
              (found, e) -> {
                if (!over) {
                  open(reachable(found, local()));
                }
              });
    }

    private void open(List<InetAddress> servers) {
      if (servers.isEmpty()) {
        failed(
            "the registrar's name, "
                + target.host()
                + ", is not found; mend the name, or the device's name servers");
        return;
      }
      try {
        InetAddress server = servers.get(attempt.failures() % servers.size());
        SipPort port = flow.open(target, server, local(), this);
        opened = Optional.of(port);
        if (port.isReady()) {
          ready(port);
        }
      } catch (IOException e) {
        failed(String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void ready(SipPort port) {
      if (!over) {
        send(port);
      }
    }

    private void send(SipPort port) {
      SipUri contact = SipFlow.contactOf(line, port);
      long seconds = book.seconds(wishes.get().expiry().orElse(EXPIRY));
      book.sent(contact);
      boolean removes = removing && book.hasStale(contact);
      SipRequest.Builder request = request(target, book, book.contacts(contact, seconds, removing));
      patience.cancel();
      patience = parts.loop().schedule(SipFlow.ANSWER_TIME, () -> failed(unanswered(port)));
      flow.asking()
          .request(
              request,
              SipMethod.REGISTER,
              port,
              book.account(),
              book::nextSequence,
              new SipUserAgent.AnswerListener() {
                @Override
                public void onAnswer(SipResponse response) {
                  if (!over) {
                    answered(port, contact, seconds, removes, response);
                  }
                }

                @Override
                public void onFailure(ClientTransaction.Failure failure) {
                  failed(unanswered(port));
                }
              });
    }

    private String unanswered(SipPort port) {
      String transport = port.transport();
      return "no answer over "
          + transport
          + " from "
          + port.server()
          + "; check that the registrar is at this address and port, that it speaks "
          + transport
          + " there, and that no firewall is in the way; another transport may pass";
    }

    private void answered(
        SipPort port, SipUri contact, long seconds, boolean removed, SipResponse response) {
      int status = response.status();
      if (response.isSuccess()) {
        accepted(port, contact, seconds, removed, response);
      } else if (status == TOO_BRIEF
          && !raised
          && book.raise(number(response, HeaderName.MIN_EXPIRES).orElse(0L))) {
        raised = true; // one that wants ever more would be asked in a circle
        send(port);
      } else if (status == BAD_REQUEST && removed) {
        removing = false; // some take one contact at a time only
        send(port);
      } else {
        end(new Event.Refused(attempt.sequence(), status, why(response), retryAfter(response)));
      }
    }

    private void accepted(
        SipPort port, SipUri contact, long seconds, boolean removed, SipResponse response) {
      OptionalLong granted = book.accepted(contact, seconds, removed, response);
      if (!granted.isPresent()) {
        failed("the registrar accepts, and does not list this phone");
        return;
      }
      Duration keepAlive = keepAlive(response);
      opened = Optional.empty(); // it is the flow's now
      Endpoint mapped = SipFlow.mapped(response).orElseGet(port::local);
      flow.adopt(port, mapped, keepAlive);
      Grant grant =
          new Grant(
              new Assignment(
                  port.server(),
                  target.transport(),
                  Duration.ofSeconds(granted.getAsLong()),
                  keepAlive,
                  mapped.address(),
                  Optional.empty()),
              Optional.empty(),
              target.domain(),
              attempt.dnsSwitch());
      end(new Event.Accepted(attempt.sequence(), grant));
      if (book.hasStale(contact) && removing) {
        clear(port, contact, seconds);
      }
    }

    /** The registrar has contacts of this device from before its start. */
    private void clear(SipPort port, SipUri contact, long seconds) {
      flow.asking()
          .request(
              request(target, book, book.contacts(contact, seconds, true)),
              SipMethod.REGISTER,
              port,
              book.account(),
              book::nextSequence,
              new SipUserAgent.AnswerListener() {
                @Override
                public void onAnswer(SipResponse response) {
                  if (response.isSuccess()) {
                    book.accepted(contact, seconds, true, response);
                  }
                }

                @Override
                public void onFailure(ClientTransaction.Failure failure) {
                  // They go with the next registration, or run out.
                }
              });
    }

    private Duration keepAlive(SipResponse response) {
      Duration wanted = wishes.get().keepAlive().orElse(KEEP_ALIVE);
      // A fifth sooner, as it is to be there by then.
      Duration most =
          number(response, FLOW_TIMER)
              .filter(s -> s > 0)
              .map(s -> Duration.ofSeconds(Math.min(s, MOST_SECONDS)).multipliedBy(4).dividedBy(5))
              .orElse(wanted);
      Duration shorter = most.compareTo(wanted) < 0 ? most : wanted;
      Duration second = Duration.ofSeconds(1);
      return shorter.compareTo(second) < 0 ? second : shorter;
    }

    private String why(SipResponse response) {
      String reason = SwitchRegistrar.plain(response.reason());
      return switch (response.status()) {
        case 401, 407 ->
            "the registrar does not accept the password of "
                + line.authenticationName()
                + "; mend it, or the name it belongs to";
        case 403 ->
            "the registrar forbids it ("
                + reason
                + "); the password or the name of "
                + line.authenticationName()
                + " may be wrong";
        case 404 ->
            "the registrar knows no "
                + line.user()
                + " in "
                + target.domain()
                + " ("
                + reason
                + "); mend the name there, or the line's number or user";
        case 301, 302, 305 ->
            "the registrar sends the phone elsewhere, which is not followed: "
                + SwitchRegistrar.plain(response.contact().map(c -> c.uri().text()).orElse(reason));
        default -> reason;
      };
    }

    private Optional<Duration> retryAfter(SipResponse response) {
      return number(response, HeaderName.RETRY_AFTER)
          .map(s -> Duration.ofSeconds(Math.min(MOST_SECONDS, Math.max(1, s))));
    }

    private void failed(String why) {
      if (!over) {
        end(new Event.Unanswered(attempt.sequence(), why));
      }
    }

    /** Another one takes its place. */
    void abandon() {
      end(new Event.Unanswered(attempt.sequence(), "another registration has taken its place"));
    }

    private void end(Event event) {
      if (over) {
        return;
      }
      over = true;
      patience.cancel();
      Optional<SipPort> port = opened;
      opened = Optional.empty();
      port.ifPresent(
          p -> {
            p.close();
            flow.asking().transportFailed(p);
          });
      done.complete(event);
    }

    @Override
    public void heard(SipPort port) {
      flow.heard(port);
    }

    @Override
    public void received(SipPort port, ByteBuffer message) {
      flow.received(port, message);
    }

    @Override
    public void closed(SipPort port, String cause) {
      failed("no way over " + port.transport() + " to " + port.server() + ": " + cause);
      flow.closed(port, cause);
    }
  }

  /** The number that a field begins with. */
  private static Optional<Long> number(SipResponse response, HeaderName name) {
    String value = response.header(name).orElse("");
    int end = 0;
    while (end < value.length() && end < 10 && "0123456789".indexOf(value.charAt(end)) >= 0) {
      end++;
    }
    return end == 0 ? Optional.empty() : Optional.of(Long.parseLong(value.substring(0, end)));
  }
}

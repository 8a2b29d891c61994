// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.AccountDirectory;
import io.phoneagent.dnsswitch.limit.Allowance;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.flow.StunWriter;
import io.phoneagent.runtime.Loop;
import io.phoneagent.sip.HeaderField;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.ServerTransaction;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipResponse;
import io.phoneagent.sip.SipUri;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The registrar of plain SIP phones (RFC 3261, section 10.3; RFC 5626 and RFC 3327 where the phone
 * speaks them). A phone is called where its REGISTER came from, whatever its Contact says of its
 * own address. Owned by the loop.
 */
public final class Registrar {
  /** The options that a REGISTER may require. */
  public static final Set<String> OPTIONS = Set.of("outbound", "path");

  /** Sends a datagram. */
  @FunctionalInterface
  public interface Output {
    /** Sends one now. */
    void send(ByteBuffer datagram, FlowSource to);
  }

  private static final HeaderName FLOW_TIMER = HeaderName.of("Flow-Timer");
  // What has ended is not called any more before it is forgotten, nor is what has no account; to
  // look through a hundred thousand contacts takes some 20 ms.
  private static final Duration SWEEP = Duration.ofSeconds(20);
  // Two line ends to each phone behind a NAT every 20 s: some NATs forget a datagram after 30.
  private static final byte[] KEEP_OPEN = {'\r', '\n', '\r', '\n'};
  private static final Duration TURN = Duration.ofSeconds(1);
  // 64 T1 of RFC 3261.
  private static final Duration REMEMBERED = Duration.ofSeconds(32);
  // Of what is remembered of each contact; no phone needs half of it.
  private static final int LONGEST_TEXT = 512;
  private static final int LONGEST_NAME = 128;
  private static final int MOST_ROUTES = 4;
  private static final int MOST_WAITING = 4_000;
  // What phones call themselves, which is in memory once for all of a make.
  private static final int MOST_MAKES = 256;

  private final AccountDirectory accounts;
  private final Contacts contacts;
  private final PhoneDigest digest;
  private final Loop loop;
  private final Output output;
  // Three at once, as one that is lost is repeated; one each four seconds is more than any asks.
  private final Allowance<FlowSource> keepAlives = new Allowance<>(3, 0.25);
  private final Map<String, String> makes = new HashMap<>();
  private Optional<Vetted> last = Optional.empty();
  private int waiting;
  private int turn;

  /**
   * What was found out of the REGISTER that was vetted last: it is the one that is carried out
   * next.
   *
   * @param proven whether its proof was looked at and is good; a repetition's is not looked at
   * @param measured how long its phone took for its proof
   */
  private record Vetted(
      SipRequest request,
      PhoneNumber number,
      Contact.Order order,
      boolean proven,
      Optional<Duration> measured) {}

  /** A registrar of these accounts. */
  public Registrar(
      AccountDirectory accounts, Contacts contacts, PhoneDigest digest, Loop loop, Output output) {
    this.output = output;
    this.accounts = accounts;
    this.contacts = contacts;
    this.digest = digest;
    this.loop = loop;
    loop.schedule(SWEEP, this::sweep);
    loop.schedule(TURN, this::keepOpen);
  }

  /** A plain phone often says nothing for as long as it is registered, and its NAT forgets it. */
  private void keepOpen() {
    turn = (turn + 1) % Contacts.TURNS;
    for (Contact one : contacts.behindNats(turn)) {
      output.send(ByteBuffer.wrap(KEEP_OPEN).asReadOnlyBuffer(), one.path());
    }
    loop.schedule(TURN, this::keepOpen);
  }

  private void sweep() {
    contacts.sweep(number -> accounts.find(number).isPresent());
    loop.schedule(SWEEP, this::sweep);
  }

  /** Who is registered. */
  public Contacts contacts() {
    return contacts;
  }

  /** What proves that a plain phone is who it says it is. */
  public PhoneDigest digest() {
    return digest;
  }

  /** Whose number an address is, with its plus or without. */
  public static Optional<PhoneNumber> number(NameAddr address) {
    if (!(address.uri() instanceof SipUri sip)) {
      return Optional.empty();
    }
    String user = sip.number();
    String plus = user.startsWith("+") ? user : "+" + user;
    return PhoneNumber.isE164(plus) ? Optional.of(new PhoneNumber(plus)) : Optional.empty();
  }

  /** How a REGISTER is refused before anything is remembered of it; empty if it is proven. */
  public Optional<Rejection> vet(SipRequest register, FlowSource from) {
    Optional<PhoneNumber> said = number(register.to());
    if (said.isEmpty()) {
      return Optional.of(Rejection.of(404));
    }
    Optional<Account> account = accounts.find(said.get());
    // The very object of the accounts: what is looked up by it compares no text.
    PhoneNumber number = account.map(Account::number).orElse(said.get());
    Contact.Order order = Contact.Order.of(register);
    if (isRepeated(register, order, number, from)) {
      last = Optional.of(new Vetted(register, number, order, false, Optional.empty()));
      return Optional.empty();
    }
    PhoneDigest.Verdict verdict = digest.judge(register, number, account, from, loop.nanos());
    if (verdict instanceof PhoneDigest.Proven proven) {
      last = Optional.of(new Vetted(register, number, order, true, proven.roundTrip()));
      return Optional.empty();
    }
    return Optional.of(((PhoneDigest.Unproven) verdict).rejection());
  }

  /**
   * Carries out a REGISTER that has been vetted, and answers it when a restart would not undo it.
   */
  public void register(ServerTransaction transaction, FlowSource from) {
    SipRequest request = transaction.request();
    Vetted vetted = last.filter(v -> v.request() == request).orElseThrow();
    PhoneNumber number = vetted.number();
    // No transaction remembers the answer that was lost, the contacts do: it is given again, to
    // where they are.
    if (!vetted.proven()) {
      answer(transaction, vetted, from, false);
      return;
    }
    Optional<Rejection> wrong =
        waiting < MOST_WAITING ? Optional.empty() : Optional.of(Rejection.of(503));
    if (request.isContactStar()) {
      wrong = wrong.or(() -> removeAll(request, vetted));
      refuseOr(transaction, wrong, vetted, from, CompletableFuture.completedFuture(null));
      return;
    }
    List<NameAddr> asked = request.contacts();
    List<Contact> made = new ArrayList<>(asked.size());
    for (NameAddr one : asked) {
      wrong = wrong.or(() -> add(one, vetted, from, made));
    }
    wrong = wrong.or(() -> shape(request, asked));
    if (wrong.isPresent()) {
      refuseOr(transaction, wrong, vetted, from, CompletableFuture.completedFuture(null));
      return;
    }
    List<CompletableFuture<Void>> stored = new ArrayList<>(made.size());
    for (Contact one : made) {
      if (one.until().equals(Instant.EPOCH)) {
        contacts.find(number, one.id()).ifPresent(c -> contacts.remove(c, "its phone left"));
      } else {
        stored.add(contacts.bind(one).toCompletableFuture());
      }
    }
    refuseOr(
        transaction,
        Optional.empty(),
        vetted,
        from,
        stored.size() == 1
            ? stored.get(0)
            : CompletableFuture.allOf(stored.toArray(CompletableFuture<?>[]::new)));
  }

  /** The contacts of the number that a REGISTER is for; empty if it is not the last vetted one. */
  public List<Contact> contactsOf(SipRequest register) {
    return last.filter(v -> v.request() == register)
        .map(v -> contacts.of(v.number()))
        .orElse(List.of());
  }

  /** Whether the last REGISTER that was vetted and proven is this one, and not a repetition. */
  public boolean isProven(SipRequest register) {
    return last.filter(v -> v.proven() && v.request() == register).isPresent();
  }

  /**
   * Whether it is what its contacts were bound by last, come again because the answer was lost. No
   * transaction remembers that answer, the contacts do: it is given again, to where they are, for
   * as long as a transaction would (timer J).
   */
  private boolean isRepeated(
      SipRequest request, Contact.Order order, PhoneNumber number, FlowSource from) {
    return contacts.leftBy(order, number, from).filter(c -> isRecent(c, request)).isPresent();
  }

  /** What was asked for and what is left of it say when that was. */
  private boolean isRecent(Contact left, SipRequest request) {
    for (NameAddr asked : request.contacts()) {
      if (asked.uri() instanceof SipUri uri && uri.text().equals(left.uri())) {
        long granted =
            Expiry.granted(
                Expiry.asked(asked, request), uri, left.path(), left.regId().isPresent());
        return left.until().minusSeconds(granted).plus(REMEMBERED).isAfter(contacts.now());
      }
    }
    return false;
  }

  private Optional<Rejection> shape(SipRequest request, List<NameAddr> asked) {
    boolean path = request.has(HeaderName.PATH);
    List<NameAddr> routes = request.addresses(HeaderName.PATH);
    if (path && !supports(request, "path")) {
      return Optional.of(
          new Rejection(420, List.of(new HeaderField(HeaderName.UNSUPPORTED, "path"))));
    }
    boolean good =
        asked.size() <= Contacts.MOST_OF_ONE
            && request.callId().length() <= LONGEST_TEXT
            && (!path || !routes.isEmpty())
            && routes.size() <= MOST_ROUTES
            && routes.stream().allMatch(r -> r.toString().length() <= LONGEST_TEXT);
    return good ? Optional.empty() : Optional.of(Rejection.of(400));
  }

  private static boolean supports(SipRequest request, String option) {
    return request.tokens(HeaderName.SUPPORTED).contains(option)
        || request.tokens(HeaderName.REQUIRE).contains(option);
  }

  /** Section 10.3, step 6: {@code *} stands alone and ends all. */
  private Optional<Rejection> removeAll(SipRequest request, Vetted vetted) {
    if (request.headers(HeaderName.CONTACT).size() > 1 || request.expires().orElse(-1) != 0) {
      return Optional.of(Rejection.of(400));
    }
    List<Contact> all = contacts.of(vetted.number());
    if (!all.stream().allMatch(c -> c.order().isBefore(vetted.order()))) {
      return Optional.of(Rejection.of(500));
    }
    all.forEach(c -> contacts.remove(c, "its phone left"));
    return Optional.empty();
  }

  /** Whether it can be written between quotation marks as it is. */
  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c != 0x7f && c != '"' && c != '\\');
  }

  /** Makes one contact of what is asked for; nothing is changed yet. */
  private Optional<Rejection> add(
      NameAddr asked, Vetted vetted, FlowSource from, List<Contact> made) {
    SipRequest request = vetted.request();
    if (!(asked.uri() instanceof SipUri uri)) {
      return Optional.of(Rejection.of(400));
    }
    String text = uri.text();
    if (text.length() > LONGEST_TEXT) {
      return Optional.of(Rejection.of(400));
    }
    Optional<String> instance =
        asked.parameter("+sip.instance").filter(i -> i.length() <= LONGEST_NAME && isPlain(i));
    OptionalInt regId =
        instance.isPresent() && supports(request, "outbound") ? regId(asked) : OptionalInt.empty();
    String id = regId.isPresent() ? instance.get() + ";reg-id=" + regId.getAsInt() : text;
    Optional<Contact> before = contacts.find(vetted.number(), id);
    if (before.filter(b -> !b.order().isBefore(vetted.order())).isPresent()) {
      return Optional.of(Rejection.of(500));
    }
    long seconds = Expiry.asked(asked, request);
    if (seconds > 0 && seconds < Expiry.MIN) {
      return Optional.of(
          new Rejection(
              423, List.of(new HeaderField(HeaderName.MIN_EXPIRES, Long.toString(Expiry.MIN)))));
    }
    List<String> routes =
        request.has(HeaderName.PATH)
            ? request.addresses(HeaderName.PATH).stream().map(NameAddr::toString).toList()
            : List.of();
    Instant now = contacts.now();
    Instant until =
        seconds == 0
            ? Instant.EPOCH
            : now.plusSeconds(Expiry.granted(seconds, uri, from, regId.isPresent()));
    made.add(
        new Contact(
            vetted.number(),
            id,
            text,
            from,
            instance,
            regId,
            routes,
            vetted.order(),
            before.map(Contact::registeredAt).orElse(now),
            until,
            until,
            vetted.measured().or(() -> before.map(Contact::roundTrip)).orElse(Duration.ZERO),
            make(plain(request.header(HeaderName.USER_AGENT).orElse("")))));
    return Optional.empty();
  }

  private String make(String userAgent) {
    String known = makes.getOrDefault(userAgent, userAgent);
    if (makes.size() < MOST_MAKES) {
      makes.putIfAbsent(userAgent, userAgent);
    }
    return known;
  }

  private static OptionalInt regId(NameAddr asked) {
    String text = asked.parameter("reg-id").orElse("");
    return text.matches("[1-9][0-9]{0,8}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  /** As much as people need, and nothing that a log or a terminal would take for its own. */
  private static String plain(String text) {
    String start = text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME);
    for (int i = 0; i < start.length(); i++) {
      if (start.charAt(i) < ' ' || start.charAt(i) > '~') {
        return start.replaceAll("[^ -~]", "?");
      }
    }
    return start;
  }

  /**
   * The answer to a keep-alive by STUN (RFC 5626, section 4.4.2), which tells a registered phone
   * where it is seen. It is 24 octets longer than what came at most (12 for IPv4), and nobody else
   * gets one.
   */
  public Optional<ByteBuffer> keptAlive(ByteBuffer message, FlowSource from) {
    if (from.transport() != Transport.UDP || contacts.at(from).isEmpty()) {
      return Optional.empty();
    }
    return StunMessage.read(message)
        .filter(m -> m.kind() == StunMessage.Kind.REQUEST && m.username().isEmpty())
        .filter(m -> keepAlives.take(from, loop.nanos()))
        .map(
            m ->
                StunWriter.of(StunMessage.Kind.SUCCESS, m.transaction())
                    .mappedAddress(from.address())
                    .end());
  }

  private void refuseOr(
      ServerTransaction transaction,
      Optional<Rejection> wrong,
      Vetted vetted,
      FlowSource from,
      CompletableFuture<Void> stored) {
    if (wrong.isPresent()) {
      transaction.send(
          transaction.response(wrong.get().status()).add(wrong.get().fields()).build());
    } else if (stored.isDone()) {
      answer(transaction, vetted, from, stored.isCompletedExceptionally());
    } else {
      waiting++;
      CompletionStage<Void> writing = stored;
      writing.whenComplete(
          (nothing, failure) ->
              loop.execute(
                  () -> {
                    waiting--;
                    answer(transaction, vetted, from, failure != null);
                  }));
    }
  }

  private void answer(
      ServerTransaction transaction, Vetted vetted, FlowSource from, boolean failed) {
    if (failed) {
      contacts.notKept(vetted.order(), vetted.number());
      transaction.send(transaction.response(503).add(HeaderName.RETRY_AFTER, "30").build());
      return;
    }
    SipResponse.Builder response = transaction.response(200);
    boolean outbound = false;
    boolean remembered = false;
    for (Contact one : contacts.of(vetted.number())) {
      response.add(HeaderName.CONTACT, written(one));
      outbound |= one.regId().isPresent() && one.order().equals(vetted.order());
      remembered |= one.isLeftBy(vetted.order(), from);
    }
    vetted.request().headers(HeaderName.PATH).forEach(p -> response.add(HeaderName.PATH, p));
    if (outbound) {
      boolean stream = transaction.peer().reliable();
      response.add(HeaderName.REQUIRE, "outbound");
      response.add(
          FLOW_TIMER,
          Long.toString(stream ? Expiry.FLOW_TIMER_CONNECTED : Expiry.FLOW_TIMER_DATAGRAMS));
    }
    response.add(HeaderName.SUPPORTED, "outbound, path");
    if (remembered) {
      transaction.sendAndForget(response);
    } else {
      transaction.send(
          response.build()); // what has removed something is no more to be seen in what is left
    }
  }

  private String written(Contact contact) {
    long millis = contact.until().toEpochMilli() - contacts.now().toEpochMilli();
    StringBuilder text =
        new StringBuilder(128)
            .append('<')
            .append(contact.uri())
            .append(">;expires=")
            .append(Math.max(1, (millis + 999) / 1_000));
    contact.instance().ifPresent(i -> text.append(";+sip.instance=\"").append(i).append('"'));
    contact.regId().ifPresent(i -> text.append(";reg-id=").append(i));
    return text.toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.AccountDirectory;
import io.phoneagent.dnsswitch.address.AddressLease;
import io.phoneagent.dnsswitch.address.AddressPool;
import io.phoneagent.dnsswitch.limit.SourceNetwork;
import io.phoneagent.dnsswitch.registry.Arrival;
import io.phoneagent.dnsswitch.registry.Binding;
import io.phoneagent.dnsswitch.registry.Outcome;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.protocol.AddressAnswer;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.protocol.AddressRequest;
import io.phoneagent.protocol.BasicAuthorization;
import io.phoneagent.protocol.MalformedMessageException;
import io.phoneagent.protocol.MessageReader;
import io.phoneagent.protocol.MessageWriter;
import io.phoneagent.protocol.RegistrationPath;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.protocol.WhoAmI;
import io.phoneagent.runtime.Clock;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the switch's HTTP resources do. Thread-safe; never waits. */
public final class RegistrationService {
  private static final Logger LOG = LoggerFactory.getLogger(RegistrationService.class);
  private static final String HEALTH = "/health";
  private static final String CONTACTS = "/v1/contacts/";

  /** Wrong secrets a minute for one number from one address: a mistyped one, tried by a person. */
  private static final int WRONG_PER_NUMBER = 10;

  /** And for all numbers: a building full of phones behind one address may have a few. */
  private static final int WRONG_PER_SOURCE = 200;

  private record NumberFrom(Object source, PhoneNumber number) {}

  private final AccountDirectory accounts;
  private final Registry registry;
  private final AddressPool addresses;
  private final Supplier<CompletionStage<Map<String, Integer>>> gauges;
  private final Attempts perNumber;
  private final Attempts perSource;
  private final ComeAgain comeAgain;
  private final Supplier<Map<String, String>> more;
  private final Function<PhoneNumber, CompletionStage<byte[]>> contacts;
  private volatile boolean draining;

  /**
   * A service over this registry.
   *
   * @param addresses the unique addresses
   * @param gauges how many there are of what the switch keeps, by name
   */
  public RegistrationService(
      AccountDirectory accounts,
      Registry registry,
      AddressPool addresses,
      Supplier<CompletionStage<Map<String, Integer>>> gauges,
      Clock clock) {
    this(
        accounts,
        registry,
        addresses,
        gauges,
        Map::of,
        number -> CompletableFuture.failedFuture(new IllegalStateException("no plain phones")),
        clock);
  }

  /**
   * A service whose health has more to say.
   *
   * @param more names and plain texts, on any thread
   * @param contacts the plain phones of a number as JSON, on any thread
   */
  public RegistrationService(
      AccountDirectory accounts,
      Registry registry,
      AddressPool addresses,
      Supplier<CompletionStage<Map<String, Integer>>> gauges,
      Supplier<Map<String, String>> more,
      Function<PhoneNumber, CompletionStage<byte[]>> contacts,
      Clock clock) {
    this.contacts = contacts;
    this.more = more;
    this.accounts = accounts;
    this.registry = registry;
    this.addresses = addresses;
    this.gauges = gauges;
    this.perNumber = new Attempts(clock, WRONG_PER_NUMBER);
    this.perSource = new Attempts(clock, WRONG_PER_SOURCE);
    this.comeAgain = new ComeAgain(clock);
  }

  /** From now on phones are told to come again. */
  public void drain() {
    draining = true;
  }

  /** The answer; the stage fails, and nothing is thrown, where the switch itself is at fault. */
  CompletionStage<FullHttpResponse> answer(FullHttpRequest request, Arrival arrival) {
    try {
      return route(request, arrival);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletionStage<FullHttpResponse> route(FullHttpRequest request, Arrival arrival) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    String path = query < 0 ? uri : uri.substring(0, query);
    if (path.equals(HEALTH)) {
      Optional<FullHttpResponse> refusal = onlyGet(request);
      return refusal.isPresent() ? done(refusal.get()) : health(arrival);
    }
    if (path.equals(WhoAmI.PATH)) {
      return done(onlyGet(request).orElseGet(() -> whoAmI(arrival)));
    }
    if (path.equals(AddressRequest.PATH)) {
      return address(request, arrival);
    }
    if (path.startsWith(CONTACTS)) {
      return contacts(request, path, arrival);
    }
    if (path.startsWith(RegistrationPath.PREFIX)) {
      return registration(request, path, arrival);
    }
    return done(HttpReply.problem(404, "there is no such resource"));
  }

  private static Optional<FullHttpResponse> onlyGet(FullHttpRequest request) {
    return request.method().equals(HttpMethod.GET)
        ? Optional.empty()
        : Optional.of(notAllowed("GET"));
  }

  private static FullHttpResponse notAllowed(String allowed) {
    FullHttpResponse response = HttpReply.problem(405, "allowed are " + allowed);
    response.headers().set(HttpHeaderNames.ALLOW, allowed);
    return response;
  }

  /** How many phones there are is told to who asks from this machine, such as its monitoring. */
  private CompletionStage<FullHttpResponse> health(Arrival arrival) {
    if (draining) {
      return done(later("the switch is shutting down"));
    }
    if (!arrival.source().getAddress().isLoopbackAddress()) {
      return done(ok(""));
    }
    return gauges
        .get()
        .thenApply(now -> ok(",\"registered\":" + registry.size() + counted(now) + more()));
  }

  private static String counted(Map<String, Integer> gauges) {
    StringBuilder text = new StringBuilder();
    gauges.forEach((name, count) -> text.append(",\"").append(name).append("\":").append(count));
    return text.toString();
  }

  private String more() {
    StringBuilder text = new StringBuilder();
    more.get()
        .forEach(
            (name, value) ->
                text.append(",\"")
                    .append(name)
                    .append("\":\"")
                    .append(JsonStringEncoder.getInstance().quoteAsString(value))
                    .append('"'));
    return text.toString();
  }

  private static FullHttpResponse ok(String more) {
    return HttpReply.json(("{\"status\":\"ok\"" + more + "}").getBytes(StandardCharsets.UTF_8));
  }

  private static FullHttpResponse whoAmI(Arrival arrival) {
    return HttpReply.json(
        MessageWriter.write(new WhoAmI(arrival.source().getAddress(), arrival.source().getPort())));
  }

  private CompletionStage<FullHttpResponse> contacts(
      FullHttpRequest request, String path, Arrival arrival) {
    Optional<PhoneNumber> number =
        RegistrationPath.number(RegistrationPath.PREFIX + path.substring(CONTACTS.length()));
    if (number.isEmpty()) {
      return done(HttpReply.problem(400, "the path must end in an E.164 number"));
    }
    Optional<FullHttpResponse> refusal =
        onlyGet(request).or(() -> authorize(request, number.get(), arrival));
    return refusal.isPresent()
        ? done(refusal.get())
        : contacts.apply(number.get()).thenApply(HttpReply::json);
  }

  private CompletionStage<FullHttpResponse> registration(
      FullHttpRequest request, String path, Arrival arrival) {
    HttpMethod method = request.method();
    boolean put = method.equals(HttpMethod.PUT);
    if (!put && !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.DELETE)) {
      return done(notAllowed("GET, PUT, DELETE"));
    }
    Optional<PhoneNumber> number = RegistrationPath.number(path);
    if (number.isEmpty()) {
      return done(
          HttpReply.problem(400, "the path must end in an E.164 number, such as %2B15551230001"));
    }
    Optional<FullHttpResponse> refusal = authorize(request, number.get(), arrival);
    if (refusal.isPresent()) {
      return done(refusal.get());
    }
    if (draining) {
      return done(later("the switch is shutting down"));
    }
    if (put) {
      return put(request, number.get(), arrival);
    }
    if (method.equals(HttpMethod.DELETE)) {
      return registry.remove(number.get(), "its phone left").thenApply(was -> HttpReply.empty());
    }
    return done(
        registry
            .record(number.get())
            .map(r -> HttpReply.json(MessageWriter.write(r)))
            .orElseGet(() -> HttpReply.problem(404, number.get() + " is not registered")));
  }

  private Optional<FullHttpResponse> authorize(
      FullHttpRequest request, PhoneNumber number, Arrival arrival) {
    Object source = SourceNetwork.of(arrival.source().getAddress());
    String header = request.headers().get(HttpHeaderNames.AUTHORIZATION);
    Optional<BasicAuthorization> given =
        header == null ? Optional.empty() : BasicAuthorization.parse(header);
    // Whose secret it is that may be guessed: the path may well name another number.
    PhoneNumber claimed = given.map(BasicAuthorization::number).orElse(number);
    NumberFrom pair = new NumberFrom(source, claimed);
    Optional<Duration> wait = perNumber.mustWait(pair).or(() -> perSource.mustWait(source));
    if (wait.isPresent() && !(claimed.equals(number) && isKnownDevice(request, number))) {
      return Optional.of(HttpReply.problem(429, "too many wrong secrets", wait));
    }
    if (header == null) {
      return Optional.of(
          unauthorized("number and secret are needed, by HTTP Basic authentication"));
    }
    boolean known =
        given.isPresent()
            && accounts.authenticate(given.get().number(), given.get().secret()).isPresent();
    if (!known) {
      perNumber.failed(pair);
      perSource.failed(source);
      LOG.info(
          "wrong secret for {} from {}", claimed, arrival.source().getAddress().getHostAddress());
      return Optional.of(unauthorized("no account has this number and secret"));
    }
    return given.get().number().equals(number)
        ? Optional.empty()
        : Optional.of(HttpReply.problem(403, "this is another number's registration"));
  }

  /**
   * Whether this is the phone that is registered, by the name of its boot, which only it and the
   * switch know: whoever guesses secrets beside it, behind the same firewall, does not lock it out.
   */
  private boolean isKnownDevice(FullHttpRequest request, PhoneNumber number) {
    Optional<Binding> binding = registry.find(number);
    if (binding.isEmpty() || !request.method().equals(HttpMethod.PUT)) {
      return false;
    }
    try {
      RegistrationRequest message =
          MessageReader.registrationRequest(ByteBufUtil.getBytes(request.content()));
      return MessageDigest.isEqual(
              message.bootId().getBytes(StandardCharsets.UTF_8),
              binding.get().request().bootId().getBytes(StandardCharsets.UTF_8))
          && message.mac().equals(binding.get().mac());
    } catch (MalformedMessageException e) {
      return false;
    }
  }

  private static FullHttpResponse unauthorized(String detail) {
    FullHttpResponse response = HttpReply.problem(401, detail);
    response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, BasicAuthorization.CHALLENGE);
    return response;
  }

  private static Optional<FullHttpResponse> noMessage(FullHttpRequest request) {
    if (!HttpUtil.isContentLengthSet(request)) {
      return Optional.of(HttpReply.problem(411, "Content-Length is missing"));
    }
    return isJson(request.headers().get(HttpHeaderNames.CONTENT_TYPE, ""))
        ? Optional.empty()
        : Optional.of(HttpReply.problem(415, "the body must be application/json"));
  }

  /** Hands out a unique address. Its body names the number, so it is read before the secret. */
  private CompletionStage<FullHttpResponse> address(FullHttpRequest request, Arrival arrival) {
    if (!request.method().equals(HttpMethod.POST)) {
      return done(notAllowed("POST"));
    }
    Optional<FullHttpResponse> noMessage = noMessage(request);
    if (noMessage.isPresent()) {
      return done(noMessage.get());
    }
    AddressRequest message;
    try {
      message = MessageReader.addressRequest(ByteBufUtil.getBytes(request.content()));
    } catch (MalformedMessageException e) {
      return done(HttpReply.problem(400, String.valueOf(e.getMessage())));
    }
    Optional<FullHttpResponse> refusal = authorize(request, message.number(), arrival);
    if (refusal.isPresent()) {
      return done(refusal.get());
    }
    if (draining) {
      return done(later("the switch is shutting down"));
    }
    Optional<Outcome.Refused> other = registry.otherDevice(message.number(), message.mac());
    if (other.isPresent()) {
      return done(reply(other.get(), message.number()));
    }
    return addresses
        .lease(message.mac(), Optional.of(message.number()))
        .handle(
            (lease, failure) ->
                failure == null ? reply(lease) : later("no address could be stored"));
  }

  private FullHttpResponse reply(Optional<AddressLease> lease) {
    return lease
        .map(
            l ->
                HttpReply.json(
                    MessageWriter.write(new AddressAnswer(l.address(), addresses.leaseTime()))))
        .orElseGet(
            () ->
                HttpReply.problem(
                    503,
                    "all "
                        + addresses.range().size()
                        + " addresses of the pool "
                        + addresses.range()
                        + " are in use; the operator can give a larger --address-pool",
                    Optional.of(addresses.nextFree())));
  }

  private CompletionStage<FullHttpResponse> put(
      FullHttpRequest request, PhoneNumber number, Arrival arrival) {
    Optional<FullHttpResponse> noMessage = noMessage(request);
    if (noMessage.isPresent()) {
      return done(noMessage.get());
    }
    RegistrationRequest message;
    try {
      message = MessageReader.registrationRequest(ByteBufUtil.getBytes(request.content()));
    } catch (MalformedMessageException e) {
      return done(HttpReply.problem(400, String.valueOf(e.getMessage())));
    }
    Optional<InetAddress> unique = message.uniqueAddress();
    if (unique.isPresent()) {
      // First: a device that is refused must not take the address of the one that is registered.
      Optional<Outcome.Refused> other = registry.otherDevice(number, message.mac());
      if (other.isPresent()) {
        return done(reply(other.get(), number));
      }
    }
    if (unique.isPresent() && !addresses.renew(message.mac(), number, unique.get())) {
      return done(
          HttpReply.problem(
              409,
              AddressLiteral.format(unique.get())
                  + " is not the unique address of "
                  + message.mac()
                  + "; POST "
                  + AddressRequest.PATH
                  + " tells which is"));
    }
    return registry
        .register(number, message, arrival)
        .handle(
            (outcome, failure) ->
                failure == null
                    ? reply(outcome, number)
                    : later("the registration could not be stored"));
  }

  private static boolean isJson(String contentType) {
    String type = contentType.toLowerCase(Locale.ROOT);
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters))
        .trim()
        .equals("application/json");
  }

  private FullHttpResponse reply(Outcome outcome, PhoneNumber number) {
    if (outcome instanceof Outcome.Accepted accepted) {
      return HttpReply.json(MessageWriter.write(accepted.answer()));
    }
    Outcome.Refused refused = (Outcome.Refused) outcome;
    LOG.info("registration of {} refused: {}", number, refused.detail());
    return switch (refused.why()) {
      case NO_ACCOUNT -> unauthorized("number and secret are needed, by HTTP Basic authentication");
      case OLD_SEQUENCE, OTHER_DEVICE -> HttpReply.problem(409, refused.detail());
      case NOT_SERVED -> HttpReply.problem(400, refused.detail());
      case BUSY -> later(refused.detail());
    };
  }

  private FullHttpResponse later(String detail) {
    return HttpReply.problem(503, detail, Optional.of(comeAgain.in()));
  }

  private static CompletionStage<FullHttpResponse> done(FullHttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}

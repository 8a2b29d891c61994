// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.dhcp;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.MacAddress;
import io.phoneagent.dhcpmessage.DhcpMessage;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.DhcpReader;
import io.phoneagent.dhcpmessage.DhcpWriter;
import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.MalformedDhcpException;
import io.phoneagent.dhcpmessage.MessageType;
import io.phoneagent.dnsswitch.address.AddressLease;
import io.phoneagent.dnsswitch.address.AddressPool;
import io.phoneagent.runtime.Clock;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A DHCP server (RFC 2131) for networks behind relay agents, without I/O: gives a phone that knows
 * nothing of the switch its unique address. It answers relayed messages, and the renewals that a
 * phone with such an address sends by itself; a client on the switch's own network gets nothing.
 * Only devices that the operator has named get an address, everybody else silence.
 *
 * <p>An acknowledgement is durable before it is sent. Thread-safe, as the pool is.
 */
public final class RelayedDhcp {
  private static final Logger LOG = LoggerFactory.getLogger(RelayedDhcp.class);

  /** Sub-option of option 82: the address the relay agent wants to stand as the server's. */
  private static final int SERVER_OVERRIDE = 11;

  /** What is sent at least, and what an answer may be longer than its question, in octets. */
  private static final int SHORTEST = 300;

  private static final int OUR_OPTIONS = 64;

  /** How often a device may have its address set aside. */
  private static final Duration DECLINED_AT_MOST = Duration.ofMinutes(1);

  private final Predicate<MacAddress> known;
  private final AddressPool pool;
  private final Inet4Address own;
  private final List<Inet4Address> nameServers;
  private final Clock clock;

  /**
   * When a device last said that its address is another's, by the monotonic clock. Whoever forges
   * such messages makes no more of them than one a minute.
   */
  private final Map<MacAddress, Long> declined = new ConcurrentHashMap<>();

  private final RelayAgents relays = new RelayAgents();
  private final Strangers strangers;

  /**
   * A server over this pool.
   *
   * @param known whether a device may have an address
   * @param own where phones reach this server: its identifier (option 54), and their SIP server
   *     (option 120)
   * @param nameServers option 6; may be none
   */
  public RelayedDhcp(
      Predicate<MacAddress> known,
      AddressPool pool,
      Inet4Address own,
      List<Inet4Address> nameServers,
      Clock clock) {
    this.known = known;
    this.pool = pool;
    this.own = own;
    this.nameServers = List.copyOf(nameServers);
    this.clock = clock;
    this.strangers = new Strangers(clock);
  }

  /**
   * Answers a message.
   *
   * @param datagram what UDP carried
   * @param source where it came from
   * @return the answer, to be sent to where the message came from: a relay agent may stand behind
   *     NAT, and then its own address (giaddr) leads nowhere. Empty for silence; never exceptional
   */
  public CompletionStage<Optional<byte[]>> answer(byte[] datagram, InetAddress source) {
    DhcpMessage message;
    try {
      message = DhcpReader.read(datagram);
    } catch (MalformedDhcpException e) {
      LOG.debug("dropped: {}", e.getMessage());
      return silence();
    }
    Optional<MacAddress> mac = device(message);
    if (message.fromServer() || mac.isEmpty() || !canBeRelayed(message.relayAddress())) {
      return silence();
    }
    if (!known.test(mac.get())) {
      if (strangers.isNews(mac.get())) {
        LOG.info(
            "{} asks for an address by DHCP from {}, relay agent {}: no account names it, so it"
                + " gets none (account add --mac)",
            mac.get(),
            source.getHostAddress(),
            message.relayAddress().getHostAddress());
      }
      return silence();
    }
    int most = Math.max(SHORTEST, datagram.length) + OUR_OPTIONS;
    Optional<Inet4Address> relay =
        message.relayAddress().equals(Ipv4.ANY)
            ? relays.find(mac.get(), source)
            : Optional.of(message.relayAddress());
    return answer(new Question(message, mac.get(), own, source, relay))
        .thenApply(answer -> answer.filter(octets -> octets.length <= most));
  }

  private CompletionStage<Optional<byte[]>> answer(Question question) {
    return switch (question.message().options().type().orElse(MessageType.ACK)) {
      case DISCOVER -> question.isRelayed() ? offer(question) : silence();
      case REQUEST -> request(question);
      case DECLINE -> decline(question);
      // Its address stays a device's own until it runs out, so that it is the same next time.
      default -> silence();
    };
  }

  /** None, or an address that a router can have: it is told to phones as one. */
  private static boolean canBeRelayed(Inet4Address relay) {
    return relay.equals(Ipv4.ANY) || Ipv4.isHost(relay);
  }

  private static Optional<MacAddress> device(DhcpMessage message) {
    try {
      return Optional.of(MacAddress.of(message.mac().octets()));
    } catch (InvalidSettingException e) {
      return Optional.empty(); // a group's, or none
    }
  }

  private static CompletionStage<Optional<byte[]>> silence() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private static CompletionStage<Optional<byte[]>> done(byte[] answer) {
    return CompletableFuture.completedFuture(Optional.of(answer));
  }

  private CompletionStage<Optional<byte[]>> offer(Question question) {
    Optional<AddressLease> lease = pool.offer(question.mac());
    if (lease.isEmpty()) {
      LOG.warn("no address of {} is left for {}", pool.range(), question.mac());
      return silence();
    }
    return done(granting(question, MessageType.OFFER, lease.get()));
  }

  /** RFC 2131, 4.3.2. */
  private CompletionStage<Optional<byte[]>> request(Question question) {
    DhcpMessage message = question.message();
    Optional<Inet4Address> server = message.options().address(DhcpOptions.SERVER);
    if (server.isPresent() && !server.get().equals(question.server())) {
      return silence(); // it has chosen another server's offer
    }
    Optional<Inet4Address> requested = message.options().address(DhcpOptions.REQUESTED_ADDRESS);
    Inet4Address wanted = requested.orElse(message.clientAddress());
    boolean renews = requested.isEmpty() && !wanted.equals(Ipv4.ANY);
    if (wanted.equals(Ipv4.ANY) || !(question.isRelayed() || renews)) {
      return silence();
    }
    if (!pool.range().contains(wanted)) {
      return silence(); // another server's on the same network
    }
    if (question.relay().isEmpty()) {
      return silence(); // since the switch started; it will ask all servers, by the relay agent
    }
    if (pool.offer(question.mac()).filter(o -> o.address().equals(wanted)).isEmpty()) {
      return CompletableFuture.completedFuture(refusal(question, wanted)); // nothing is written
    }
    return pool.lease(question.mac(), Optional.empty())
        .handle(
            (lease, failure) -> {
              if (failure != null) {
                LOG.error("no address could be stored for {}", question.mac(), failure);
                return Optional.<byte[]>empty();
              }
              if (lease.isEmpty() || !lease.get().address().equals(wanted)) {
                return refusal(question, wanted);
              }
              if (question.isRelayed()) {
                relays.remember(question.mac(), question.source(), message.relayAddress());
              }
              return Optional.of(granting(question, MessageType.ACK, lease.get()));
            });
  }

  private static Optional<byte[]> refusal(Question question, Inet4Address wanted) {
    LOG.debug("{} asked for {}, which is not its address", question.mac(), wanted.getHostAddress());
    return Optional.of(question.reply(MessageType.NAK, Ipv4.ANY, Map.of()));
  }

  /** RFC 2131, 4.4.4: broadcast, so relayed, and with our identifier. */
  private CompletionStage<Optional<byte[]>> decline(Question question) {
    DhcpOptions options = question.message().options();
    Optional<Inet4Address> server = options.address(DhcpOptions.SERVER);
    Long before = declined.get(question.mac());
    long now = clock.nanos();
    if (!question.isRelayed()
        || !server.equals(Optional.of(question.server()))
        || (before != null && now - before < DECLINED_AT_MOST.toNanos())) {
      return silence();
    }
    options
        .address(DhcpOptions.REQUESTED_ADDRESS)
        .filter(address -> pool.setAside(question.mac(), address))
        .ifPresent(
            address -> {
              declined.put(question.mac(), now);
              LOG.warn(
                  "{} says that another device on its network has {}: set aside, it gets another",
                  question.mac(),
                  address.getHostAddress());
            });
    return silence();
  }

  private byte[] granting(Question question, MessageType type, AddressLease lease) {
    Instant now = Instant.ofEpochMilli(clock.epochMillis());
    long seconds = Math.max(1, Duration.between(now, lease.until()).toSeconds());
    Map<Integer, byte[]> options = wayOut(question);
    options.put(DhcpOptions.LEASE_TIME, seconds(seconds));
    options.put(DhcpOptions.RENEWAL_TIME, seconds(seconds / 2));
    options.put(DhcpOptions.REBINDING_TIME, seconds(seconds / 8 * 7));
    if (!nameServers.isEmpty()) {
      ByteBuffer all = ByteBuffer.allocate(4 * nameServers.size());
      nameServers.forEach(server -> all.put(server.getAddress()));
      options.put(DhcpOptions.NAME_SERVERS, all.array());
    }
    if (question.wants(DhcpOptions.SIP_SERVERS)) {
      options.put(
          DhcpOptions.SIP_SERVERS,
          ByteBuffer.allocate(5).put((byte) 1).put(own.getAddress()).array());
    }
    return question.reply(type, (Inet4Address) lease.address(), options);
  }

  /**
   * An address that is in nobody's network: alone under its mask, and the relay agent is the way
   * out, on the link itself (RFC 3442).
   */
  private Map<Integer, byte[]> wayOut(Question question) {
    byte[] relay = question.relay().map(Inet4Address::getAddress).orElseThrow();
    Map<Integer, byte[]> options = new TreeMap<>();
    options.put(DhcpOptions.SUBNET_MASK, Ipv4.BROADCAST.getAddress());
    options.put(DhcpOptions.ROUTERS, relay);
    if (question.wants(DhcpOptions.CLASSLESS_ROUTES)) {
      byte[] routes = new byte[14];
      routes[0] = 32;
      System.arraycopy(relay, 0, routes, 1, 4); // by 0.0.0.0: it is on the link
      System.arraycopy(relay, 0, routes, 10, 4); // 0.0.0.0/0 by the relay agent
      options.put(DhcpOptions.CLASSLESS_ROUTES, routes);
    }
    return options;
  }

  private static byte[] seconds(long seconds) {
    return Ipv4.of((int) Math.min(seconds, 0xFFFF_FFFEL)).getAddress();
  }

  /**
   * A message of a known device.
   *
   * @param relay the relay agent that sent it, or that the device is known to be behind
   */
  private record Question(
      DhcpMessage message,
      MacAddress mac,
      Inet4Address own,
      InetAddress source,
      Optional<Inet4Address> relay) {
    boolean isRelayed() {
      return !message.relayAddress().equals(Ipv4.ANY);
    }

    boolean wants(int code) {
      return message
          .options()
          .octets(DhcpOptions.WANTED)
          .filter(codes -> DhcpOptions.contains(codes, code))
          .isPresent();
    }

    /** The identifier that the client is to know this server by (RFC 5107). */
    Inet4Address server() {
      return message
          .options()
          .octets(DhcpOptions.RELAY_AGENT)
          .flatMap(Question::override)
          .orElse(own);
    }

    private static Optional<Inet4Address> override(byte[] relayAgent) {
      int at = 0;
      while (at + 2 <= relayAgent.length) {
        int length = relayAgent[at + 1] & 0xFF;
        if (at + 2 + length > relayAgent.length) {
          return Optional.empty();
        }
        if (relayAgent[at] == SERVER_OVERRIDE && length == 4) {
          return Optional.of(Ipv4.of(relayAgent, at + 2));
        }
        at += 2 + length;
      }
      return Optional.empty();
    }

    byte[] reply(MessageType type, Inet4Address yours, Map<Integer, byte[]> more) {
      Map<Integer, byte[]> options = new TreeMap<>(more);
      options.put(DhcpOptions.MESSAGE_TYPE, new byte[] {(byte) type.code()});
      options.put(DhcpOptions.SERVER, server().getAddress());
      // RFC 6842 and RFC 3046: both are given back as they came.
      for (int code : new int[] {DhcpOptions.CLIENT, DhcpOptions.RELAY_AGENT}) {
        message.options().octets(code).ifPresent(value -> options.put(code, value));
      }
      // A relay agent is to broadcast a refusal: the client may have no address (RFC 2131, 4.3.2).
      boolean refused = type == MessageType.NAK;
      return DhcpWriter.write(
          new DhcpMessage(
              true,
              message.xid(),
              0,
              refused ? Ipv4.ANY : message.clientAddress(),
              yours,
              Ipv4.ANY,
              message.mac(),
              new DhcpOptions(options),
              message.broadcast() || (refused && isRelayed()),
              message.relayAddress()));
    }
  }
}

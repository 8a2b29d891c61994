// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.Endpoint;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.PlainDigests;
import io.phoneagent.dnsswitch.flow.PhoneFlows;
import io.phoneagent.dnsswitch.registrar.Contacts;
import io.phoneagent.dnsswitch.registrar.PhoneDigest;
import io.phoneagent.dnsswitch.registrar.Registrar;
import io.phoneagent.dnsswitch.registry.Arrival;
import io.phoneagent.dnsswitch.registry.KeyMint;
import io.phoneagent.dnsswitch.registry.Outcome;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.dnsswitch.registry.RegistrySettings;
import io.phoneagent.dnsswitch.relay.MediaRelay;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.flow.FramedMessage;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNat;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A switch, a trunk, phones behind firewalls and strangers, in a network on virtual time. */
public final class World {
  /** Two phones' numbers, a backup with an account and one beyond the trunk. */
  public static final PhoneNumber ALICE = new PhoneNumber("+15550000001");

  public static final PhoneNumber BOB = new PhoneNumber("+15550000002");
  public static final PhoneNumber CAROL = new PhoneNumber("+15550000003");
  public static final PhoneNumber FAR = new PhoneNumber("+442079460000");

  static final InetSocketAddress TRUNK = new InetSocketAddress(ip("192.0.2.20"), 5060);
  static final Duration BACKUP_AFTER = Duration.ofMillis(900);
  static final int PORTS = 40;

  /** A unique address that no phone of this world has. */
  static final String NOBODYS_ADDRESS = "198.18.0.9";

  public final VirtualTime time = new VirtualTime();
  public final VirtualNetwork network = new VirtualNetwork(time, 7);
  final VirtualHost host = network.host("192.0.2.10");
  final Map<PhoneNumber, Account> accounts = new HashMap<>();
  final MemoryLocations locations = new MemoryLocations();
  public final Random random = new Random(5);
  public Registry registry;
  public PhoneFlows flows;
  final MemoryContacts kept = new MemoryContacts();
  Contacts contacts;
  Registrar registrar;
  Switchboard board;
  DatagramPort socket;
  VirtualConnections connections;
  final End trunk;
  private final int ports;
  private final Optional<TrunkAccount> trunkAccount;
  private int sequence;
  private String boot = "boot";
  private int hosts;

  public World() {
    this(PORTS);
  }

  World(int ports) {
    this(ports, Optional.empty());
  }

  World(TrunkAccount account) {
    this(PORTS, Optional.of(account));
  }

  private World(int ports, Optional<TrunkAccount> trunkAccount) {
    this.ports = ports;
    this.trunkAccount = trunkAccount;
    start();
    trunk = new End(this, "trunk", network.host("192.0.2.20"), 5060);
    account(ALICE);
    account(BOB);
    account(CAROL);
  }

  static java.net.InetAddress ip(String literal) {
    return IpLiteral.parse(literal).orElseThrow();
  }

  /** Starts a switch on what an earlier one has kept. */
  private void start() {
    registry =
        new Registry(
            number -> Optional.ofNullable(accounts.get(number)),
            locations,
            (request, arrival) ->
                Optional.of(AssignedEndpoint.of(Endpoint.of(address()), Transport.UDP)),
            KeyMint.random(),
            RegistrySettings.DEFAULT,
            time,
            time,
            time);
    try {
      socket = host.loop().openDatagram(address(), this::received);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    connections =
        new VirtualConnections(host, 5060, this::received, source -> board.closed(source));
    flows = new PhoneFlows(registry, host.loop(), this::send, n -> board.moved(n), random);
    MediaRelay relay =
        new MediaRelay(host.loop(), host.address(), 10_000, 10_000 + 2 * ports - 1, random);
    contacts = new Contacts(kept, time);
    registrar =
        new Registrar(
            n -> Optional.ofNullable(accounts.get(n)),
            contacts,
            new PhoneDigest(n -> Optional.ofNullable(accounts.get(n))),
            host.loop(),
            this::send);
    contacts.restore(FlowSource::udp);
    board =
        new Switchboard(
            new Switchboard.Parts(
                host.loop(),
                n -> Optional.ofNullable(accounts.get(n)),
                registry,
                flows::path,
                new Switchboard.Liveness() {
                  @Override
                  public void ask(PhoneNumber number) {
                    flows.challenge(number);
                  }

                  @Override
                  public long heardAtNanos(PhoneNumber number) {
                    return flows.heardAtNanos(number);
                  }

                  @Override
                  public Duration roundTrip(PhoneNumber number) {
                    return flows.roundTrip(number);
                  }

                  @Override
                  public boolean isAnothers(FlowSource path, PhoneNumber number) {
                    return flows.isAnothers(path, number);
                  }
                },
                relay,
                Optional.of(FlowSource.udp(TRUNK)),
                trunkAccount,
                BACKUP_AFTER,
                (number, host) -> !host.equals(NOBODYS_ADDRESS),
                registrar,
                transport -> Endpoint.of(address())),
            new CallOutput());
    registry.addListener(flows);
    flows.restore(FlowSource::udp);
  }

  /** The switch dies and another one takes its place. */
  public void restart() {
    socket.close();
    start();
  }

  private boolean send(ByteBuffer message, FlowSource to) {
    if (to.transport().isStream()) {
      return connections.send(message, to);
    }
    socket.send(message, to.address());
    return true;
  }

  private final class CallOutput implements Switchboard.Output {
    @Override
    public boolean send(ByteBuffer message, FlowSource to) {
      return World.this.send(message, to);
    }

    @Override
    public Optional<FlowSource> connect(InetSocketAddress to) {
      return Optional.of(connections.connect(to));
    }

    @Override
    public void close(FlowSource connection) {
      connections.close(connection);
    }
  }

  private void received(ByteBuffer datagram, InetSocketAddress address) {
    received(datagram, FlowSource.udp(address));
  }

  private void received(ByteBuffer datagram, FlowSource from) {
    if (StunMessage.begins(datagram)) {
      flows.received(datagram.duplicate(), from);
      registrar.keptAlive(datagram, from).ifPresent(answer -> send(answer, from));
      return;
    }
    Optional<PhoneNumber> phone = flows.at(from);
    if (FramedMessage.begins(datagram)) {
      phone.ifPresent(number -> board.receivedFramed(datagram, number));
    } else if (phone.isPresent()) {
      board.receivedFromPhone(datagram, phone.get());
    } else {
      board.received(datagram, from);
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(host.address(), 5060);
  }

  void account(PhoneNumber number) {
    account(number, Optional.empty(), false);
  }

  void account(PhoneNumber number, Optional<PhoneNumber> backup, boolean overTrunk) {
    accounts.put(
        number,
        new Account(
            number,
            Optional.empty(),
            backup,
            overTrunk,
            Account.ha1(number, "secret"),
            PlainDigests.of(number, "secret", PlainDigests.Offered.BOTH)));
  }

  /** Devices that register from now on have just started. */
  void newBoots() {
    boot += "+";
  }

  /** Registers a number, as its phone does over HTTPS. */
  public Outcome.Accepted register(PhoneNumber number) {
    return register(number, Protocol.SIP);
  }

  Outcome.Accepted register(PhoneNumber number, Protocol protocol) {
    RegistrationRequest request =
        RegistrationRequest.builder()
            .mac(MacAddress.of("02:00:00:00:00:" + number.e164().substring(10)))
            .localAddress(ip("192.168.1.2"))
            .protocol(protocol)
            .transport(Transport.UDP)
            .bootId(boot)
            .sequence(++sequence)
            .reason("test")
            .build();
    Arrival arrival = new Arrival(new InetSocketAddress(ip("198.51.100.1"), 1), host.address());
    Outcome.Accepted accepted =
        (Outcome.Accepted) registry.register(number, request, arrival).toCompletableFuture().join();
    time.runTasks();
    return accepted;
  }

  /** A registered phone behind its own firewall, with an open flow. */
  public AgentPhone phone(PhoneNumber number) {
    VirtualNat nat = network.nat("198.51.100." + (10 + hosts++), NatBehaviour.home());
    AgentPhone phone = new AgentPhone(this, number, nat);
    phone.register();
    phone.flow().bind();
    pass(Duration.ofMillis(200));
    return phone;
  }

  /** A plain telephone in service, behind its own firewall. */
  Telephone telephone(PhoneNumber number) {
    Telephone phone = telephoneSoon(number);
    phone.register();
    pass(Duration.ofMillis(500));
    return phone;
  }

  /** One that has still to register. */
  Telephone telephoneSoon(PhoneNumber number) {
    int site = hosts++;
    String address = "198.51." + (100 + site / 200) + "." + (10 + site % 200);
    return new Telephone(this, number, network.nat(address, NatBehaviour.home()));
  }

  End stranger() {
    return new End(this, "stranger", network.host("203.0.113." + (10 + hosts++)), 5060);
  }

  public void pass(Duration duration) {
    time.advance(duration);
  }

  void millis(long millis) {
    time.advance(Duration.ofMillis(millis));
  }

  /** How many ports the relay has open. */
  int relayPorts() {
    return host.openSockets() - 1 - connections.size();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.netty.handler.ssl.SslContext;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.dnsswitch.account.WatchedAccounts;
import io.phoneagent.dnsswitch.address.AddressPool;
import io.phoneagent.dnsswitch.dhcp.RelayedDhcp;
import io.phoneagent.dnsswitch.http.CertificateAuthority;
import io.phoneagent.dnsswitch.http.HttpServer;
import io.phoneagent.dnsswitch.http.OperatorCertificate;
import io.phoneagent.dnsswitch.http.RegistrationService;
import io.phoneagent.dnsswitch.http.ServerIdentity;
import io.phoneagent.dnsswitch.place.PublicPlace;
import io.phoneagent.dnsswitch.registrar.ContactList;
import io.phoneagent.dnsswitch.registrar.Contacts;
import io.phoneagent.dnsswitch.registry.EndpointAssignment;
import io.phoneagent.dnsswitch.registry.KeyMint;
import io.phoneagent.dnsswitch.registry.Location;
import io.phoneagent.dnsswitch.registry.LocationStore;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.dnsswitch.registry.RegistrySettings;
import io.phoneagent.dnsswitch.store.DurableStore;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.runtime.NioLoop;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running switch: accounts, registry, signalling and HTTP, started in this order. */
public final class DnsSwitch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DnsSwitch.class);

  /** How long {@link #close()} waits for calls and requests. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final RegistrationService service;
  private final HttpServer http;
  private final Signalling signalling;
  private Optional<DhcpPort> dhcp = Optional.empty();
  private final Registry registry;
  // Nothing is registered before signalling is up: HTTP starts last.
  private volatile EndpointAssignment assigning = (request, arrival) -> Optional.empty();
  private final PublicPlace place;
  private volatile Optional<MovingPlace> movingPlace = Optional.empty();
  private boolean closed;

  private DnsSwitch(SwitchSettings settings, Signalling.Factory factory) {
    try {
      requireTrunk(settings);
      makeDirectory(settings.data());
      lock(settings.data());
      requireFree(factory, settings.signalling());
      NioLoop loop =
          opened(NioLoop.start("dns-switch", e -> LOG.error("a task of the switch failed", e)));
      WatchedAccounts accounts = WatchedAccounts.open(settings.accounts(), loop);
      parts.push(accounts::close);
      DurableStore<Location> store =
          opened(LocationStore.open(settings.data().resolve("locations.db")));
      this.registry =
          new Registry(
              accounts,
              store,
              (request, arrival) -> assigning.endpointFor(request, arrival),
              KeyMint.random(),
              new RegistrySettings(settings.expiresIn(), settings.keepAlive()),
              loop.clock(),
              loop,
              loop);
      accounts.onChange(registry::accountsChanged);
      LOG.info("{} numbers are registered", registry.size());
      AddressPool addresses =
          opened(
              new AddressPool(
                  settings.addressPool(),
                  settings.addressLease(),
                  loop.clock(),
                  AddressPool.store(settings.data().resolve("addresses.db"))));
      Contacts contacts =
          new Contacts(
              opened(Contacts.store(settings.data().resolve("contacts.db"))), loop.clock());
      Optional<SslContext> tls = tls(settings, loop);
      Path kept = settings.data().resolve("public-address");
      this.place =
          new PublicPlace(
              (settings.probes().isEmpty() ? Optional.<InetAddress>empty() : PublicPlace.kept(kept))
                  .or(() -> settings.advertise().flatMap(Advertisement::address)),
              settings.advertise().map(Advertisement::port).orElse(OptionalInt.empty()));
      this.signalling =
          opened(
              signalling(
                  factory,
                  new SwitchContext(
                      settings, loop, accounts, registry, addresses, contacts, place, tls)));
      assigning = signalling;
      this.service =
          new RegistrationService(
              accounts,
              registry,
              addresses,
              signalling::gauges,
              this::placeForPeople,
              number ->
                  CompletableFuture.supplyAsync(() -> ContactList.json(number, contacts), loop),
              loop.clock());
      if (settings.dhcp().isPresent()) {
        dhcp = Optional.of(opened(dhcp(settings, loop, accounts, addresses)));
      }
      this.http = opened(http(settings, tls, loop));
      movingPlace = MovingPlace.start(settings, loop, place, kept, signalling);
      movingPlace.ifPresent(this::opened);
    } catch (IOException e) {
      closeParts();
      throw new PhoneAgentException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    } catch (RuntimeException e) {
      closeParts();
      throw e;
    }
  }

  /**
   * Starts a switch.
   *
   * @throws PhoneAgentException if an address cannot be bound or a file not be read
   */
  static DnsSwitch start(SwitchSettings settings, Signalling.Factory signalling) {
    return new DnsSwitch(settings, signalling);
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  /** First: a name without address would else be told as a port that cannot be bound. */
  private static void requireTrunk(SwitchSettings settings) throws IOException {
    Optional<Trunk> trunk = settings.trunk();
    if (trunk.isPresent()
        && new InetSocketAddress(trunk.get().host(), trunk.get().port()).isUnresolved()) {
      throw new IOException("--trunk: '" + trunk.get().host() + "' is not known as a host");
    }
  }

  private static void makeDirectory(Path data) throws IOException {
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new IOException(
          "data directory " + data + " cannot be made; give another --data (" + e + ")", e);
    }
  }

  /** Two switches on one directory would hand out the same numbers twice. */
  private void lock(Path data) throws IOException {
    FileChannel channel =
        opened(
            FileChannel.open(
                data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      LOG.debug("locked in this process", e);
    }
    throw new PhoneAgentException(
        "another switch runs on " + data + "; stop it, or give another --data");
  }

  private static Signalling signalling(Signalling.Factory factory, SwitchContext context)
      throws IOException {
    try {
      return factory.start(context);
    } catch (IOException e) {
      throw cannotBeBound(context.settings().signalling(), e);
    }
  }

  private static void requireFree(Signalling.Factory factory, InetSocketAddress signalling)
      throws IOException {
    try {
      factory.requireFree(signalling);
    } catch (IOException e) {
      throw cannotBeBound(signalling, e);
    }
  }

  private static IOException cannotBeBound(InetSocketAddress signalling, IOException e) {
    return new IOException(
        "signalling address "
            + AddressLiteral.format(signalling)
            + " cannot be bound: "
            + e.getMessage(),
        e);
  }

  private static Optional<SslContext> tls(SwitchSettings settings, NioLoop loop)
      throws IOException {
    if (settings.tlsCertificate().isPresent()) {
      Path chain = settings.tlsCertificate().get();
      SslContext tls = HttpServer.tls(chain, settings.tlsKey().orElseThrow());
      // Told, not refused: a switch that its operator starts again is to come back.
      OperatorCertificate.fault(chain, Instant.ofEpochMilli(loop.clock().epochMillis()))
          .ifPresent(LOG::warn);
      return Optional.of(tls);
    }
    if (settings.insecureHttp()) {
      return Optional.empty();
    }
    ServerIdentity identity =
        new ServerIdentity(
            CertificateAuthority.open(settings.data(), loop.clock()),
            loop.clock(),
            names(settings),
            addresses(settings));
    return Optional.of(HttpServer.tls(identity));
  }

  private static DhcpPort dhcp(
      SwitchSettings settings, NioLoop loop, WatchedAccounts accounts, AddressPool addresses)
      throws IOException {
    InetSocketAddress at = settings.dhcp().orElseThrow();
    InetAddress own =
        settings.advertise().flatMap(Advertisement::address).orElseGet(at::getAddress);
    if (!(own instanceof Inet4Address reached) || own.isAnyLocalAddress()) {
      throw new InvalidSettingException(
          "dhcp",
          "clients have to be told one IPv4 address of the switch; give it instead of "
              + AddressLiteral.format(at.getAddress())
              + ", or --advertise");
    }
    try {
      return new DhcpPort(
          loop,
          at,
          new RelayedDhcp(
              accounts::names, addresses, reached, settings.dhcpNameServers(), loop.clock()));
    } catch (IOException e) {
      throw new IOException(
          "DHCP address " + AddressLiteral.format(at) + " cannot be bound: " + e.getMessage(), e);
    }
  }

  private HttpServer http(SwitchSettings settings, Optional<SslContext> tls, NioLoop loop)
      throws IOException {
    try {
      return HttpServer.start(
          settings.http(),
          tls,
          service,
          HttpServer.Limits.DEFAULT.perSource(settings.phonesPerSource()),
          loop.clock());
    } catch (IOException e) {
      throw new IOException(
          "HTTP address " + AddressLiteral.format(settings.http()) + " " + e.getMessage(), e);
    }
  }

  private static Set<String> names(SwitchSettings settings) {
    Set<String> names = new LinkedHashSet<>(settings.tlsNames());
    settings.dnsRecord().ifPresent(r -> names.add(r.name().toLowerCase(Locale.ROOT)));
    names.add("localhost");
    try {
      names.add(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      LOG.debug("this machine has no name that it knows", e);
    }
    return names;
  }

  /** All that a phone may reach the switch by without a name. */
  private static Set<InetAddress> addresses(SwitchSettings settings) throws SocketException {
    Set<InetAddress> addresses = new LinkedHashSet<>();
    AddressLiteral.parse("127.0.0.1").ifPresent(addresses::add);
    AddressLiteral.parse("::1").ifPresent(addresses::add);
    settings.advertise().flatMap(Advertisement::address).ifPresent(addresses::add);
    for (InetSocketAddress bound : List.of(settings.http(), settings.signalling())) {
      if (!bound.getAddress().isAnyLocalAddress()) {
        addresses.add(bound.getAddress());
      }
    }
    if (settings.http().getAddress().isAnyLocalAddress()) {
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        addresses.addAll(Collections.list(each.getInetAddresses()));
      }
    }
    return addresses;
  }

  private Map<String, String> placeForPeople() {
    Map<String, String> said = new LinkedHashMap<>();
    place.address().ifPresent(a -> said.put("publicAddress", AddressLiteral.format(a)));
    movingPlace.ifPresent(m -> said.putAll(m.forPeople()));
    return said;
  }

  /** Where registrations come in. */
  public InetSocketAddress httpAddress() {
    return http.address();
  }

  /** Where flows come in. */
  public InetSocketAddress signallingAddress() {
    return signalling.address();
  }

  /** Where relay agents forward DHCP to, if any may. */
  public Optional<InetSocketAddress> dhcpAddress() {
    return dhcp.map(DhcpPort::address);
  }

  /** Where flows under TLS come in, if they do. */
  public Optional<InetSocketAddress> tlsAddress() {
    return signalling.tlsAddress();
  }

  /** Who is registered. */
  Registry registry() {
    return registry;
  }

  /** What answers HTTP. */
  RegistrationService service() {
    return service;
  }

  /** Drains for ten seconds at most, then ends. Idempotent. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    service.drain();
    signalling.drain(DRAIN.minusSeconds(2)); // leaves the rest some time of the ten seconds
    closeParts();
  }

  private void closeParts() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.error("a part of the switch could not be closed", e);
      }
    }
  }
}

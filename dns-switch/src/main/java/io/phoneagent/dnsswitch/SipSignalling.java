// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.Endpoint;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.call.Switchboard;
import io.phoneagent.dnsswitch.flow.PhoneFlows;
import io.phoneagent.dnsswitch.http.HttpServer;
import io.phoneagent.dnsswitch.http.Sources;
import io.phoneagent.dnsswitch.place.PublicPlace;
import io.phoneagent.dnsswitch.registrar.PhoneDigest;
import io.phoneagent.dnsswitch.registrar.Registrar;
import io.phoneagent.dnsswitch.registry.Arrival;
import io.phoneagent.dnsswitch.registry.Binding;
import io.phoneagent.dnsswitch.relay.MediaRelay;
import io.phoneagent.flow.FlowServer;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.flow.FramedMessage;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.runtime.NioLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The assigned port, over UDP, TCP and TLS: what arrives there, and the calls that come of it. */
final class SipSignalling implements Signalling {
  private static final Logger LOG = LoggerFactory.getLogger(SipSignalling.class);
  private static final Duration DRAIN_LOOK = Duration.ofMillis(100);
  private static final int MOST_PORTS_TRIED = 20;

  private final SwitchContext context;
  private final NioLoop mediaLoop;
  private final LocalSockets socket;
  private final StreamConnections streams;
  private final AssignedAddress assigned;
  private final Optional<InetSocketAddress> tlsAddress;
  private final Optional<AssignedAddress> assignedTls;
  private final PhoneFlows flows;
  private final Registrar registrar;
  private final Switchboard board;
  private final MediaRelay relay;
  private final Relocation relocation;
  private boolean ready; // the loop's: whether all of the above is there

  SipSignalling(SwitchContext context) throws IOException {
    this.context = context;
    SwitchSettings settings = context.settings();
    this.streams =
        new StreamConnections(
            context.loop(),
            new Streams(),
            context.tls(),
            new Sources(
                context.loop().clock(),
                HttpServer.Limits.DEFAULT.perSource(settings.phonesPerSource())),
            context.loop().clock());
    this.socket = bind(settings.signalling());
    this.assigned = new AssignedAddress(context.place(), 0, socket.local());
    this.tlsAddress = bindTls(settings);
    this.assignedTls = tlsAddress.map(bound -> new AssignedAddress(context.place(), 1, bound));
    this.mediaLoop =
        NioLoop.start("dns-switch-media", e -> LOG.error("a task of the relay failed", e));
    Random random = new SecureRandom();
    Endpoint own = own();
    boolean behindGateway = settings.advertise().isPresent() || !settings.probes().isEmpty();
    this.relay =
        new MediaRelay(
            mediaLoop,
            behindGateway ? socket.local().getAddress() : own.address(),
            settings.mediaPorts().from(),
            settings.mediaPorts().to(),
            random);
    this.flows =
        new PhoneFlows(context.registry(), context.loop(), new Output(), this::moved, random);
    this.registrar =
        new Registrar(
            context.accounts(),
            context.contacts(),
            new PhoneDigest(context.accounts()),
            context.loop(),
            this::send);
    this.board =
        new Switchboard(
            new Switchboard.Parts(
                context.loop(),
                context.accounts(),
                context.registry(),
                flows::path,
                liveness(flows),
                relay,
                trunk(settings).map(socket::likeliest),
                settings.trunk().flatMap(Trunk::account),
                settings.backupAfter(),
                new AddressOwners(context.addresses(), context.registry()),
                registrar,
                transport -> outside(own, transport)),
            new CallOutput());
    this.relocation =
        new Relocation(context.loop(), context.registry(), this::endpointNow, flows::relocated);
    context.registry().addListener(flows);
    context
        .loop()
        .execute(
            () -> {
              flows.restore(socket::likeliest);
              context.contacts().restore(socket::likeliest);
              ready = true;
            });
  }

  private static Switchboard.Liveness liveness(PhoneFlows flows) {
    return new Switchboard.Liveness() {
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
    };
  }

  /** Behind 0.0.0.0 this machine's own address. */
  private Endpoint own() throws IOException {
    InetAddress bound = socket.local().getAddress();
    return new Endpoint(
        bound.isAnyLocalAddress() && context.place().address().isEmpty()
            ? OwnAddress.ofThisMachine()
            : bound,
        socket.local().getPort());
  }

  /** What phones and trunk see. */
  private Endpoint outside(Endpoint own, Transport transport) {
    PublicPlace place = context.place();
    boolean tls = transport == Transport.TLS && tlsAddress.isPresent();
    int bound = tls ? tlsAddress.get().getPort() : socket.local().getPort();
    int port = place.port().isPresent() ? place.port().getAsInt() + (tls ? 1 : 0) : bound;
    return new Endpoint(place.address().orElse(own.address()), port);
  }

  private static Optional<InetSocketAddress> trunk(SwitchSettings settings) throws IOException {
    if (settings.trunk().isEmpty()) {
      return Optional.empty();
    }
    Trunk trunk = settings.trunk().get();
    InetSocketAddress address = new InetSocketAddress(trunk.host(), trunk.port());
    if (address.isUnresolved()) {
      throw new IOException("the trunk's name " + trunk.host() + " has no address");
    }
    return Optional.of(address);
  }

  /** UDP and TCP on one port; where any will do, one that is free for both. */
  private LocalSockets bind(InetSocketAddress address) throws IOException {
    for (int left = address.getPort() == 0 ? MOST_PORTS_TRIED : 1; ; left--) {
      LocalSockets sockets = new LocalSockets(context.loop(), address, this::received);
      try {
        streams.bind(sockets.local(), false);
        return sockets;
      } catch (IOException e) {
        sockets.close();
        if (left == 1) {
          streams.close();
          throw e;
        }
      }
    }
  }

  private Optional<InetSocketAddress> bindTls(SwitchSettings settings) throws IOException {
    if (context.tls().isEmpty()) {
      return Optional.empty();
    }
    InetSocketAddress next =
        settings
            .signallingTls()
            .orElse(
                new InetSocketAddress(
                    settings.signalling().getAddress(),
                    settings.signalling().getPort() == 0 ? 0 : socket.local().getPort() + 1));
    try {
      return Optional.of(streams.bind(next, true));
    } catch (IOException e) {
      close(socket, streams);
      throw new IOException(
          AddressLiteral.format(next)
              + " for TLS; give another --signalling-tls: "
              + e.getMessage(),
          e);
    }
  }

  private static void close(LocalSockets sockets, StreamConnections streams) {
    sockets.close();
    streams.close();
  }

  private void received(ByteBuffer message, FlowSource from) {
    if (!ready) {
      return; // as if it had come before the port was open
    }
    if (StunMessage.begins(message)) {
      flows.received(message.duplicate(), from);
      registrar.keptAlive(message, from).ifPresent(answer -> send(answer, from));
      return;
    }
    Optional<PhoneNumber> phone = flows.at(from);
    if (FramedMessage.begins(message)) {
      // Elsewhere nobody is heard: a phone that has just moved repeats what it said.
      phone.ifPresent(number -> board.receivedFramed(message, number));
    } else if (phone.isPresent()) {
      board.receivedFromPhone(message, phone.get());
    } else {
      board.received(message, from);
    }
  }

  private boolean send(ByteBuffer message, FlowSource to) {
    if (to.transport().isStream()) {
      return streams.send(message, to);
    }
    socket.send(message, to);
    return true;
  }

  private final class CallOutput implements Switchboard.Output {
    @Override
    public boolean send(ByteBuffer message, FlowSource to) {
      return SipSignalling.this.send(message, to);
    }

    @Override
    public Optional<FlowSource> connect(InetSocketAddress to) {
      return Optional.of(
          streams.connect(
              to, Optional.of(socket.local().getAddress()).filter(a -> !a.isAnyLocalAddress())));
    }

    @Override
    public void close(FlowSource connection) {
      streams.close(connection);
    }
  }

  private final class Output implements FlowServer.Output {
    @Override
    public void send(ByteBuffer message, FlowSource to) {
      SipSignalling.this.send(message, to);
    }

    @Override
    public void close(FlowSource connection) {
      streams.close(connection);
    }
  }

  private final class Streams implements StreamConnections.Listener {
    @Override
    public void received(ByteBuffer message, FlowSource from) {
      SipSignalling.this.received(message, from);
    }

    @Override
    public void closed(FlowSource connection) {
      flows.closed(connection);
      board.closed(connection);
    }
  }

  @Override
  public void moved(String cause) {
    relocation.begin(cause);
  }

  private void moved(PhoneNumber number) {
    board.moved(number);
  }

  @Override
  public InetSocketAddress address() {
    return socket.local();
  }

  @Override
  public Optional<InetSocketAddress> tlsAddress() {
    return tlsAddress;
  }

  @Override
  public Optional<AssignedEndpoint> endpointFor(RegistrationRequest request, Arrival arrival) {
    Optional<AssignedAddress> address =
        request.transport() == Transport.TLS ? assignedTls : Optional.of(assigned);
    return address.map(a -> a.endpoint(request.transport(), arrival));
  }

  /** What a phone that is registered would be assigned now. */
  private Optional<AssignedEndpoint> endpointNow(Binding binding) {
    return endpointFor(
        binding.request(),
        new Arrival(
            new InetSocketAddress(binding.observedAddress(), 0), binding.endpoint().address()));
  }

  @Override
  public CompletionStage<Map<String, Integer>> gauges() {
    return CompletableFuture.supplyAsync(
        () -> {
          Map<String, Integer> now = new LinkedHashMap<>();
          now.put("flows", flows.proven());
          now.put("contacts", registrar.contacts().size());
          now.putAll(board.gauges());
          now.put("relayLegs", relay.legs());
          return now;
        },
        context.loop());
  }

  @Override
  public void drain(Duration atMost) {
    CompletableFuture<Void> quiet = new CompletableFuture<>();
    context
        .loop()
        .execute(
            () -> {
              board.drain();
              awaitQuiet(quiet);
            });
    try {
      quiet.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.info("calls that are still up are ended");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    context.loop().execute(board::hangUp);
  }

  private void awaitQuiet(CompletableFuture<Void> quiet) {
    if (board.calls() == 0) {
      quiet.complete(null);
    } else if (!quiet.isDone()) {
      context.loop().schedule(DRAIN_LOOK, () -> awaitQuiet(quiet));
    }
  }

  @Override
  public void close() {
    close(socket, streams);
    mediaLoop.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.Endpoint;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.call.Switchboard;
import io.phoneagent.dnsswitch.flow.PhoneFlows;
import io.phoneagent.dnsswitch.registry.Arrival;
import io.phoneagent.dnsswitch.relay.MediaRelay;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.runtime.NioLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIP over UDP flows: the assigned port, what arrives there, and the calls that come of it. */
final class SipSignalling implements Signalling {
  private static final Logger LOG = LoggerFactory.getLogger(SipSignalling.class);
  private static final Duration DRAIN_LOOK = Duration.ofMillis(100);

  private final SwitchContext context;
  private final NioLoop mediaLoop;
  private final LocalSockets socket;
  private final AssignedAddress assigned;
  private final PhoneFlows flows;
  private final Switchboard board;

  SipSignalling(SwitchContext context) throws IOException {
    this.context = context;
    SwitchSettings settings = context.settings();
    this.socket = new LocalSockets(context.loop(), settings.signalling(), this::received);
    this.assigned = new AssignedAddress(settings.advertise(), socket.local());
    this.mediaLoop =
        NioLoop.start("dns-switch-media", e -> LOG.error("a task of the relay failed", e));
    Random random = new SecureRandom();
    Endpoint own = own(settings);
    MediaRelay relay =
        new MediaRelay(
            mediaLoop,
            settings.advertise().isPresent() ? socket.local().getAddress() : own.address(),
            settings.mediaPorts().from(),
            settings.mediaPorts().to(),
            random);
    this.flows =
        new PhoneFlows(context.registry(), context.loop(), socket::send, this::moved, random);
    this.board =
        new Switchboard(
            new Switchboard.Parts(
                context.loop(),
                context.accounts(),
                context.registry(),
                flows::path,
                liveness(flows),
                relay,
                trunk(settings),
                settings.backupAfter(),
                own),
            socket::send);
    context.registry().addListener(flows);
    context.loop().execute(flows::restore);
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
    };
  }

  /** What phones and trunk see; behind 0.0.0.0 without --advertise, this machine's own address. */
  private Endpoint own(SwitchSettings settings) throws IOException {
    InetAddress bound = socket.local().getAddress();
    InetAddress host =
        settings.advertise().isPresent()
            ? settings.advertise().get().address()
            : bound.isAnyLocalAddress() ? OwnAddress.ofThisMachine() : bound;
    int port =
        settings.advertise().isPresent()
            ? settings.advertise().get().port().orElse(socket.local().getPort())
            : socket.local().getPort();
    return new Endpoint(host, port);
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

  private void received(ByteBuffer datagram, InetSocketAddress from) {
    if (StunMessage.begins(datagram)) {
      flows.received(datagram, from);
      return;
    }
    Optional<PhoneNumber> phone = flows.at(from);
    if (phone.isPresent()) {
      board.receivedFromPhone(datagram, phone.get());
    } else {
      board.received(datagram, from);
    }
  }

  private void moved(PhoneNumber number) {
    board.moved(number);
  }

  @Override
  public InetSocketAddress address() {
    return socket.local();
  }

  @Override
  public Optional<AssignedEndpoint> endpointFor(RegistrationRequest request, Arrival arrival) {
    return request.protocol() == Protocol.SIP && request.transport() == Transport.UDP
        ? Optional.of(assigned.endpoint(Transport.UDP, arrival))
        : Optional.empty();
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
    socket.close();
    mediaLoop.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.registrar.Contact;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.runtime.Clock;
import io.phoneagent.sip.LargeRequests;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BiPredicate;

/** How what the switchboard says gets to whom it says it to. Owned by the loop. */
final class Ways implements SipTransport {
  private final Switchboard.Output output;
  private final BiPredicate<FlowSource, PhoneNumber> anothers;
  private final AmplificationLimit strangersAnswers;
  private final LargeRequests<InetSocketAddress, FlowSource> large;

  /**
   * Ways to everybody.
   *
   * @param anothers whether another phone is at a path by now than the one it is said to be of
   */
  Ways(
      Switchboard.Output output,
      BiPredicate<FlowSource, PhoneNumber> anothers,
      AmplificationLimit strangersAnswers,
      Clock clock) {
    this.output = output;
    this.anothers = anothers;
    this.strangersAnswers = strangersAnswers;
    this.large = new LargeRequests<>(clock);
  }

  @Override
  public void send(ByteBuffer message, SipPeer to) throws IOException {
    Optional<FlowSource> path = to instanceof Peers.Own phone ? phone.path() : source(to);
    boolean wanted = path.isPresent() && isThere(to, path.get()) && mayAnswer(message, to);
    boolean lost = wanted && !output.send(message, path.get());
    // A phone of ours is silent then until it has another connection, over which it is asked again.
    if (lost && !(to instanceof Peers.Phone)) {
      throw new IOException("the connection is closed");
    }
  }

  /** What another phone would hear in its place is as good as lost: the phone is silent. */
  private boolean isThere(SipPeer to, FlowSource path) {
    return !(to instanceof Peers.Phone phone && anothers.test(path, phone.number()));
  }

  private boolean mayAnswer(ByteBuffer message, SipPeer to) {
    return to.reliable()
        || !(to instanceof Peers.Stranger stranger)
        || strangersAnswers.allows(stranger.source(), message.remaining());
  }

  private static Optional<FlowSource> source(SipPeer peer) {
    return Optional.of(((Peers.Placed) peer).source()).filter(s -> s.address().getPort() > 0);
  }

  /**
   * A flow of ours is nowhere but where it was bound, and a phone behind a NAT nowhere but where
   * its REGISTER came from: what is large goes there as it is, and IP cuts it. So it does to a
   * stranger, whose address may be forged.
   */
  @Override
  public Optional<SipPeer> overConnection(SipPeer to) {
    if (to instanceof Peers.Trunk trunk) {
      return connection(trunk.source().address()).map(Peers.Trunk::new);
    }
    return to instanceof Peers.Plain plain
        ? open(plain).flatMap(this::connection).map(Peers.Beside::new)
        : Optional.empty();
  }

  private Optional<FlowSource> connection(InetSocketAddress to) {
    return large.to(to, () -> output.connect(to));
  }

  @Override
  public void overtaken(SipPeer connection) {
    FlowSource source = ((Peers.Placed) connection).source();
    if (large.overtaken(source.address(), source)) {
      output.close(source);
    }
  }

  private static Optional<InetSocketAddress> open(Peers.Plain plain) {
    return plain
        .contact()
        .filter(c -> !c.isBehindNat() && c.routes().isEmpty())
        .map(Contact::path)
        .map(FlowSource::address);
  }

  /** A message came from there. */
  void heard(FlowSource from) {
    large.heard(from.address(), from);
  }

  /** Closes a connection. */
  void close(FlowSource connection) {
    output.close(connection);
  }

  /** A connection is gone. */
  void closed(FlowSource connection) {
    large.closed(connection.address(), connection);
  }
}

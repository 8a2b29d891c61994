// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import io.phoneagent.runtime.Timers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * All transactions of one endpoint, gateway or call agent (RFC 3435, section 3.5). No I/O:
 * datagrams come in by {@link #receive} and go out by the transport, and time is the timers'. One
 * thread owns it all; callbacks come on that thread.
 */
public final class MgcpTransactions {
  private static final int MOST_PEERS = 1_024;
  private static final int MOST_CONFIRMED = 16;

  private record Key(MgcpPeer peer, int transaction) {}

  private record Confirmed(int transaction, long at) {}

  private final Timers timers;
  private final MgcpTransport transport;
  private final MgcpTimings timings;
  private final DoubleSupplier random;
  private final MgcpUser user;
  private final MgcpReader reader;
  private final int mostRemembered;
  private final int mostOctets;
  private final Map<Key, IncomingCommand> incoming = new HashMap<>();
  private final Map<Integer, OutgoingCommand> outgoing = new HashMap<>();
  private final Map<Key, MgcpResponse> acknowledged = new HashMap<>();
  private final Map<MgcpPeer, Deque<Confirmed>> confirmed = newest();
  private final Map<MgcpPeer, RoundTrips> roundTrips = newest();
  private int lastTransaction;

  /**
   * Nothing is known yet.
   *
   * @param random from 0 to 1, for the first transaction's number and for pauses
   */
  public MgcpTransactions(
      Timers timers,
      MgcpTransport transport,
      MgcpTimings timings,
      MgcpLimits limits,
      DoubleSupplier random,
      MgcpUser user) {
    this.timers = timers;
    this.transport = transport;
    this.timings = timings;
    this.random = random;
    this.user = user;
    this.reader = new MgcpReader(limits);
    this.mostRemembered = limits.transactions();
    this.mostOctets = limits.datagramBytes();
    this.lastTransaction = (int) (random.getAsDouble() * 999_999_998);
  }

  private static <V> Map<MgcpPeer, V> newest() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<MgcpPeer, V> eldest) {
        return size() > MOST_PEERS;
      }
    };
  }

  Timers timers() {
    return timers;
  }

  MgcpTimings timings() {
    return timings;
  }

  RoundTrips roundTrips(MgcpPeer peer) {
    return roundTrips.computeIfAbsent(peer, unknown -> new RoundTrips(timings, random));
  }

  /** How many transactions are remembered. */
  public int size() {
    return incoming.size() + outgoing.size();
  }

  /** Of the largest datagram that may go out. */
  int mostOctets() {
    return mostOctets;
  }

  void transmit(byte[] datagram, MgcpPeer to) {
    try {
      transport.send(ByteBuffer.wrap(datagram).asReadOnlyBuffer(), to);
    } catch (IOException e) {
      // As good as lost; what matters is repeated.
    }
  }

  /** One datagram. */
  public void receive(ByteBuffer datagram, MgcpPeer from) {
    for (MgcpInput input : reader.read(datagram)) {
      receive(input, from);
    }
  }

  private void receive(MgcpInput input, MgcpPeer from) {
    if (input instanceof MgcpResponse response) {
      receive(response, from);
    } else if (!user.hears(from)) {
      return;
    } else if (input instanceof MgcpCommand command) {
      receive(command, from);
    } else if (input instanceof MalformedMgcp malformed) {
      if (malformed.code() > 0) {
        MgcpResponse refusal = MgcpResponse.of(malformed.code(), malformed.transaction());
        transmit(refusal.commented(malformed.reason()).bytes(), from);
      }
      user.onMalformed(malformed, from);
    }
  }

  private void receive(MgcpCommand command, MgcpPeer from) {
    Optional<String> confirmations = command.parameter(ParameterName.RESPONSE_ACK);
    if (confirmations.isPresent()) {
      try {
        confirm(TransactionRanges.parse(confirmations.get()), from);
      } catch (Refusal refusal) {
        transmit(command.respond(refusal).bytes(), from);
        return;
      }
    }
    Key key = new Key(from, command.transaction());
    IncomingCommand known = incoming.get(key);
    if (known != null) {
      known.receiveAgain();
      return;
    }
    if (incoming.size() >= mostRemembered) {
      transmit(command.respond(ReturnCode.OVERLOADED).bytes(), from);
      return;
    }
    IncomingCommand made = new IncomingCommand(this, command, from);
    incoming.put(key, made);
    boolean executed = false;
    try {
      user.onCommand(made);
      executed = true;
    } finally {
      if (!executed) {
        // Whoever executes it has a defect; left without a response it would be kept for ever.
        made.respond(command.respond(ReturnCode.TRANSIENT));
      }
    }
  }

  private void confirm(TransactionRanges ranges, MgcpPeer from) {
    incoming.forEach(
        (key, command) -> {
          if (key.peer().equals(from) && ranges.contains(key.transaction())) {
            command.acknowledged();
          }
        });
  }

  /** From now on it is remembered for T-HIST. */
  void answered(IncomingCommand command) {
    Key key = new Key(command.from(), command.command().transaction());
    timers.schedule(
        timings.remembered(),
        () -> {
          command.forgotten();
          incoming.remove(key, command);
        });
  }

  private void receive(MgcpResponse response, MgcpPeer from) {
    Key key = new Key(from, response.transaction());
    if (response.isAcknowledgement()) {
      Optional.ofNullable(incoming.get(key)).ifPresent(IncomingCommand::acknowledged);
      return;
    }
    OutgoingCommand command = outgoing.get(response.transaction());
    if (command == null) {
      // Our acknowledgement was lost: the other end repeats its response until it has one.
      Optional.ofNullable(acknowledged.get(key)).ifPresent(ack -> transmit(ack.bytes(), from));
      return;
    }
    if (!command.isFrom(from)) {
      return;
    }
    if (!response.isProvisional()) {
      settle(response, key);
    }
    command.receive(response, from);
  }

  private void settle(MgcpResponse response, Key key) {
    boolean wanted =
        response.parameter(ParameterName.RESPONSE_ACK).filter(String::isEmpty).isPresent();
    if (wanted) {
      MgcpResponse ack =
          MgcpResponse.of(ReturnCode.ACKNOWLEDGED, response.transaction()).commented("");
      transmit(ack.bytes(), key.peer());
      if (acknowledged.size() < mostRemembered) {
        acknowledged.put(key, ack);
        timers.schedule(timings.remembered(), () -> acknowledged.remove(key, ack));
      }
    } else {
      Deque<Confirmed> some = confirmed.computeIfAbsent(key.peer(), unknown -> new ArrayDeque<>());
      some.add(new Confirmed(response.transaction(), timers.nanos()));
      if (some.size() > MOST_CONFIRMED) {
        some.remove();
      }
    }
  }

  /** Transactions whose responses came within T-HIST and were not yet confirmed. */
  private Optional<TransactionRanges> confirmations(MgcpPeer peer) {
    Deque<Confirmed> some = confirmed.remove(peer);
    if (some == null) {
      return Optional.empty();
    }
    List<TransactionRanges.Range> ranges = new ArrayList<>();
    for (Confirmed one : some) {
      if (timers.nanos() - one.at() < timings.remembered().toNanos()) {
        ranges.add(new TransactionRanges.Range(one.transaction(), one.transaction()));
      }
    }
    return ranges.isEmpty() ? Optional.empty() : Optional.of(new TransactionRanges(ranges));
  }

  /**
   * Sends a command under a transaction of its own, until it is answered or given up.
   *
   * @param command its transaction is replaced
   * @param addresses of the other end, the best first; the next one is tried when one is silent
   */
  public OutgoingCommand send(
      MgcpCommand command, List<MgcpPeer> addresses, ResponseListener listener) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("a command needs somebody to go to");
    }
    MgcpCommand numbered = command.under(nextTransaction());
    Optional<TransactionRanges> ranges = confirmations(addresses.get(0));
    if (ranges.isPresent()) {
      numbered = numbered.with(ParameterName.RESPONSE_ACK, ranges.get().toString());
    }
    OutgoingCommand made = new OutgoingCommand(this, numbered, addresses, listener);
    outgoing.put(numbered.transaction(), made);
    made.begin();
    return made;
  }

  private int nextTransaction() {
    do {
      lastTransaction = lastTransaction % 999_999_999 + 1;
    } while (outgoing.containsKey(lastTransaction));
    return lastTransaction;
  }

  void forget(OutgoingCommand command) {
    outgoing.remove(command.command().transaction(), command);
  }

  /**
   * The way to the other end is another one: what waits for a response is sent there at once. What
   * comes twice is executed once.
   */
  public void repeatNow() {
    List.copyOf(outgoing.values()).forEach(OutgoingCommand::repeatNow);
  }

  /** Forgets everything; nothing is sent or told any more. */
  public void close() {
    List.copyOf(outgoing.values()).forEach(OutgoingCommand::abandon);
    incoming.values().forEach(IncomingCommand::forgotten);
    incoming.clear();
    acknowledged.clear();
  }
}

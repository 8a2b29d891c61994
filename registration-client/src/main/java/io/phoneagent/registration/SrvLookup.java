// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.runtime.Timer;
import io.phoneagent.runtime.Timers;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One look-up of a domain's switches: asks the name servers in turn, by datagrams from a port of
 * its own, without blocking. On the thread of its timers.
 */
final class SrvLookup {
  // A resolver on the path answers within a round trip, and within a second where it has to ask.
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final int LEAST_TRIES = 3;
  private static final int MOST_TRIES = 6;

  private final List<InetSocketAddress> servers;
  private final SrvMessage question;
  private final Timers timers;
  private final Consumer<SrvAnswer> told;
  private Optional<DatagramPort> socket = Optional.empty();
  private Timer wait = () -> {};
  private int tries;
  private String trouble = "no name server answers";
  private boolean over;

  private SrvLookup(
      List<InetSocketAddress> servers,
      SrvMessage question,
      Timers timers,
      Consumer<SrvAnswer> told) {
    this.servers = servers;
    this.question = question;
    this.timers = timers;
    this.told = told;
  }

  /**
   * Begins one.
   *
   * @param question with a number that is unpredictable for others: who guesses it and the port can
   *     forge the answer
   * @param from the local address; port 0 takes a free one
   * @param told called once, perhaps before this returns, and never after {@link #cancel}
   */
  static SrvLookup begin(
      SrvMessage question,
      InetSocketAddress from,
      List<InetSocketAddress> servers,
      NetworkBinding network,
      Timers timers,
      Consumer<SrvAnswer> told) {
    SrvLookup lookup = new SrvLookup(servers, question, timers, told);
    if (servers.isEmpty()) {
      lookup.end(new SrvAnswer.Failed("neither lease nor system has a name server"));
      return lookup;
    }
    try {
      lookup.socket = Optional.of(network.openDatagram(from, lookup::received));
      lookup.ask();
    } catch (IOException e) {
      lookup.end(new SrvAnswer.Failed(String.valueOf(e.getMessage())));
    }
    return lookup;
  }

  private void ask() {
    wait.cancel();
    if (tries == Math.min(MOST_TRIES, Math.max(LEAST_TRIES, 2 * servers.size()))) {
      end(new SrvAnswer.Failed(trouble));
      return;
    }
    InetSocketAddress server = servers.get(tries++ % servers.size());
    socket.ifPresent(s -> s.send(question.octets(), server));
    wait = timers.schedule(WAIT, this::ask);
  }

  private void received(ByteBuffer datagram, InetSocketAddress from) {
    if (over || !servers.contains(from)) {
      return;
    }
    Optional<SrvAnswer> answer = question.read(datagram);
    if (!answer.isPresent()) {
      return;
    }
    if (answer.get() instanceof SrvAnswer.Failed failed) {
      trouble = failed.why();
      ask();
    } else {
      end(answer.get());
    }
  }

  private void end(SrvAnswer answer) {
    if (!over) {
      cancel();
      told.accept(answer);
    }
  }

  /** Ends it without an answer. */
  void cancel() {
    over = true;
    wait.cancel();
    socket.ifPresent(DatagramPort::close);
  }
}

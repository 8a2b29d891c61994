// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.sip.SipPeer;
import java.util.Optional;
import java.util.function.Function;

/** Who is at the other end of a leg. */
final class Peers {
  private Peers() {}

  /** A phone, wherever its flow leads now: the same peer before and after a move. */
  static final class Phone implements SipPeer {
    private final PhoneNumber number;
    private final Function<PhoneNumber, Optional<FlowSource>> paths;
    private Optional<FlowSource> last = Optional.empty();

    Phone(PhoneNumber number, Function<PhoneNumber, Optional<FlowSource>> paths) {
      this.number = number;
      this.paths = paths;
    }

    PhoneNumber number() {
      return number;
    }

    /** Where its flow leads; once that is gone, where it led last, so that a call can end. */
    Optional<FlowSource> path() {
      last = paths.apply(number).or(() -> last);
      return last;
    }

    @Override
    public boolean isSameEnd(SipPeer other) {
      if (other instanceof Stranger stranger) {
        return path().equals(Optional.of(stranger.source())) && paths.apply(number).isEmpty();
      }
      return equals(other);
    }

    @Override
    public String transport() {
      return path().map(p -> p.transport().name()).orElse("UDP");
    }

    @Override
    public String host() {
      return path().map(p -> p.address().getAddress().getHostAddress()).orElse("0.0.0.0");
    }

    @Override
    public int port() {
      return path().map(p -> p.address().getPort()).orElse(0);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Phone phone && phone.number.equals(number);
    }

    @Override
    public int hashCode() {
      return number.hashCode();
    }

    @Override
    public String toString() {
      return "phone " + number;
    }
  }

  /** The trunk: trusted, reached at its configured address and heard from nowhere else. */
  record Trunk(FlowSource source) implements SipPeer {
    @Override
    public String transport() {
      return source.transport().name();
    }

    @Override
    public String host() {
      return source.address().getAddress().getHostAddress();
    }

    @Override
    public int port() {
      return source.address().getPort();
    }

    @Override
    public boolean isSameEnd(SipPeer other) {
      return other instanceof Trunk; // any port of the one host
    }
  }

  /** Anybody else. */
  record Stranger(FlowSource source) implements SipPeer {
    @Override
    public String transport() {
      return source.transport().name();
    }

    @Override
    public String host() {
      return source.address().getAddress().getHostAddress();
    }

    @Override
    public int port() {
      return source.address().getPort();
    }

    @Override
    public boolean isSameEnd(SipPeer other) {
      return equals(other);
    }
  }
}

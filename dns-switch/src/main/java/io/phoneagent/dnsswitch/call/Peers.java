// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.SipPeer;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Function;

/** Who is at the other end of a leg. */
final class Peers {
  private Peers() {}

  /** A phone, wherever its flow leads now: the same peer before and after a move. */
  static final class Phone implements SipPeer {
    private final PhoneNumber number;
    private final Function<PhoneNumber, Optional<InetSocketAddress>> paths;

    Phone(PhoneNumber number, Function<PhoneNumber, Optional<InetSocketAddress>> paths) {
      this.number = number;
      this.paths = paths;
    }

    PhoneNumber number() {
      return number;
    }

    Optional<InetSocketAddress> path() {
      return paths.apply(number);
    }

    @Override
    public String transport() {
      return "UDP";
    }

    @Override
    public String host() {
      return path().map(p -> p.getAddress().getHostAddress()).orElse("0.0.0.0");
    }

    @Override
    public int port() {
      return path().map(InetSocketAddress::getPort).orElse(0);
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

  /** The trunk: trusted, reached at its configured address, heard from any port of it. */
  record Trunk(InetSocketAddress address) implements SipPeer {
    @Override
    public String transport() {
      return "UDP";
    }

    @Override
    public String host() {
      return address.getAddress().getHostAddress();
    }

    @Override
    public int port() {
      return address.getPort();
    }
  }

  /** Anybody else. */
  record Stranger(InetSocketAddress address) implements SipPeer {
    @Override
    public String transport() {
      return "UDP";
    }

    @Override
    public String host() {
      return address.getAddress().getHostAddress();
    }

    @Override
    public int port() {
      return address.getPort();
    }
  }
}

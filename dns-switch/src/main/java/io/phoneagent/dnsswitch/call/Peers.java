// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.limit.SourceNetwork;
import io.phoneagent.dnsswitch.registrar.Contact;
import io.phoneagent.dnsswitch.registrar.Contacts;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.sip.SipPeer;
import java.util.Optional;
import java.util.function.Function;

/** Who is at the other end of a leg. */
final class Peers {
  private Peers() {}

  /**
   * Whether two are counted as one: an account has several devices, and whoever knows its secret
   * calls from any port; strangers of one network may be one as well.
   */
  static boolean areOne(SipPeer one, SipPeer other) {
    if (one instanceof Own phone && other instanceof Own second) {
      return phone.number().equals(second.number());
    }
    if (one instanceof Stranger stranger && other instanceof Stranger second) {
      return stranger.network().equals(second.network());
    }
    return one.equals(other);
  }

  /** A phone of one of our accounts, which has proven whose it is. */
  sealed interface Own extends SipPeer {
    /** The number it has. */
    PhoneNumber number();

    /** Where it is reached now, or was last. */
    Optional<FlowSource> path();
  }

  /** Somebody at a source that does not change. */
  interface Placed extends SipPeer {
    /** Where messages come from, and go to. */
    FlowSource source();

    @Override
    default String transport() {
      return source().transport().name();
    }

    @Override
    default String host() {
      return source().address().getAddress().getHostAddress();
    }

    @Override
    default int port() {
      return source().address().getPort();
    }
  }

  /** A phone, wherever its flow leads now: the same peer before and after a move. */
  static final class Phone implements Own {
    private final PhoneNumber number;
    private final Function<PhoneNumber, Optional<FlowSource>> paths;
    private Optional<FlowSource> last = Optional.empty();

    Phone(PhoneNumber number, Function<PhoneNumber, Optional<FlowSource>> paths) {
      this.number = number;
      this.paths = paths;
    }

    @Override
    public PhoneNumber number() {
      return number;
    }

    /** Where its flow leads; once that is gone, where it led last, so that a call can end. */
    @Override
    public Optional<FlowSource> path() {
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

  /**
   * A plain phone, at one of the contacts that it has registered, wherever that is now; or at the
   * source of a call that it has proven to be its own.
   */
  static final class Plain implements Own {
    private final PhoneNumber number;
    private final String id;
    private final Contacts contacts;
    private FlowSource last;

    private Plain(PhoneNumber number, String id, Contacts contacts, FlowSource last) {
      this.number = number;
      this.id = id;
      this.contacts = contacts;
      this.last = last;
    }

    static Plain of(Contact contact, Contacts contacts) {
      return new Plain(contact.number(), contact.id(), contacts, contact.path());
    }

    /** Who has proven at a source to have the number. */
    static Plain at(FlowSource source, PhoneNumber number, Contacts contacts) {
      return contacts.at(source).stream()
          .filter(c -> c.number().equals(number))
          .findFirst()
          .map(c -> of(c, contacts))
          .orElseGet(() -> new Plain(number, "", contacts, source));
    }

    @Override
    public PhoneNumber number() {
      return number;
    }

    Optional<Contact> contact() {
      return contacts.find(number, id);
    }

    /** Whether it did not answer when it was last called. */
    boolean isSilent() {
      return contacts.isSilent(number, id);
    }

    void silent(boolean now) {
      contacts.silent(number, id, now);
    }

    @Override
    public Optional<FlowSource> path() {
      last = contact().map(Contact::path).orElse(last);
      return Optional.of(last);
    }

    private FlowSource source() {
      path();
      return last;
    }

    /** What it says may be too large for a datagram, or small enough for one again. */
    @Override
    public boolean isSameEnd(SipPeer other) {
      return other instanceof Stranger stranger
          ? stranger.source().equals(source()) || isBeside(stranger.source())
          : equals(other);
    }

    /** A connection from the same address, which cannot be forged, or a contact that is there. */
    private boolean isBeside(FlowSource other) {
      return other.address().getAddress().equals(source().address().getAddress())
          && ((other.transport() == Transport.TCP && source().transport() == Transport.UDP)
              || contacts.at(other).stream().anyMatch(c -> c.number().equals(number)));
    }

    @Override
    public String transport() {
      return source().transport().name();
    }

    @Override
    public String host() {
      return source().address().getAddress().getHostAddress();
    }

    @Override
    public int port() {
      return source().address().getPort();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Plain plain
          && plain.number.equals(number)
          && plain.id.equals(id)
          && (!id.isEmpty() || plain.last.equals(last));
    }

    @Override
    public int hashCode() {
      return number.hashCode() * 31 + id.hashCode();
    }

    @Override
    public String toString() {
      return "plain phone " + number;
    }
  }

  /** The connection to a plain phone by which goes what is too large for a datagram. */
  record Beside(FlowSource source) implements Placed {
    @Override
    public boolean isSameEnd(SipPeer other) {
      return other instanceof Stranger stranger && stranger.source().equals(source);
    }
  }

  /** The trunk: trusted, reached at its configured address and heard from nowhere else. */
  record Trunk(FlowSource source) implements Placed {
    @Override
    public boolean isSameEnd(SipPeer other) {
      return other instanceof Trunk; // any port of the one host
    }
  }

  /** Anybody else. */
  record Stranger(FlowSource source) implements Placed {
    private Object network() {
      return SourceNetwork.of(source.address().getAddress());
    }

    @Override
    public boolean isSameEnd(SipPeer other) {
      return equals(other);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.relay;

import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Relays RTP between the legs of calls, each on a port of its own from the configured range. Its
 * methods may be called from any thread; packets are handled on its loop.
 */
public final class MediaRelay {
  private static final String ICE_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // RFC 8445, section 5.3: at least 24 bits and 128 bits of randomness.
  private static final int UFRAG_LENGTH = 8;
  private static final int PASSWORD_LENGTH = 24;

  private final Loop loop;
  private final InetAddress bindTo;
  private final int firstPort;
  private final int ports;
  private final Random random;
  private int next;
  private final AtomicInteger legs = new AtomicInteger();

  /**
   * A relay without legs.
   *
   * @param from the first UDP port it may use
   * @param to the last
   */
  public MediaRelay(Loop loop, InetAddress bindTo, int from, int to, Random random) {
    this.loop = loop;
    this.bindTo = bindTo;
    this.firstPort = from + (from & 1); // RTP has even ports (RFC 3550, section 11)
    this.ports = (to - firstPort) / 2 + 1;
    this.random = random;
  }

  /**
   * Opens one side.
   *
   * @return empty if every port of the range is taken
   */
  public synchronized Optional<RelayLeg> open() {
    RelayLeg leg = new RelayLeg(loop.clock(), token(UFRAG_LENGTH), token(PASSWORD_LENGTH));
    for (int i = 0; i < ports; i++) {
      Optional<DatagramPort> opened = openNext(leg);
      if (opened.isPresent()) {
        leg.opened(opened.get());
        legs.incrementAndGet();
        return Optional.of(leg);
      }
    }
    return Optional.empty();
  }

  /** The next port of the range; empty if somebody has it. */
  private Optional<DatagramPort> openNext(RelayLeg leg) {
    int port = firstPort + 2 * next;
    next = (next + 1) % ports;
    try {
      return Optional.of(loop.openDatagram(new InetSocketAddress(bindTo, port), receiver(leg)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static DatagramReceiver receiver(RelayLeg leg) {
    return (ByteBuffer packet, InetSocketAddress from) -> leg.received(packet, from);
  }

  private String token(int length) {
    // All at once, as each question to a secure source takes its time; there are 64 characters.
    byte[] octets = new byte[length];
    random.nextBytes(octets);
    StringBuilder text = new StringBuilder(length);
    for (byte one : octets) {
      text.append(ICE_CHARACTERS.charAt(one & 63));
    }
    return text.toString();
  }

  /** From where this side's media is taken from now on. */
  public void takeFrom(RelayLeg leg, MediaSource source) {
    loop.execute(() -> leg.takeFrom(source));
  }

  /**
   * Whether this side's end hears one stream of RTP from now on, whoever is at the other side: one
   * SSRC, whose numbers go on. Only where the relay may write to what it passes on.
   */
  public void hearsOneStream(RelayLeg leg, boolean one) {
    loop.execute(() -> leg.hearsOneStream(one));
  }

  /**
   * This side's end takes no telephone events (RFC 4733) from now on, and the other side's does:
   * keys that the other one presses are told and kept from this one; those of this one are said by
   * {@link #press}, and in no other events.
   *
   * @param payload the payload type of the events, of 8 kHz; empty to pass on everything
   * @param pressed told of each key once, on the relay's loop
   */
  public void translatesKeys(RelayLeg leg, OptionalInt payload, Consumer<Character> pressed) {
    loop.execute(
        () -> {
          if (payload.isPresent()) {
            leg.translatesKeys(payload.getAsInt(), pressed);
          } else {
            leg.passesKeys();
          }
        });
  }

  /**
   * This side's end has pressed a key: it is said as an event within its audio.
   *
   * @param otherwise told of the key, on the relay's loop, if nothing is translated, or the end
   *     says nothing
   */
  public void press(RelayLeg leg, char key, Consumer<Character> otherwise) {
    loop.execute(
        () -> {
          boolean watched = leg.hasKeysToSay();
          if (!leg.press(key)) {
            otherwise.accept(key);
          } else if (!watched) {
            watch(leg, otherwise);
          }
        });
  }

  private void watch(RelayLeg leg, Consumer<Character> otherwise) {
    loop.schedule(
        SaidKeys.SILENCE,
        () -> {
          leg.unsaidKeys().forEach(otherwise);
          if (leg.hasKeysToSay()) {
            watch(leg, otherwise);
          }
        });
  }

  /** What comes in on one side goes out on the other, both ways. */
  public void join(RelayLeg one, RelayLeg other) {
    loop.execute(
        () -> {
          one.join(other);
          other.join(one);
        });
  }

  /** How many sides are open. */
  public int legs() {
    return legs.get();
  }

  /** Closes a side. */
  public void close(RelayLeg leg) {
    loop.execute(
        () -> {
          if (leg.close()) {
            legs.decrementAndGet();
          }
        });
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.dnsswitch.limit.Allowance;
import io.phoneagent.dnsswitch.registry.Binding;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.dnsswitch.registry.RegistryListener;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.flow.FramedMessage;
import io.phoneagent.runtime.Loop;
import io.phoneagent.sip.SipPeer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The call agent of the telephones that are registered for MGCP: each is a line of its own, heard
 * on its flow's proven path alone and answered there, wherever that leads. Telephones that have
 * restarted are asked to say so one after the other, so that a whole fleet does not come at once.
 * Owned by the loop.
 */
final class CallAgent implements RegistryListener {
  // 100 telephones a second: what comes of each is three transactions.
  private static final Duration BETWEEN_INVITATIONS = Duration.ofMillis(10);

  // Of one telephone, in its calls: a memory dials ten a second, and each may be a message of SIP.
  private static final int KEYS_AT_ONCE = 32;
  private static final int KEYS_A_SECOND = 10;

  /** Where calls go that are dialled. */
  interface Exchange {
    /** Why a phone does not reach a number, as a status of SIP; 0 if it does. */
    int refusal(SipPeer caller, PhoneNumber called);

    /** Begins a call whose caller has described its media. */
    void begin(CallLeg caller, PhoneNumber called);
  }

  /**
   * What it works with.
   *
   * @param loop its thread
   * @param paths where each phone is
   * @param heardAt when something proven last came from each, in the loop's nanoseconds
   * @param output to a phone
   * @param random unpredictable for others
   */
  record Parts(
      Loop loop,
      Registry registry,
      Function<PhoneNumber, Optional<FlowSource>> paths,
      ToLongFunction<PhoneNumber> heardAt,
      Switchboard.Output output,
      Random random,
      Exchange exchange) {}

  private final Parts parts;
  private final Map<PhoneNumber, MgcpLine> lines = new HashMap<>();
  private final Allowance<PhoneNumber> keys = new Allowance<>(KEYS_AT_ONCE, KEYS_A_SECOND);
  private final Set<PhoneNumber> uninvited = new LinkedHashSet<>();
  private boolean inviting;

  CallAgent(Parts parts) {
    this.parts = parts;
  }

  Parts parts() {
    return parts;
  }

  /** Whether a phone is registered for MGCP. */
  boolean serves(PhoneNumber number) {
    return parts.registry().find(number).filter(CallAgent::speaks).isPresent();
  }

  private static boolean speaks(Binding binding) {
    return binding.request().protocol() == Protocol.MGCP;
  }

  /** A framed message from the proven path of a phone. */
  void received(ByteBuffer framed, PhoneNumber number) {
    if (serves(number)) {
      FramedMessage.read(framed).ifPresent(message -> line(number).receive(message));
    }
  }

  /** Calls a phone. */
  CallLeg call(PhoneNumber number, LegName caller, byte[] offer, LegListener listener) {
    return line(number).called(caller, offer, listener);
  }

  private MgcpLine line(PhoneNumber number) {
    return lines.computeIfAbsent(number, n -> new MgcpLine(this, n));
  }

  void send(ByteBuffer message, PhoneNumber to) {
    parts.paths().apply(to).ifPresent(path -> parts.output().send(FramedMessage.of(message), path));
  }

  /** Whether a key that a telephone presses is told; a few hundred fit into one notification. */
  boolean takesKey(PhoneNumber from) {
    return keys.take(from, parts.loop().nanos());
  }

  /** A phone is reached elsewhere: what it has not answered is sent there at once. */
  void moved(PhoneNumber number) {
    Optional.ofNullable(lines.get(number)).ifPresent(MgcpLine::moved);
  }

  /** How many lines are known. */
  int lines() {
    return lines.size();
  }

  @Override
  public void registered(Binding binding) {
    if (!speaks(binding)) {
      forget(binding.number());
    }
  }

  /** Its flow is open: a telephone that has restarted waits for a random delay, or to be asked. */
  @Override
  public void rekeyed(Binding binding) {
    MgcpLine line = lines.get(binding.number());
    boolean known = line != null && line.isKnown(binding.request().bootId());
    if (speaks(binding) && !known) {
      uninvited.add(binding.number());
      if (!inviting) {
        inviting = true;
        invite();
      }
    }
  }

  private void invite() {
    Iterator<PhoneNumber> waiting = uninvited.iterator();
    inviting = waiting.hasNext();
    if (inviting) {
      PhoneNumber next = waiting.next();
      waiting.remove();
      if (serves(next)) {
        line(next).invite();
      }
      parts.loop().schedule(BETWEEN_INVITATIONS, this::invite);
    }
  }

  /** The run of its device that a telephone is registered in; empty if it is not. */
  String run(PhoneNumber number) {
    return parts.registry().find(number).map(b -> b.request().bootId()).orElse("");
  }

  @Override
  public void removed(Binding last, String cause) {
    forget(last.number());
  }

  private void forget(PhoneNumber number) {
    Optional.ofNullable(lines.remove(number)).ifPresent(MgcpLine::close);
  }
}

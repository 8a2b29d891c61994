// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.flow.StunMessage;
import io.phoneagent.flow.StunWriter;
import io.phoneagent.flow.TransactionId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A Binding question without credentials, and what answers it (RFC 8489, section 6.3). */
final class StunAnswer {
  private static final int TRY_ALTERNATE = 300;

  private StunAnswer() {}

  /** The question: 20 octets. */
  static ByteBuffer question(TransactionId transaction) {
    return StunWriter.of(StunMessage.Kind.REQUEST, transaction).end();
  }

  /**
   * What a datagram says.
   *
   * @return empty where it is damaged, or no answer to this question
   */
  static Optional<Sounding.Event> read(ByteBuffer datagram, TransactionId transaction) {
    return StunMessage.read(datagram)
        .filter(m -> m.transaction().equals(transaction))
        .filter(m -> !m.hasFingerprint() || m.fingerprintHolds())
        .flatMap(StunAnswer::event);
  }

  private static Optional<Sounding.Event> event(StunMessage message) {
    if (message.kind() == StunMessage.Kind.ERROR) {
      return Optional.of(new Sounding.Event.Denied(refusal(message.errorCode().orElse(0))));
    }
    if (message.kind() != StunMessage.Kind.SUCCESS) {
      return Optional.empty();
    }
    Optional<InetSocketAddress> hidden = message.mappedAddress();
    Optional<InetSocketAddress> seen = hidden.isPresent() ? hidden : message.plainMappedAddress();
    return Optional.of(
        seen.isPresent()
            ? new Sounding.Event.Sees(seen.get().getAddress())
            : new Sounding.Event.Denied("the server's answer has no address"));
  }

  private static String refusal(int code) {
    return code == TRY_ALTERNATE
        ? "the server names another one, to which nobody goes; give that one instead"
        : "the server refuses, with error code " + code;
  }
}

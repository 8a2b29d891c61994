// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.protocol.RegistrationAnswer;

/** What became of a registration. */
public sealed interface Outcome {

  /**
   * It holds, durably.
   *
   * @param answer what the phone is told; the same for a repeat of the same sequence
   * @param binding what the switch now has
   */
  record Accepted(RegistrationAnswer answer, Binding binding) implements Outcome {}

  /**
   * Nothing changed.
   *
   * @param why the rule
   * @param detail for people
   */
  record Refused(Why why, String detail) implements Outcome {}

  /** Why a registration is refused. */
  enum Why {
    /** No such account. */
    NO_ACCOUNT,
    /** A later registration of the same boot was here before. */
    OLD_SEQUENCE,
    /** Another device holds the number. */
    OTHER_DEVICE,
    /** The switch does not serve this protocol or transport. */
    NOT_SERVED,
    /** Too many registrations wait for the disk. */
    BUSY
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

/** The attributes of STUN messages used here, with their numbers in the IANA registry. */
final class StunAttribute {
  static final int MAPPED_ADDRESS = 0x0001;
  static final int USERNAME = 0x0006;
  static final int MESSAGE_INTEGRITY = 0x0008;
  static final int ERROR_CODE = 0x0009;
  static final int NONCE = 0x0015;
  static final int MESSAGE_INTEGRITY_SHA256 = 0x001C;
  static final int XOR_MAPPED_ADDRESS = 0x0020;
  static final int PRIORITY = 0x0024;
  static final int USE_CANDIDATE = 0x0025;
  static final int FINGERPRINT = 0x8028;
  static final int ICE_CONTROLLING = 0x802A;

  /**
   * A number that rises with every authenticated message of a key, 64 bits. Not in the registry:
   * from the range that receivers who do not know it ignore, and not assigned.
   */
  static final int COUNTER = 0xC0F1;

  /** What the switch says to a measuring request; see {@link Measured}. From the same range. */
  static final int MEASURED = 0xC0F2;

  /** Zeros that make a question as long as its answers. From the same range. */
  static final int FILL = 0xC0F3;

  /**
   * Where the switch is reached from now on, written as XOR-MAPPED-ADDRESS is. From the same range,
   * and not assigned either.
   */
  static final int MOVED_TO = 0xC0F4;

  private StunAttribute() {}
}

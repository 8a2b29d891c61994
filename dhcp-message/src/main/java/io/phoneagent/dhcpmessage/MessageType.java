// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcpmessage;

import java.util.Optional;

/** What a message is (RFC 2131, 2; option 53). */
public enum MessageType {
  DISCOVER(1),
  OFFER(2),
  REQUEST(3),
  DECLINE(4),
  ACK(5),
  NAK(6),
  RELEASE(7),
  INFORM(8);

  private final int code;

  MessageType(int code) {
    this.code = code;
  }

  /** As option 53 has it. */
  public int code() {
    return code;
  }

  /** The type of this code; empty where there is none. */
  public static Optional<MessageType> of(int code) {
    for (MessageType type : values()) {
      if (type.code == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import java.nio.Buffer;
import java.nio.ByteBuffer;

/** Octets that outlive the call which brought them. */
final class OctetCopy {
  private OctetCopy() {}

  /** A copy of what remains, which is then read. */
  static ByteBuffer of(ByteBuffer data) {
    ByteBuffer copy = ByteBuffer.allocate(data.remaining());
    copy.put(data);
    ((Buffer) copy).flip();
    return copy;
  }
}

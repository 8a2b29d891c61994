// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.util.Optional;

/**
 * Receives one message at a time with what the kernel says about it. The layout follows from the
 * width of a pointer, and holds for glibc and, where the first octet is the lowest, musl.
 */
final class Received {
  private static final int P = Native.POINTER_SIZE;
  private static final int LONGEST = 65_536;
  private static final int ADDRESS = 32;
  private static final int CONTROL = 128;
  // Level and type stand after a length; the data begins at the next multiple of a pointer.
  private static final int CONTROL_DATA = (P + 8 + P - 1) / P * P;
  private static final int CHECKSUM_NOT_DONE = 8;

  private final Memory octets = Libc.zeroed(LONGEST);
  private final Memory address = Libc.zeroed(ADDRESS);
  private final Memory control = Libc.zeroed(CONTROL);
  private final Memory part = Libc.zeroed(2 * P);
  private final Memory message = Libc.zeroed(7 * P);
  private boolean overrun;

  Received() {
    part.setPointer(0, octets);
    size(part, P, LONGEST);
    message.setPointer(0, address);
    message.setPointer(2L * P, part);
    size(message, 3 * P, 1);
    message.setPointer(4L * P, control);
  }

  private static void size(Memory memory, int at, long value) {
    if (P == 8) {
      memory.setLong(at, value);
    } else {
      memory.setInt(at, (int) value);
    }
  }

  /** The next message that waits, without waiting; empty if there is none. */
  Optional<byte[]> next(int socket) {
    message.setInt(P, ADDRESS);
    size(message, 5 * P, CONTROL);
    message.setInt(6L * P, 0);
    control.clear();
    try {
      int length = Libc.recvmsg(socket, message, Libc.MSG_DONTWAIT);
      boolean cut = (message.getInt(6L * P) & Libc.MSG_TRUNC) != 0;
      return cut || length < 0 ? Optional.of(new byte[0]) : Optional.of(copy(octets, 0, length));
    } catch (LastErrorException e) {
      overrun |= e.getErrorCode() == Libc.ENOBUFS;
      return Optional.empty(); // nothing waits, or the interface went down
    }
  }

  /** Whether messages have been lost since this was last asked, because nobody came for them. */
  boolean overrun() {
    boolean was = overrun;
    overrun = false;
    return was;
  }

  private static byte[] copy(Memory from, int at, int length) {
    return from.getByteArray(at, length);
  }

  /** Who sent the last frame: the six octets of a packet socket's address. */
  byte[] sender() {
    return copy(address, 12, 6);
  }

  /** Whether the checksum of the last packet was made, by its sender or by hardware. */
  boolean checksumDone() {
    boolean told =
        control.getInt(P) == Libc.SOL_PACKET && control.getInt(P + 4) == Libc.PACKET_AUXDATA;
    return !told || (control.getInt(CONTROL_DATA) & CHECKSUM_NOT_DONE) == 0;
  }
}

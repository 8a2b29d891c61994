// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import com.sun.jna.Memory;
import com.sun.jna.Native;

/**
 * What the kernel drops before it wakes us: all IPv4 but UDP to port 68, whole or the first
 * fragment. A program of the classic packet filter; its octets begin with the IP header.
 */
final class PacketFilter {
  private static final int LOAD_OCTET = 0x30;
  private static final int LOAD_SHORT = 0x28;
  private static final int LOAD_SHORT_AFTER_HEADER = 0x48;
  private static final int HEADER_LENGTH = 0xb1;
  private static final int IF_EQUAL = 0x15;
  private static final int IF_ANY_BIT = 0x45;
  private static final int RETURN = 0x06;
  private static final int WHOLE = 0xffff;

  /** Each: what it does, how many to skip if so, if not, and its number. */
  static final int[][] PROGRAM = {
    {LOAD_OCTET, 0, 0, 9},
    {IF_EQUAL, 0, 6, 17}, // the protocol is UDP
    {LOAD_SHORT, 0, 0, 6},
    {IF_ANY_BIT, 4, 0, 0x1fff}, // a later fragment has no ports
    {HEADER_LENGTH, 0, 0, 0},
    {LOAD_SHORT_AFTER_HEADER, 0, 0, 2},
    {IF_EQUAL, 0, 1, 68}, // the client's port
    {RETURN, 0, 0, WHOLE},
    {RETURN, 0, 0, 0},
  };

  private static final int INSTRUCTION = 8;

  private PacketFilter() {}

  /** As the kernel takes it, with what it points to; both have to live until it was taken. */
  static Memory[] memory() {
    Memory program = Libc.zeroed(PROGRAM.length * INSTRUCTION);
    for (int i = 0; i < PROGRAM.length; i++) {
      int at = i * INSTRUCTION;
      program.setShort(at, (short) PROGRAM[i][0]);
      program.setByte(at + 2, (byte) PROGRAM[i][1]);
      program.setByte(at + 3, (byte) PROGRAM[i][2]);
      program.setInt(at + 4, PROGRAM[i][3]);
    }
    Memory header = Libc.zeroed(2 * Native.POINTER_SIZE);
    header.setShort(0, (short) PROGRAM.length);
    header.setPointer(Native.POINTER_SIZE, program);
    return new Memory[] {header, program};
  }
}

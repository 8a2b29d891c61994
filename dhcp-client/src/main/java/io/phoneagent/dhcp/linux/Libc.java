// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;

/**
 * The system calls, and the numbers they take. Those of sockets are the same on x86, ARM, RISC-V
 * and POWER; on MIPS they are others, and opening a link is refused there.
 */
final class Libc {
  static final int AF_INET = 2;
  static final int AF_NETLINK = 16;
  static final int AF_PACKET = 17;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOL_SOCKET = 1;
  static final int SO_ATTACH_FILTER = 26;
  static final int SOL_PACKET = 263;
  static final int PACKET_AUXDATA = 8;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_TRUNC = 0x20;
  static final int EFD_FLAGS = SOCK_CLOEXEC | SOCK_NONBLOCK;
  static final short POLLIN = 1;

  static final int EPERM = 1;
  static final int EINTR = 4;
  static final int ENXIO = 6;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int ENOBUFS = 105;
  static final int EEXIST = 17;
  static final int ENODEV = 19;
  static final int ENETDOWN = 100;
  static final int ENETUNREACH = 101;
  static final int ESRCH = 3;
  static final int EADDRNOTAVAIL = 99;

  static {
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  static native int socket(int domain, int type, int protocol) throws LastErrorException;

  static native int bind(int socket, Pointer address, int length) throws LastErrorException;

  static native int setsockopt(int socket, int level, int name, Pointer value, int length)
      throws LastErrorException;

  static native int sendto(
      int socket, Pointer octets, NativeSize length, int flags, Pointer address, int addressLength)
      throws LastErrorException;

  static native int recvmsg(int socket, Pointer message, int flags) throws LastErrorException;

  static native int poll(Pointer set, NativeSize count, int timeoutMillis)
      throws LastErrorException;

  static native int eventfd(int initial, int flags) throws LastErrorException;

  static native int write(int file, Pointer octets, NativeSize length) throws LastErrorException;

  static native int read(int file, Pointer octets, NativeSize length) throws LastErrorException;

  static native int close(int file) throws LastErrorException;

  /** Closes it whatever that says: there is nothing to be done about it. */
  static void closeQuietly(int file) {
    if (file >= 0) {
      try {
        close(file);
      } catch (LastErrorException e) {
        return; // Linux has let go of it all the same
      }
    }
  }

  static IOException failed(String what, LastErrorException e) {
    return new IOException(what + ": " + e.getMessage(), e);
  }

  /** Octets outside the heap, all zero. */
  static Memory zeroed(int length) {
    Memory memory = new Memory(length);
    memory.clear();
    return memory;
  }

  /** Whether the numbers above hold here. */
  static boolean fits() {
    return !String.valueOf(System.getProperty("os.arch")).startsWith("mips");
  }
}

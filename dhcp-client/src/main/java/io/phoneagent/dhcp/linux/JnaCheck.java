// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import java.io.IOException;

/** Says in plain words why the system cannot be called. */
final class JnaCheck {
  /** A class that could not be initialized once is said to be missing from then on. */
  private static volatile String unloadable = "";

  private JnaCheck() {}

  /** What calls the system. */
  interface Task<T> {
    T run() throws IOException;
  }

  /**
   * Runs it.
   *
   * @throws IOException if JNA is not there, or its native part cannot be loaded, with the way out
   */
  static <T> T checked(Task<T> task) throws IOException {
    try {
      if (!Libc.fits()) {
        throw new IOException("there is no DHCP client for Linux on MIPS; give a link of your own");
      }
      return task.run();
    } catch (UnsatisfiedLinkError e) {
      unloadable =
          "JNA's native part cannot be loaded ("
              + firstLine(e)
              + "); where the temporary folder is mounted noexec, give another one:"
              + " -Djna.tmpdir=FOLDER";
      throw new IOException(unloadable, e);
    } catch (NoClassDefFoundError | ExceptionInInitializerError e) {
      if (!unloadable.isEmpty()) {
        throw new IOException(unloadable, e);
      }
      throw new IOException(
          "leasing an address needs JNA; add net.java.dev.jna:jna to the application"
              + ", and see that its native part can be unpacked: -Djna.tmpdir=FOLDER ("
              + firstLine(e)
              + ")",
          e);
    }
  }

  private static String firstLine(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import com.sun.jna.IntegerType;
import com.sun.jna.Native;

/** A length as the system takes it: as wide as a pointer. */
public final class NativeSize extends IntegerType {
  private static final long serialVersionUID = 1L;

  /** Zero; JNA needs it. */
  public NativeSize() {
    this(0);
  }

  /** So many. */
  public NativeSize(long value) {
    super(Native.SIZE_T_SIZE, value, true);
  }
}

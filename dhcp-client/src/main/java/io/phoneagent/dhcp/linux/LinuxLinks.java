// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import io.phoneagent.dhcp.LinkSocket;
import java.io.IOException;
import java.util.concurrent.Executor;

/** The interfaces of a Linux system. */
public final class LinuxLinks implements LinkSocket.Opener {
  @Override
  public LinkSocket open(String interfaceName, Executor loop) throws IOException {
    return JnaCheck.checked(() -> LinuxLink.open(interfaceName, loop));
  }
}

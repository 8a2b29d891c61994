// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.dnsswitch.call.TrunkAccount;
import java.util.Optional;

/**
 * The SIP peer beyond which all other numbers are.
 *
 * @param host its address, or a name
 * @param port 1 to 65535
 * @param account what it and the switch prove to each other; empty if nothing
 */
public record Trunk(String host, int port, Optional<TrunkAccount> account) {
  private static final int SIP_PORT = 5060;

  /**
   * Reads {@code sip:HOST[:PORT]}.
   *
   * @throws InvalidSettingException if it is not that
   */
  public static Trunk of(String text) {
    if (!text.startsWith("sip:")) {
      throw wrong(text);
    }
    String peer = text.substring(4);
    boolean hasPort = peer.lastIndexOf(':') > peer.lastIndexOf(']');
    String whole = hasPort ? peer : peer + ":" + SIP_PORT;
    try {
      Trunk trunk =
          new Trunk(HostPort.host("trunk", whole), HostPort.port("trunk", whole), Optional.empty());
      if (trunk.port() > 0) {
        return trunk;
      }
    } catch (InvalidSettingException e) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  /** The same, which proves itself so, and is proven to. */
  public Trunk with(TrunkAccount proof) {
    return new Trunk(host, port, Optional.of(proof));
  }

  private static InvalidSettingException wrong(String text) {
    return new InvalidSettingException(
        "trunk", "'" + text + "' is not sip:HOST:PORT, such as sip:192.0.2.10:5060");
  }
}

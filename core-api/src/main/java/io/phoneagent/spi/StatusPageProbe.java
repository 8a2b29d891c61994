// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/** Looks for the gateway's status page itself. A value: each method gives another. */
public interface StatusPageProbe extends PublicAddressProbe {

  /**
   * Who asks, for routers that show their page only with a password; as in {@link
   * PageProbe#credentials}. They go to the lease's gateway alone, and only when it asks for them.
   *
   * @throws io.phoneagent.InvalidSettingException if one of them cannot be sent
   */
  StatusPageProbe credentials(String user, String password);

  /**
   * Knows more families of routers, which are asked for before those that are known anyway; one
   * with the same name takes the place of a known one.
   *
   * @param table in the form of {@code router-pages.conf}, the table that the SDK brings; up to 256
   *     kB
   * @throws io.phoneagent.InvalidSettingException if it cannot be read; names the line and says how
   *     to mend it
   */
  StatusPageProbe routers(String table);
}

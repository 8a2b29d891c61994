// SPDX-License-Identifier: Apache-2.0
/** The messages between agent and switch. */
module io.phoneagent.protocol {
  requires transitive io.phoneagent;
  requires com.fasterxml.jackson.core;

  exports io.phoneagent.protocol;

  provides io.phoneagent.spi.SettingsJson with
      io.phoneagent.protocol.SettingsDocument;
}

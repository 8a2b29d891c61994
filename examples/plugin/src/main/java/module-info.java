// SPDX-License-Identifier: Apache-2.0
/** A vendor's plug-ins. */
module io.phoneagent.examples.plugin {
  requires io.phoneagent;

  // On the class path META-INF/services says the same.
  provides io.phoneagent.spi.IdentityStore with
      io.phoneagent.examples.plugin.StateFile;
  provides io.phoneagent.spi.PublicAddressProbe with
      io.phoneagent.examples.plugin.WanAddressFile;
}

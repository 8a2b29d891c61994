// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

/** What an Internet Gateway Device says of itself by SSDP. */
sealed interface SsdpMessage {

  /** Which device it is, as the device names itself. */
  String device();

  /**
   * It is there.
   *
   * @param location where its description is, as it says
   * @param boot which start of it this is; empty from devices older than UPnP 1.1
   */
  record Here(String device, String location, String boot) implements SsdpMessage {}

  /** It leaves. */
  record Gone(String device) implements SsdpMessage {}
}

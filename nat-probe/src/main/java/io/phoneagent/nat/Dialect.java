// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

/** The two protocols that gateways speak on port 5351, told apart by their first octet. */
enum Dialect {
  /** RFC 6886, version 0. */
  NAT_PMP("NAT-PMP"),
  /** RFC 6887, version 2. */
  PCP("PCP");

  private final String label;

  Dialect(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}

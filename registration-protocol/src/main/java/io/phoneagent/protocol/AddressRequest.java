// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;

/**
 * What a phone asks for its unique address with, {@code POST /v1/addresses}, before it registers.
 *
 * @param mac the device; all its lines share the address
 * @param number the line that asks, whose secret authorizes it
 */
public record AddressRequest(MacAddress mac, PhoneNumber number) {
  /** The resource. */
  public static final String PATH = "/v1/addresses";
}

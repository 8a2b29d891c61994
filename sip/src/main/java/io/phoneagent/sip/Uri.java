// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/** Where a request goes or whom a field names: a SIP or tel URI, or any other one, kept as text. */
public sealed interface Uri permits SipUri, TelUri, OtherUri {
  /** The URI as it is sent. */
  String text();

  /** The user or phone number it names, percent-encoding undone; "" if it names none. */
  String number();

  /**
   * Reads a URI. What is no well-formed SIP or tel URI becomes an {@link OtherUri}; nothing is
   * refused.
   */
  static Uri of(String text) {
    byte[] bytes = Octets.bytes(text);
    return UriReader.read(bytes, 0, bytes.length);
  }
}

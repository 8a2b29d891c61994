// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Objects;

/**
 * The method of a request. Methods are case-sensitive (RFC 3261 section 7.1); the known ones are
 * interned.
 */
public final class SipMethod {
  public static final SipMethod INVITE = new SipMethod("INVITE");
  public static final SipMethod ACK = new SipMethod("ACK");
  public static final SipMethod BYE = new SipMethod("BYE");
  public static final SipMethod CANCEL = new SipMethod("CANCEL");
  public static final SipMethod REGISTER = new SipMethod("REGISTER");
  public static final SipMethod OPTIONS = new SipMethod("OPTIONS");
  public static final SipMethod INFO = new SipMethod("INFO");
  public static final SipMethod UPDATE = new SipMethod("UPDATE");
  public static final SipMethod PRACK = new SipMethod("PRACK");
  public static final SipMethod REFER = new SipMethod("REFER");
  public static final SipMethod NOTIFY = new SipMethod("NOTIFY");
  public static final SipMethod SUBSCRIBE = new SipMethod("SUBSCRIBE");
  public static final SipMethod MESSAGE = new SipMethod("MESSAGE");
  public static final SipMethod PUBLISH = new SipMethod("PUBLISH");

  private static final SipMethod[] KNOWN = {
    REGISTER, INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY, SUBSCRIBE,
    MESSAGE, PUBLISH
  };

  private final String name;

  private SipMethod(String name) {
    this.name = name;
  }

  /**
   * The method of this name.
   *
   * @throws IllegalArgumentException if the name is no token
   */
  public static SipMethod of(String name) {
    if (!Octets.isToken(name)) {
      throw new IllegalArgumentException("a method is a token, not \"" + name + "\"");
    }
    byte[] bytes = Octets.bytes(name);
    return of(bytes, 0, bytes.length);
  }

  /** The method in a range that the caller knows to be a token. */
  static SipMethod of(byte[] bytes, int from, int to) {
    for (SipMethod known : KNOWN) {
      if (Octets.equals(bytes, from, to, known.name)) {
        return known;
      }
    }
    return new SipMethod(Octets.text(bytes, from, to));
  }

  /** The name, as it stands in messages. */
  public String name() {
    return name;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof SipMethod that && name.equals(that.name));
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(name);
  }

  @Override
  public String toString() {
    return name;
  }
}

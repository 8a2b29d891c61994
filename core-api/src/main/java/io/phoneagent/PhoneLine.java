// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/** A line of a running agent. */
public interface PhoneLine {

  /** Its number; a {@link UserName} where it has none, as an extension of a PBX. */
  LineName name();

  /** Whether it can be called and can call now. */
  boolean reachable();

  /**
   * Calls somebody. Returns at once; the listener is told how the call goes on.
   *
   * @param target with a DNS switch a number in E.164, or {@code sip:NUMBER@ADDRESS} for the phone
   *     with that unique address ({@link CallTarget#ofNumber}); with a SIP registrar a number, a
   *     user of it such as {@code 1002}, or {@code sip:USER@HOST} ({@link CallTarget#of})
   * @param offer what the phone offers to hear and say; never null
   * @throws InvalidSettingException if it is none of these
   * @throws PhoneAgentException if the line is not reachable now
   */
  Call call(String target, MediaDescription offer);
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/** A line of a running agent. */
public interface PhoneLine {

  /** Its number. */
  PhoneNumber number();

  /** Whether it can be called and can call now. */
  boolean reachable();

  /**
   * Calls a number. Returns at once; the listener is told how the call goes on.
   *
   * @param target a number in E.164, or {@code sip:NUMBER@ADDRESS} for the phone with that unique
   *     address; see {@link CallTarget}
   * @param offer what the phone offers to hear and say; never null
   * @throws InvalidSettingException if it is neither
   * @throws PhoneAgentException if the line is not reachable now
   */
  Call call(String target, MediaDescription offer);
}

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
   * @param number in E.164
   * @param offer what the phone offers to hear and say
   * @throws InvalidSettingException if the number is not E.164
   * @throws PhoneAgentException if the line is not reachable now
   */
  Call call(String number, MediaDescription offer);
}

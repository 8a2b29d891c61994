// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/** A setting, number or address that cannot be what it is given for. */
public final class InvalidSettingException extends PhoneAgentException {
  private static final long serialVersionUID = 1L;

  private final String setting;

  /**
   * Names the setting and says what would be right.
   *
   * @param setting the name of the setting, as the vendor wrote it
   * @param problem what is wrong with its value and what would be right
   */
  public InvalidSettingException(String setting, String problem) {
    super(setting + ": " + problem);
    this.setting = setting;
  }

  /** The name of the setting that is wrong. */
  public String setting() {
    return setting;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.util.Map;

/** The code behind {@code AgentSettings.fromJson}; found as a service. */
public interface SettingsJson {

  /**
   * The members of a JSON object as text: strings, numbers and booleans as they are, lists of
   * strings separated by commas.
   *
   * @throws io.phoneagent.InvalidSettingException if it is something else
   */
  Map<String, String> read(String json);

  /** A JSON object of strings. */
  String write(Map<String, String> values);

  /**
   * The one on the class or module path.
   *
   * @throws io.phoneagent.PhoneAgentException if there is none
   */
  static SettingsJson load() {
    return BuiltIn.only(SettingsJson.class, "io.phoneagent:registration-protocol");
  }
}

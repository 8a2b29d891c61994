// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.SettingsJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Settings as a JSON object. Found as a service. */
public final class SettingsDocument implements SettingsJson {

  /** For the service loader. */
  public SettingsDocument() {}

  @Override
  public Map<String, String> read(String json) {
    try {
      return JsonMembers.read(json.getBytes(StandardCharsets.UTF_8), Limits.MAX_REQUEST).flat();
    } catch (MalformedMessageException e) {
      throw new InvalidSettingException("settings", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String write(Map<String, String> values) {
    return MessageWriter.flat(values);
  }
}

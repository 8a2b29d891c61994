// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.util.Map;

/** What an action has come to. */
sealed interface SoapAnswer {

  /** It has given these, by their names. */
  record Values(Map<String, String> values) implements SoapAnswer {
    public Values {
      values = Map.copyOf(values);
    }

    String value(String name) {
      return values.getOrDefault(name, "");
    }
  }

  /** The device refuses. */
  record Fault(String code, String text) implements SoapAnswer {
    /** For people. */
    String shown() {
      return "with UPnP error "
          + GatewayUri.shown(code)
          + (text.isEmpty() ? "" : ", " + GatewayUri.shown(text));
    }
  }
}

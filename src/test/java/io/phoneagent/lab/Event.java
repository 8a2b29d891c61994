// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a program said: one JSON object of a line.
 *
 * @param index its place among all events of the program
 * @param at epoch milliseconds, by the program's own clock (one machine, one clock)
 * @param name the member "event"
 * @param body the whole object
 */
public record Event(int index, double at, String name, JsonNode body) {

  /** A member as text; empty when it is absent. */
  public String text(String member) {
    return body.path(member).asText("");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.mgcp.AnalogPort;
import io.phoneagent.mgcp.CallerId;
import io.phoneagent.mgcp.Tone;

/** A telephone on an analogue line that tells what is done to it. */
final class PrintedPort implements AnalogPort {
  private final EventLog log;
  private boolean offHook;

  PrintedPort(EventLog log) {
    this.log = log;
  }

  void offHook(boolean lifted) {
    offHook = lifted;
  }

  @Override
  public boolean isOffHook() {
    return offHook;
  }

  @Override
  public void ring(boolean on) {
    told("ring", on ? "the phone rings" : "the bell is silent", "on", String.valueOf(on));
  }

  @Override
  public void showCaller(CallerId caller) {
    log.write(
        "caller",
        "the call agent says who calls",
        json -> {
          json.writeStringField("number", caller.number());
          json.writeStringField("name", caller.name());
        });
  }

  @Override
  public void play(Tone tone, boolean once) {
    told("tone", once ? "played once" : "played", "tone", tone.name());
  }

  @Override
  public void stopTone() {
    told("tone", "ended", "tone", "");
  }

  @Override
  public void showMessages(boolean waiting) {
    told("messages", "the lamp", "waiting", String.valueOf(waiting));
  }

  @Override
  public void interruptCurrent(boolean off) {
    told("line-current", "the other end has hung up", "off", String.valueOf(off));
  }

  private void told(String event, String cause, String name, String value) {
    log.write(event, cause, json -> json.writeStringField(name, value));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.time.Duration;

/** {@code bin/phone --protocol mgcp}: a plain telephone, and what a person does with it. */
public final class Handset {
  private final PhoneProcess process;
  private int mark;

  /** One that is registered. */
  public Handset(PhoneProcess process) {
    this.process = process;
  }

  /** Its process. */
  public PhoneProcess process() {
    return process;
  }

  /** Its number, as it is dialled: without the plus. */
  public String digits() {
    return process.account().number().substring(1);
  }

  private Event await(String event, String member, String wanted) {
    Event found =
        process
            .events()
            .await(
                mark,
                e -> e.name().equals(event) && e.text(member).equals(wanted),
                Duration.ofSeconds(20),
                event + " " + wanted);
    mark = found.index() + 1;
    return found;
  }

  /** Waits until it plays that tone. */
  public Event awaitTone(String tone) {
    return await("tone", "tone", tone);
  }

  /** Waits until it rings, or is silent again. */
  public Event awaitRing(boolean on) {
    return await("ring", "on", String.valueOf(on));
  }

  /** Waits until it shows who calls. */
  public void awaitCaller(String digits) {
    await("caller", "number", digits);
  }

  /** Waits until a connection has that mode. */
  public Event awaitMode(String mode) {
    return await("media", "mode", mode);
  }

  /** Waits until the other side has pressed that key. */
  public void awaitKey(String key) {
    await("digit", "digit", key);
  }

  /** Lifts the handset and waits for the dial tone. */
  public void lift() {
    process.say("offhook");
    awaitTone("L/dl");
  }

  /** Lifts the handset of a telephone that rings. */
  public Event answer() {
    process.say("offhook");
    return awaitMode("sendrecv");
  }

  /** Puts the handset down; what it said until now is not waited for any more. */
  public void putDown() {
    process.say("onhook");
    mark = process.events().mark();
  }

  /** Presses keys. */
  public void dial(String keys) {
    process.say("digits " + keys);
  }

  /** Taps the hook. */
  public void flash() {
    process.say("flash");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

/** {@code bin/phone} as one of several makes of telephones. */
public record OwnPhone(PhoneProcess process, Page page) implements CallEnd {
  /** One that is reachable and answers nothing by itself. */
  public OwnPhone(PhoneProcess process) {
    this(process, new Page());
  }

  /** From where on its events count. */
  static final class Page {
    private int mark;
  }

  private boolean hasSaid(String event) {
    return process.events().find(page.mark, e -> e.name().equals(event)).isPresent();
  }

  private Event await(String event) {
    return process.await(page.mark, event);
  }

  @Override
  public String number() {
    return process.account().number();
  }

  @Override
  public void turnPage() {
    page.mark = process.events().mark();
  }

  @Override
  public void call(String number) {
    turnPage();
    process.say("call " + number);
  }

  @Override
  public void awaitRinging() {
    await("call-incoming");
  }

  @Override
  public void answer() {
    process.say("answer");
  }

  @Override
  public void awaitEstablished() {
    await("call-established");
  }

  @Override
  public void hold() {
    process.say("hold");
  }

  @Override
  public void resume() {
    process.say("resume");
  }

  @Override
  public boolean hasBeenHeld() {
    return hasSaid("call-held");
  }

  @Override
  public boolean hasBeenResumed() {
    return hasSaid("call-resumed");
  }

  @Override
  public void press(char key) {
    process.say("digits " + key);
  }

  @Override
  public boolean hasHeard(char key) {
    return process
        .events()
        .find(
            page.mark, e -> e.name().equals("digit") && e.text("digit").equals(String.valueOf(key)))
        .isPresent();
  }

  @Override
  public void transfer(String number) {
    process.say("transfer " + number);
  }

  @Override
  public void hangUp() {
    process.say("hangup");
  }

  @Override
  public void awaitOver() {
    await("call-ended");
  }

  @Override
  public void awaitRefused() {
    int status = await("call-ended").body().path("status").asInt();
    if (status != 486) {
      throw new AssertionError(process.program().report("was refused with " + status));
    }
  }

  @Override
  public String toString() {
    return "ours";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.ata;

import io.phoneagent.mgcp.AnalogPort;
import io.phoneagent.mgcp.CallerId;
import io.phoneagent.mgcp.MgcpEndpoint;
import io.phoneagent.mgcp.Tone;

/** A jack: here the chip that rings and plays would be driven. */
class Jack implements AnalogPort {
  private final String name;
  private boolean offHook;

  Jack(String name) {
    this.name = name;
  }

  final void tell(String what) {
    System.out.println(name + ": " + what);
  }

  /** The handset is lifted. */
  void lift(MgcpEndpoint line) {
    offHook = true;
    line.offHook();
  }

  /** The handset is put down. */
  void putDown(MgcpEndpoint line) {
    offHook = false;
    line.onHook();
  }

  @Override
  public boolean isOffHook() {
    return offHook;
  }

  @Override
  public void ring(boolean on) {
    tell(on ? "rings" : "is quiet");
  }

  @Override
  public void showCaller(CallerId caller) {
    tell(caller.number() + " calls");
  }

  @Override
  public void play(Tone tone, boolean once) {
    tell("plays " + tone.hertz() + " Hz");
  }

  @Override
  public void stopTone() {
    tell("plays nothing");
  }

  @Override
  public void showMessages(boolean waiting) {}

  @Override
  public void interruptCurrent(boolean off) {}
}

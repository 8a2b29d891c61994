// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;

/** A telephone and its port, which remember what was done to them. */
final class FakePhone implements AnalogPort {
  final List<String> done = new ArrayList<>();
  boolean offHook;
  boolean rings;
  String tone = "";

  @Override
  public boolean isOffHook() {
    return offHook;
  }

  @Override
  public void ring(boolean on) {
    rings = on;
    done.add(on ? "ring" : "quiet");
  }

  @Override
  public void showCaller(CallerId caller) {
    done.add("caller " + caller.number() + " " + caller.name());
  }

  @Override
  public void play(Tone played, boolean once) {
    done.add((once ? "once " : "play ") + played.name());
    tone = once ? tone : played.name();
  }

  @Override
  public void stopTone() {
    tone = "";
    done.add("silence");
  }

  @Override
  public void showMessages(boolean waiting) {
    done.add("messages " + waiting);
  }

  @Override
  public void interruptCurrent(boolean off) {
    done.add("current " + !off);
  }
}

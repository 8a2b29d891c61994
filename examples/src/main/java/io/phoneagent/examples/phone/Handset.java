// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.mgcp.MgcpEndpoint;

/** What is done with a plain telephone, typed. On the loop that owns the line. */
final class Handset {
  private static final String KEYS = "0123456789*#ABCD";
  static final String KNOWN = "offhook, onhook, flash, digits 123#";

  private final EventLog log;
  private final PrintedPort port;
  private final PhoneMedia media;
  private final MgcpEndpoint line;

  Handset(EventLog log, PrintedPort port, PhoneMedia media, MgcpEndpoint line) {
    this.log = log;
    this.port = port;
    this.media = media;
    this.line = line;
  }

  /** Performs a command; false if there is no such one. */
  boolean perform(String command, String argument) {
    switch (command) {
      case "offhook" -> hook(true);
      case "onhook" -> hook(false);
      case "flash" -> {
        if (port.isOffHook()) {
          line.flash();
        } else {
          log.error("flash", "the phone is on the hook; type offhook first");
        }
      }
      case "digits" -> digits(argument.replace(" ", ""));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void hook(boolean lifted) {
    if (port.isOffHook() == lifted) {
      log.error(lifted ? "offhook" : "onhook", "so it is already");
      return;
    }
    port.offHook(lifted);
    if (lifted) {
      line.offHook();
    } else {
      line.onHook();
    }
  }

  private void digits(String keys) {
    if (keys.isEmpty() || !keys.chars().allMatch(c -> KEYS.indexOf(c) >= 0)) {
      log.error("digits", "give keys of " + KEYS);
    } else if (!port.isOffHook()) {
      log.error("digits", "the phone is on the hook; type offhook first");
    } else {
      media.press(keys);
      keys.chars().forEach(key -> line.digit((char) key));
    }
  }
}

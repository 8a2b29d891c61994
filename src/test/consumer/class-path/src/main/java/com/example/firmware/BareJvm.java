// SPDX-License-Identifier: Apache-2.0
package com.example.firmware;

/** What every Java program costs: says that it runs, and waits for the end of its input. */
public final class BareJvm {
  private BareJvm() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    System.out.println("ready");
    while (System.in.read() >= 0) {
      continue;
    }
  }
}

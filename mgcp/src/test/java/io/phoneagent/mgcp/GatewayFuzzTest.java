// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A user who does anything and a call agent that says anything. Runs the stored inputs as tests;
 * with JAZZER_FUZZ=1 it looks for new ones.
 */
final class GatewayFuzzTest {
  private static final String AT = " aaln/1@rgw-2567.example.net MGCP 1.0\r\n";
  private static final String[] LINES = {
    "R: L/hd(A,E(R(D/[0-9#*T](D),L/hu(N)),S(L/dl)))\r\n",
    "R: D/[0-9](N),L/hf(S,N)\r\n",
    "S: L/rg,L/ci(,1,2)\r\n",
    "S: L/dl\r\n",
    "S: L/rs,L/vmwi(+),G/rt\r\n",
    "D: (0T|[1-7]xxx|9011x.T)\r\n",
    "Q: loop\r\n",
    "Q: discard\r\n",
    "C: 1\r\n",
    "I: 80000000\r\n",
    "M: inactive\r\n",
    "M: sendrecv\r\n",
    "F: R,S,D,X,N,I,O,Q,T,ES\r\n",
    "F: C,L,M,LC,RC,P\r\n",
    "K: 1-9\r\n",
    "N: ca2.example.net\r\n"
  };
  private static final String[] VERBS = {"RQNT", "CRCX", "MDCX", "DLCX", "AUEP", "AUCX", "EPCF"};

  @FuzzTest(maxDuration = "60s")
  void outlivesEverything(byte[] data) {
    ByteBuffer script = ByteBuffer.wrap(data);
    Rig rig = new Rig();
    rig.gateway.start();
    int transaction = 1;
    for (int steps = 0; steps < 200 && script.hasRemaining(); steps++) {
      int step = script.get() & 0xFF;
      switch (step % 12) {
        case 0 -> rig.lift();
        case 1 -> rig.putDown();
        case 2 -> rig.line.flash();
        case 3 -> rig.line.digit("0123456789ABCD*#".charAt(step >> 4));
        case 4 -> rig.seconds((step >> 4) * 4);
        case 5, 6 -> {
          if (!rig.sent.isEmpty() && !Character.isDigit(rig.last().charAt(0))) {
            rig.receive((step > 200 ? "500 " : "200 ") + first(rig.last()) + " x\r\n");
          }
        }
        case 7 -> {
          int length = Math.min(script.remaining(), step);
          byte[] raw = new byte[length];
          script.get(raw);
          rig.receive(new String(raw, StandardCharsets.ISO_8859_1));
        }
        default -> {
          StringBuilder text = new StringBuilder(VERBS[(step >> 4) % VERBS.length]);
          text.append(' ').append(transaction++).append(AT).append("X: 1\r\n");
          for (int i = script.hasRemaining() ? script.get() & 3 : 0; i > 0; i--) {
            text.append(script.hasRemaining() ? LINES[script.get() & 15] : "");
          }
          rig.receive(text.toString());
        }
      }
    }
    rig.phone.offHook = false;
    rig.gateway.stop(false, () -> {});
    rig.seconds(1_000);
    if (rig.time.pendingTimers() > 0 || rig.phone.rings || !rig.phone.tone.isEmpty()) {
      throw new IllegalStateException("something was left behind");
    }
  }

  private static String first(String text) {
    return text.split(" ", 3)[1];
  }
}

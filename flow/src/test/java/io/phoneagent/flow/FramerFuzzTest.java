// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Runs the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones. */
final class FramerFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void aStreamIsCutTheSameInAnyPieces(byte[] data) {
    assertThat(cut(data, 1)).isEqualTo(cut(data, Math.max(1, data.length)));
  }

  private static List<Integer> cut(byte[] stream, int piece) {
    List<Integer> lengths = new ArrayList<>();
    FlowFramer framer =
        new FlowFramer(
            message -> lengths.add(message.remaining()),
            octets -> {
              while (octets.hasRemaining()
                  && !FlowFramer.begins(octets.get(octets.position()) & 0xff)) {
                octets.get();
              }
              return true;
            });
    for (int at = 0; at < stream.length; at += piece) {
      ByteBuffer next = ByteBuffer.wrap(stream, at, Math.min(piece, stream.length - at));
      if (!framer.receive(next)) {
        lengths.add(-1);
        break;
      }
    }
    return lengths;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** What comes in where events are expected: read or refused, however it is cut. */
final class EventFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void readsOrRefuses(byte[] data) {
    EventReader whole = new EventReader("/k", "uuid:7"::equals);
    whole.read(ByteBuffer.wrap(data)).ifPresent(EventReader.Reply::octets);
    EventReader cut = new EventReader("/k", "uuid:7"::equals);
    int half = data.length / 2;
    if (!cut.read(ByteBuffer.wrap(data, 0, half)).isPresent()) {
      cut.read(ByteBuffer.wrap(data, half, data.length - half));
    }
  }
}

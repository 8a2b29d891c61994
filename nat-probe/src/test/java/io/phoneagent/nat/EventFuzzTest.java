// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

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
    // Behind a head that is right, which chance does not find.
    String body = new String(data, StandardCharsets.UTF_8);
    new EventReader("/k", "uuid:7"::equals)
        .read(ByteBuffer.wrap(EventReaderTest.notify("/k", "uuid:7", "1", body)))
        .flatMap(EventReader.Reply::event)
        .ifPresent(EventFuzzTest::shown);
  }

  private static void shown(IgdEvent event) {
    if (event.shown().length() > 200) {
      throw new AssertionError("a long story: " + event.shown());
    }
  }
}

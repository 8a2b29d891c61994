// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import java.net.InetSocketAddress;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Datagrams that go out together, in their order, once a socket has been read: whoever is woken by
 * the first finds the others as well, and the loop does one thing after the other instead of two by
 * turns. Owned by the loop.
 */
final class Burst {
  // What answers as many messages as are read in a row, or one that is as large as any usual one.
  private static final int OCTETS = 32_768;
  private static final int MOST = 128;

  private final ByteBuffer octets = ByteBuffer.allocateDirect(OCTETS);
  // The same buffer: ByteBuffer's own clear() and the like do not exist on Android API 26.
  private final Buffer bounds = octets;
  private final List<InetSocketAddress> receivers = new ArrayList<>();
  // Where each one ends.
  private final int[] ends = new int[MOST];

  /** Takes a copy of one; false if there is no room for it. */
  boolean add(ByteBuffer data, InetSocketAddress to) {
    if (receivers.size() == MOST || data.remaining() > octets.remaining()) {
      return false;
    }
    octets.put(data);
    ends[receivers.size()] = octets.position();
    receivers.add(to);
    return true;
  }

  /** Hands all of them out, each between position and limit of one buffer, and forgets them. */
  void drain(BiConsumer<ByteBuffer, InetSocketAddress> out) {
    int from = 0;
    for (int i = 0; i < receivers.size(); i++) {
      bounds.limit(ends[i]).position(from);
      out.accept(octets, receivers.get(i));
      from = ends[i];
    }
    bounds.clear();
    receivers.clear();
  }
}

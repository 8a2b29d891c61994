// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.relay;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Keys of an end that takes no telephone events, said as such to the other one (RFC 4733, section
 * 2.5): each takes the place of some of the end's own packets of audio. So SSRC and numbers are
 * those of its stream, and what its telephone sounds meanwhile is not heard beside the event. Owned
 * by the relay's loop.
 */
final class SaidKeys {
  /** Whoever has said nothing for so long is silent: there is nothing to say a key in. */
  static final Duration SILENCE = Duration.ofMillis(200);

  private static final int EVENT_PACKET = 16;
  private static final int MARKER = 0x80;
  private static final int END = 0x80;
  private static final int ENDS = 3;
  private static final int VOLUME = 10; // -10 dBm0, as telephones sound them
  // In samples of 8 kHz: 100 ms, 20 ms, 60 ms and 50 ms.
  private static final int LASTS = 800;
  private static final int PACKET = 160;
  private static final int LONGEST_PACKET = 480;
  private static final int PAUSE = 400;
  // A second: nothing is overtaken by so much.
  private static final int LATEST = 8_000;
  // Whoever dials from a memory is quicker than that; whoever presses more means no harm to lose.
  private static final int MOST = 32;

  private final int payload;
  private final Deque<Character> waiting = new ArrayDeque<>();
  private boolean heard;
  private long heardAt;
  private int last;
  private int source;
  private boolean saying;
  private int key;
  private int began;
  private int duration;
  private int ends;
  private boolean paused;
  private int pausedSince;

  SaidKeys(int payload) {
    this.payload = payload;
  }

  /** Takes a key; false if the end is silent, so that it cannot be said now. */
  boolean press(char pressed, long nowNanos) {
    if (isSilent(nowNanos) || PressedKeys.KEYS.indexOf(pressed) < 0) {
      return false;
    }
    if (waiting.size() < MOST) {
      waiting.add(pressed);
    }
    return true;
  }

  private boolean isSilent(long nowNanos) {
    return !heard || nowNanos - heardAt > SILENCE.toNanos();
  }

  /** Whether keys wait to be said. */
  boolean isBusy() {
    return !waiting.isEmpty();
  }

  /** The keys that wait, if the end has fallen silent meanwhile; they wait no more. */
  List<Character> unsaid(long nowNanos) {
    if (!isSilent(nowNanos)) {
      return List.of();
    }
    saying = false;
    List<Character> keys = new ArrayList<>(waiting);
    waiting.clear();
    return keys;
  }

  /**
   * The packet as it is passed on, or an event in its place; empty where it is an event by itself:
   * its key is told another way, and would be there twice.
   *
   * @param packet of RTP, at least twelve octets; its position is its beginning
   */
  Optional<ByteBuffer> instead(ByteBuffer packet, long nowNanos) {
    int at = packet.position();
    if ((packet.get(at + 1) & 0x7F) == payload) {
      return Optional.empty();
    }
    int timestamp = packet.getInt(at + 4);
    int from = packet.getInt(at + 8);
    int step = timestamp - last;
    boolean same = heard && from == source && step > -LATEST;
    if (same && step <= 0) {
      return Optional.of(packet); // it was overtaken
    }
    boolean goesOn = same && step <= LONGEST_PACKET;
    saying &= same;
    heard = true;
    heardAt = nowNanos;
    last = timestamp;
    source = from;
    paused &= timestamp - pausedSince > 0 && timestamp - pausedSince < PAUSE;
    if (!saying && !paused && !waiting.isEmpty()) {
      saying = true;
      key = PressedKeys.KEYS.indexOf(waiting.remove());
      began = timestamp;
      ends = 0;
    }
    return Optional.of(saying ? event(packet, goesOn ? step : PACKET) : packet);
  }

  private ByteBuffer event(ByteBuffer packet, int step) {
    int timestamp = last;
    if (ends == 0) {
      duration = Math.min(timestamp - began + step, 0xFFFF);
    }
    boolean over = duration >= LASTS;
    int at = packet.position();
    ByteBuffer made = ByteBuffer.allocate(EVENT_PACKET);
    made.put((byte) 0x80).put((byte) (timestamp == began ? MARKER | payload : payload));
    made.putShort(packet.getShort(at + 2)).putInt(began).putInt(packet.getInt(at + 8));
    made.put((byte) key).put((byte) (over ? END | VOLUME : VOLUME)).putShort((short) duration);
    made.flip();
    ends += over ? 1 : 0;
    if (ends == ENDS) {
      saying = false;
      paused = true;
      pausedSince = timestamp;
    }
    return made;
  }
}

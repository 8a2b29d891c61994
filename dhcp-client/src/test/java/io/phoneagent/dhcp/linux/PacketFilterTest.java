// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Runs the filter's program as the kernel does. */
final class PacketFilterTest {
  private static final int DROPPED = 0;
  private static final int WHOLE = 0xffff;

  /** From the IP header on, a datagram to this port. */
  private static byte[] packet(int headerLength, int protocol, int fragment, int port) {
    ByteBuffer packet = ByteBuffer.allocate(headerLength + 8);
    packet.put(0, (byte) (0x40 | headerLength / 4));
    packet.putShort(6, (short) fragment);
    packet.put(9, (byte) protocol);
    packet.putShort(headerLength + 2, (short) port);
    return packet.array();
  }

  /** How many octets of the packet are let through; what reads beyond its end drops it. */
  private static int run(byte[] octets) {
    ByteBuffer packet = ByteBuffer.wrap(octets);
    int accumulator = 0;
    int index = 0;
    int at = 0;
    while (true) {
      int[] instruction = PacketFilter.PROGRAM[at++];
      int number = instruction[3];
      try {
        switch (instruction[0]) {
          case 0x30 -> accumulator = packet.get(number) & 0xff;
          case 0x28 -> accumulator = packet.getShort(number) & 0xffff;
          case 0x48 -> accumulator = packet.getShort(index + number) & 0xffff;
          case 0xb1 -> index = 4 * (packet.get(number) & 0x0f);
          case 0x15 -> at += accumulator == number ? instruction[1] : instruction[2];
          case 0x45 -> at += (accumulator & number) != 0 ? instruction[1] : instruction[2];
          case 0x06 -> {
            return number;
          }
          default -> throw new AssertionError("unknown instruction " + instruction[0]);
        }
      } catch (IndexOutOfBoundsException e) {
        return DROPPED;
      }
    }
  }

  @Test
  void letsThroughWhatGoesToTheClientsPort() {
    assertThat(run(packet(20, 17, 0, 68))).isEqualTo(WHOLE);
    assertThat(run(packet(20, 17, 0x4000, 68))).as("not to be fragmented").isEqualTo(WHOLE);
    assertThat(run(packet(20, 17, 0x2000, 68))).as("the first fragment").isEqualTo(WHOLE);
  }

  @Test
  void findsThePortBehindIpOptions() {
    assertThat(run(packet(24, 17, 0, 68))).isEqualTo(WHOLE);
    assertThat(run(packet(60, 17, 0, 68))).isEqualTo(WHOLE);
    assertThat(run(packet(60, 17, 0, 67))).isEqualTo(DROPPED);
  }

  @Test
  void dropsAllElse() {
    assertThat(run(packet(20, 17, 0, 67))).as("the server's port").isEqualTo(DROPPED);
    assertThat(run(packet(20, 17, 0, 5060))).isEqualTo(DROPPED);
    assertThat(run(packet(20, 6, 0, 68))).as("TCP").isEqualTo(DROPPED);
    assertThat(run(packet(20, 17, 1, 68))).as("a later fragment").isEqualTo(DROPPED);
    assertThat(run(packet(20, 17, 0x1000, 68))).as("from the middle on").isEqualTo(DROPPED);
    assertThat(run(packet(20, 17, 0x1fff, 68))).as("the last fragment").isEqualTo(DROPPED);
    assertThat(run(new byte[8])).as("cut short").isEqualTo(DROPPED);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.sip.SdpCodec;
import io.phoneagent.sip.SdpDirection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RtpTest {
  private static final RemoteAudio REMOTE =
      new RemoteAudio(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 4000),
          List.of(SdpCodec.PCMU, SdpCodec.TELEPHONE_EVENT),
          SdpDirection.SENDRECV,
          Optional.empty());
  private final RtpSender sender = new RtpSender(new Random(1));
  private final List<Character> digits = new ArrayList<>();
  private final RtpReceiver receiver = new RtpReceiver(digits::add);

  private RtpPacket next() {
    return RtpPacket.read(sender.next(REMOTE, AudioSource.SILENCE)).orElseThrow();
  }

  @Test
  void packetsFollowEachOther() {
    RtpPacket first = next();
    RtpPacket second = next();
    assertThat(first.marker()).isTrue();
    assertThat(second.marker()).isFalse();
    assertThat(first.payloadType()).isZero();
    assertThat(first.payload().remaining()).isEqualTo(160);
    assertThat(second.sequence()).isEqualTo((first.sequence() + 1) & 0xFFFF);
    assertThat(second.timestamp() - first.timestamp()).isEqualTo(160);
    assertThat(second.source()).isEqualTo(first.source());
  }

  @Test
  void afterAPauseTimeHasPassedButNoPacketIsMissing() {
    RtpPacket before = next();
    sender.pause();
    sender.pause();
    RtpPacket after = next();
    assertThat(after.marker()).isTrue();
    assertThat(after.sequence()).isEqualTo((before.sequence() + 1) & 0xFFFF);
    assertThat(after.timestamp() - before.timestamp()).isEqualTo(3 * 160);
  }

  @Test
  void keysAreToldOnceEachAlsoWhenPacketsAreLost() {
    sender.press("1#1");
    List<RtpPacket> events = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ByteBuffer datagram = sender.next(REMOTE, AudioSource.SILENCE);
      RtpPacket packet = RtpPacket.read(datagram).orElseThrow();
      if (packet.payloadType() == 101) {
        events.add(packet);
      }
      if (i % 3 != 0) { // a third is lost, the first packet of the first key too
        receiver.received(datagram, REMOTE::codecOf);
      }
    }
    assertThat(digits).containsExactly('1', '#', '1');
    assertThat(events).hasSize(3 * 8);
    assertThat(events.get(0).marker()).isTrue();
    assertThat(events.subList(0, 8))
        .extracting(RtpPacket::timestamp)
        .containsOnly(events.get(0).timestamp());
    List<TelephoneEvent> read =
        events.stream().map(e -> TelephoneEvent.read(e.payload()).orElseThrow()).toList();
    assertThat(read.get(4)).isEqualTo(new TelephoneEvent('1', false, 800));
    assertThat(read.get(5)).isEqualTo(new TelephoneEvent('1', true, 800));
    assertThat(read.get(7)).isEqualTo(new TelephoneEvent('1', true, 800));
    assertThat(read.get(8)).isEqualTo(new TelephoneEvent('#', false, 160));
  }

  @Test
  void headersWithEverythingInThemAreRead() {
    ByteBuffer in = ByteBuffer.allocate(40);
    in.put((byte) (0x80 | 0x20 | 0x10 | 1)).put((byte) 0x88).putShort((short) 0xFFFE);
    in.putInt(-1).putInt(7).putInt(99); // one contributing source
    in.putShort((short) 0xBEDE).putShort((short) 1).putInt(0); // an extension of one word
    in.put(new byte[] {1, 2, 3, 4}).put(new byte[] {0, 0, 0, 4}).flip();
    RtpPacket packet = RtpPacket.read(in).orElseThrow();
    assertThat(packet.sequence()).isEqualTo(0xFFFE);
    assertThat(packet.marker()).isTrue();
    assertThat(packet.payloadType()).isEqualTo(8);
    assertThat(packet.payload()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
  }

  @Test
  void whatIsNoPacketIsPassedOver() {
    Random random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[random.nextInt(60)];
      random.nextBytes(noise);
      if (noise.length > 0) {
        noise[0] = (byte) (0x80 | (noise[0] & 0x3F));
      }
      receiver.received(ByteBuffer.wrap(noise), REMOTE::codecOf);
    }
    assertThat(RtpPacket.read(ByteBuffer.allocate(11))).isEmpty();
    assertThat(RtpPacket.read(ByteBuffer.allocate(40))).isEmpty();
  }

  @Test
  void whatIsSaidIsHeard60MillisecondsLater() {
    short[] heard = new short[160];
    AudioSource loud = frame -> Arrays.fill(frame, (short) 8_000);
    for (int i = 0; i < 5; i++) {
      receiver.received(sender.next(REMOTE, loud), REMOTE::codecOf);
      receiver.play(heard);
      assertThat(heard[0] > 7_000).as("beat %d", i).isEqualTo(i >= 3);
    }
  }
}

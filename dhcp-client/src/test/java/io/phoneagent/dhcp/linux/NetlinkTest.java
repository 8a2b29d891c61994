// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages as they were seen between the ip program and a kernel, the lowest octet first. */
final class NetlinkTest {
  private static final String ETH0_UP =
      // type 16, sequence 5; Ethernet, interface 2, flags: on, carrier
      "38000000 1000 0000 05000000 00000000"
          + "00 00 0100 02000000 43100100 00000000"
          + "0900 0300 6574683000 000000"
          + "0a00 0100 020000000164 0000";

  @BeforeEach
  void vectorsAreLittleEndian() {
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static List<Netlink.Message> read(String hex) {
    return Netlink.read(octets(hex));
  }

  @Test
  void addsAnAddress() {
    byte[] request =
        new Netlink.Writer(
                Netlink.NEW_ADDRESS, Netlink.ACKNOWLEDGE | Netlink.CREATE | Netlink.REPLACE, 7)
            .address(24, 0, 2)
            .attribute(2, octets("c0a80164"))
            .attribute(1, octets("c0a80164"))
            .octets();
    assertThat(request)
        .isEqualTo(
            octets(
                "28000000 1400 0505 07000000 00000000"
                    + "02 18 00 00 02000000"
                    + "0800 0200 c0a80164"
                    + "0800 0100 c0a80164"));
  }

  @Test
  void addsADefaultRoute() {
    byte[] request =
        new Netlink.Writer(
                Netlink.NEW_ROUTE, Netlink.ACKNOWLEDGE | Netlink.CREATE | Netlink.APPEND, 8)
            .route(0, 0, 0)
            .attribute(4, 2)
            .attribute(5, octets("c0a80101"))
            .octets();
    assertThat(request)
        .isEqualTo(
            octets(
                "2c000000 1800 050c 08000000 00000000"
                    + "02 00 00 00 fe 10 00 01 00000000"
                    + "0800 0400 02000000"
                    + "0800 0500 c0a80101"));
  }

  @Test
  void padsAnAttribute() {
    byte[] request = new Netlink.Writer(18, 0, 1).link(0).attribute(3, octets("6c6f00")).octets();
    assertThat(request)
        .isEqualTo(
            octets(
                "28000000 1200 0100 01000000 00000000"
                    + "00 00 0000 00000000 00000000 00000000"
                    + "0700 0300 6c6f00 00"));
  }

  @Test
  void readsAnInterface() {
    Netlink.Link link = read(ETH0_UP).get(0).link().orElseThrow();
    assertThat(link.index()).isEqualTo(2);
    assertThat(link.name()).isEqualTo("eth0");
    assertThat(link.mac().orElseThrow().text()).isEqualTo("02:00:00:00:01:64");
    assertThat(link.up()).isTrue();
  }

  @Test
  void tellsWhyALinkIsDown() {
    assertThat(whyDown(ETH0_UP.replace("43100100", "03100000"))).contains("link of eth0 is down");
    assertThat(whyDown(ETH0_UP.replace("43100100", "02100000"))).contains("switched off");
    assertThat(whyDown(ETH0_UP.replace("1000 0000 05", "1100 0000 05"))).contains("gone");
  }

  private static String whyDown(String message) {
    Netlink.Link link = read(message).get(0).link().orElseThrow();
    assertThat(link.up()).isFalse();
    return link.whyDown();
  }

  @Test
  void readsAnAcknowledgementAndARefusal() {
    String answer = "24000000 0200 0000 09000000 00000000 %s 00000000000000000000000000000000";
    Netlink.Message done = read(String.format(answer, "00000000")).get(0);
    assertThat(done.type()).isEqualTo(Netlink.ERROR);
    assertThat(done.sequence()).isEqualTo(9);
    assertThat(done.error()).isZero();
    assertThat(read(String.format(answer, "ffffffff")).get(0).error()).isEqualTo(Libc.EPERM);
  }

  @Test
  void readsSeveralMessagesOfOneDatagram() {
    String done = "14000000 0300 0200 05000000 00000000 00000000";
    assertThat(read(ETH0_UP + done)).hasSize(2);
  }

  @Test
  void survivesDamage() {
    byte[] whole = octets(ETH0_UP);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = new byte[length];
      System.arraycopy(whole, 0, cut, 0, length);
      assertThat(Netlink.read(cut)).isEmpty();
    }
    for (int at = 0; at < whole.length; at++) {
      for (int value : new int[] {0, 1, 3, 0x20, 0x7f, 0x80, 0xff}) {
        byte[] damaged = whole.clone();
        damaged[at] = (byte) value;
        Netlink.read(damaged).forEach(Netlink.Message::link);
      }
    }
  }
}

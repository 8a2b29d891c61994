// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.dhcp.DhcpLease.Route;
import io.phoneagent.dhcpmessage.DhcpMessage;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.DhcpReader;
import io.phoneagent.dhcpmessage.DhcpWriter;
import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.LinkAddress;
import io.phoneagent.dhcpmessage.MalformedDhcpException;
import io.phoneagent.dhcpmessage.MessageType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DhcpCodecTest {
  private static final Identity IDENTITY =
      new Identity(
          LinkAddress.of(VirtualLink.MAC),
          Identity.Codes.of(new byte[] {1, 121, 3}),
          new DhcpOptions(Map.of(12, Octets.of("70686f6e652d3137"))));

  private static DhcpOptions options(String hex) throws MalformedDhcpException {
    return DhcpReader.read(Octets.reply("", "", "350105" + hex + "ff")).options();
  }

  @Test
  void writesADiscoverAsItStandsOnTheWire() {
    Question question =
        new Question(
            MessageType.DISCOVER,
            0x01020304,
            7,
            Optional.empty(),
            Optional.of(VirtualServer.address("192.168.1.100")),
            Optional.empty(),
            Optional.empty());
    String options =
        "350101 0c0870686f6e652d3137 3204c0a80164 3703017903 390205c0"
            + " 3d0fff00000164 0003 0001 020000000164 ff";
    assertThat(IDENTITY.packet(question))
        .isEqualTo(
            Octets.of(
                "45000148 00000000 401179a6 00000000 ffffffff 0044 0043 0134 e91e"
                    + "01010600 01020304 0007 0000 00000000 00000000 00000000 00000000"
                    + "020000000164"
                    + "00".repeat(202)
                    + "63825363"
                    + options
                    + "00".repeat(60 - options.replace(" ", "").length() / 2)));
  }

  @Test
  void readsAReply() throws MalformedDhcpException {
    DhcpMessage reply =
        DhcpReader.read(
            Octets.reply(
                "",
                "",
                "350102 3604c0a80101 33040000 0e10 0104ffffff00 0304c0a80101 0608 01010101 08080808"
                    + " 1a0205dc 0f0b 6578616d706c652e636f6d 2a04c0a80102 3a0400000708 3b0400000c4e ff"));
    assertThat(reply.fromServer()).isTrue();
    assertThat(reply.xid()).isEqualTo(0x01020304);
    assertThat(reply.yourAddress().getHostAddress()).isEqualTo("192.168.1.100");
    assertThat(reply.mac()).isEqualTo(LinkAddress.of(VirtualLink.MAC));
    DhcpOptions options = reply.options();
    assertThat(options.type()).contains(MessageType.OFFER);
    assertThat(options.address(54).orElseThrow().getHostAddress()).isEqualTo("192.168.1.1");
    assertThat(options.number(51)).contains(3600L);
    assertThat(options.prefixLength()).contains(24);
    assertThat(options.addresses(6)).hasSize(2);
    assertThat(options.mtu()).contains(1500);
    assertThat(options.text(15)).contains("example.com");
    assertThat(options.number(58)).contains(1800L);
    assertThat(options.number(59)).contains(3150L);
    assertThat(Routes.of(options))
        .containsExactly(new Route(Ipv4.ANY, 0, Optional.of(VirtualServer.address("192.168.1.1"))));
  }

  @Test
  void whatIsWrittenIsReadAgainLongOptionsToo() throws MalformedDhcpException {
    byte[] image = new byte[700];
    new Random(5).nextBytes(image);
    Map<Integer, byte[]> values = new TreeMap<>();
    values.put(DhcpOptions.MESSAGE_TYPE, new byte[] {5});
    values.put(DhcpOptions.VENDOR, image);
    values.put(DhcpOptions.DOMAIN, new byte[0]);
    DhcpMessage message =
        new DhcpMessage(
            true,
            -2,
            65_535,
            Ipv4.of(1),
            Ipv4.of(2),
            Ipv4.of(3),
            LinkAddress.BROADCAST,
            new DhcpOptions(values));
    DhcpMessage read = DhcpReader.read(DhcpWriter.write(message));
    assertThat(read).isEqualTo(message);
    assertThat(read.options().octets(DhcpOptions.VENDOR).orElseThrow()).isEqualTo(image);
  }

  @Test
  void optionsStandInTheOtherFieldsWhereTheMessageSaysSo() throws MalformedDhcpException {
    // Option 67 begins in the options, goes on in the file and ends in the name (RFC 3396).
    DhcpOptions both =
        DhcpReader.read(Octets.reply("430163ff", "430162ff", "350105 340103 430161 ff")).options();
    assertThat(both.text(67)).contains("abc");
    DhcpOptions file =
        DhcpReader.read(Octets.reply("6e", "430162ff", "350105 340101 ff")).options();
    assertThat(file.text(67)).contains("b");
    assertThat(file.text(66)).contains("n");
    DhcpOptions name =
        DhcpReader.read(Octets.reply("420162ff", "66", "350105 340102 ff")).options();
    assertThat(name.text(66)).contains("b");
    assertThat(name.text(67)).contains("f");
    DhcpOptions none = DhcpReader.read(Octets.reply("6e", "66", "350105 420173 ff")).options();
    assertThat(none.text(66)).contains("s");
    assertThat(none.text(67)).contains("f");
  }

  @Test
  void overloadWithinAnOverloadedFieldLeadsNowhere() throws MalformedDhcpException {
    DhcpOptions options =
        DhcpReader.read(Octets.reply("6e", "340103 430162 ff", "350105 340101 ff")).options();
    assertThat(options.text(67)).contains("b");
    assertThat(options.text(66)).contains("n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "too short           | 0201060001020304",
        "without a type      | ff",
        "without a type      | 350109ff",
        "without a type      | 35020505ff",
        "option 53 is cut    | 35",
        "option 53 is cut    | 3501",
        "option 12 is cut    | 350105 0cff",
        "option 67 is cut    | FILE"
      })
  void refusesWhatIsNoMessage(String why, String octets) {
    byte[] message =
        octets.equals("FILE")
            ? Octets.reply("", "43ff", "350105340101ff")
            : why.startsWith("too") ? Octets.of(octets) : Octets.reply("", "", octets);
    assertThatThrownBy(() -> DhcpReader.read(message))
        .isInstanceOf(MalformedDhcpException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 236})
  void refusesOtherProtocols(int at) {
    byte[] message = Octets.reply("", "", "350105ff");
    message[at] = 9;
    assertThatThrownBy(() -> DhcpReader.read(message)).isInstanceOf(MalformedDhcpException.class);
  }

  @Test
  void aMessageWithoutAnEndIsRead() throws MalformedDhcpException {
    assertThat(DhcpReader.read(Octets.reply("", "", "0000350105")).options().type())
        .contains(MessageType.ACK);
  }

  @Test
  void classlessRoutesTakeThePlaceOfTheOthers() throws MalformedDhcpException {
    // 10.0.0.0/8 by .2, 172.16.5.0/24 on the link, the default by .1.
    DhcpOptions options =
        options(
            "7913 080a c0a80102 18ac1005 00000000 00c0a80101 0304c0a80109 2108 0a000000 c0a80109");
    assertThat(Routes.of(options))
        .containsExactly(
            new Route(
                VirtualServer.address("10.0.0.0"),
                8,
                Optional.of(VirtualServer.address("192.168.1.2"))),
            new Route(VirtualServer.address("172.16.5.0"), 24, Optional.empty()),
            new Route(Ipv4.ANY, 0, Optional.of(VirtualServer.address("192.168.1.1"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"790121", "7906210a00000001", "79 02 08 0a", "7900"})
  void damagedClasslessRoutesCountAsNone(String damaged) throws MalformedDhcpException {
    DhcpOptions options = options(damaged + "0304c0a80101");
    assertThat(Routes.of(options)).hasSize(1);
    assertThat(Routes.of(options).get(0).gateway().orElseThrow().getHostAddress())
        .isEqualTo("192.168.1.1");
  }

  @Test
  void staticRoutesAreOfTheirClassOrToAHost() throws MalformedDhcpException {
    DhcpOptions options =
        options("2118 0a000000 c0a80101 0a010203 c0a80101 00000000 c0a80101 0304c0a80101");
    assertThat(Routes.of(options))
        .extracting(r -> r.network().getHostAddress() + "/" + r.prefixLength())
        .containsExactly("0.0.0.0/0", "10.0.0.0/8", "10.1.2.3/32");
  }

  @ParameterizedTest
  @CsvSource({
    "0104ffffff00, 24",
    "0104ffffffff, 32",
    "010400000000, 0",
    "0104ff00ff00, -1",
    "0103ffffff, -1"
  })
  void masksAreOnesThenZeros(String option, int length) throws MalformedDhcpException {
    assertThat(options(option).prefixLength().orElse(-1)).isEqualTo(length);
  }

  @Test
  void searchListsAreReadCompressed() throws MalformedDhcpException {
    // RFC 3397's own example: eng.apple.com and marketing.apple.com, in two pieces.
    DhcpOptions options =
        options("7709 03656e67056170706c 7712 6503636f6d00 096d61726b6574696e67 c004");
    assertThat(options.domainSearch()).containsExactly("eng.apple.com", "marketing.apple.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7702c000", // itself
        "7704c002c000", // each other
        "77040161c000", // its own beginning
        "7701c0", // half a pointer
        "77020361", // beyond the end
        "7703012000", // a blank
        "770100", // nothing
        "7703416100" // a length with an unknown kind
      })
  void damagedNamesAreNone(String damaged) throws MalformedDhcpException {
    assertThat(options(damaged).domainSearch()).isEmpty();
  }

  @Test
  void sipServersAreNamesOrAddresses() throws MalformedDhcpException {
    assertThat(options("780d 00 0161 0362637a 00 0162 c002 00").sipServers())
        .isEmpty(); // the octet 00 after the pointer is an empty name
    assertThat(options("780c 00 0161 0362637a 00 0162 c002").sipServers())
        .containsExactly("a.bcz", "b.bcz");
    assertThat(options("7809 01 c0a80105 c0a80106").sipServers())
        .containsExactly("192.168.1.5", "192.168.1.6");
    assertThat(options("7808 01 c0a80105 c0a801").sipServers()).isEmpty();
    assertThat(options("7801 01").sipServers()).isEmpty();
    assertThat(options("7805 02 c0a80105").sipServers()).isEmpty();
  }

  @Test
  void whatNoSystemShouldBeToldIsLeftOut() throws MalformedDhcpException {
    // A search list smuggled into the domain, name servers that are none, a group as gateway.
    DhcpOptions options =
        options(
            "0f03 612062 0610 00000000 7f000001 ffffffff c0a80101 1a020044"
                + " 7910 00e0000001 080ae0000001 00c0a80101");
    assertThat(options.domain()).isEmpty();
    assertThat(options.hosts(6)).containsExactly(VirtualServer.address("192.168.1.1"));
    assertThat(options.mtu()).isEmpty();
    assertThat(Routes.of(options))
        .containsExactly(new Route(Ipv4.ANY, 0, Optional.of(VirtualServer.address("192.168.1.1"))));
  }

  @Test
  void vendorsAreToldApart() throws MalformedDhcpException {
    Map<Long, byte[]> vendors = options("7d0e 00000009 02 aabb ffffffff 02 0102").vendors();
    assertThat(vendors).containsOnlyKeys(9L, 0xFFFF_FFFFL);
    assertThat(vendors.get(9L)).isEqualTo(Octets.of("aabb"));
    assertThat(options("7d06 00000009 02 aa").vendors()).isEmpty();
    assertThat(options("7d08 00000009 00 000000").vendors()).isEmpty();
  }

  @Test
  void phonesFindTheirProvisioning() throws MalformedDhcpException {
    DhcpOptions options =
        options("960812345678 01020304 9f0468747470 a003612f00 4203 780079 4301ff 2b03010203");
    assertThat(options.addresses(150)).hasSize(2);
    assertThat(options.text(159)).contains("http");
    assertThat(options.text(160)).contains("a/");
    assertThat(options.text(66)).isEmpty(); // a zero within
    assertThat(options.text(67)).isEmpty(); // no ASCII
    assertThat(options.hex()).containsEntry(43, "010203");
  }

  @Test
  void udpIsReadBehindIpOptionsAndBeforePadding() throws MalformedDhcpException {
    byte[] plain =
        new UdpPacket(Ipv4.of(0xC0A80101), 67, Ipv4.BROADCAST, 68, new byte[] {1, 2, 3}).write();
    UdpPacket read = UdpPacket.read(Arrays.copyOf(plain, 60), true);
    assertThat(read.payload()).containsExactly(1, 2, 3);
    assertThat(read.fromPort()).isEqualTo(67);
    assertThat(read.toPort()).isEqualTo(68);
    assertThat(read.from().getHostAddress()).isEqualTo("192.168.1.1");
    // Router alert; 0x46 as first octet, both sums typed.
    byte[] withOptions =
        Octets.of(
            "46000020 00000000 4011 e425 c0a80101 ffffffff 94040000 0043 0044 0008 0000"
                .replace("e425", sumOf("46000020 00000000 4011 0000 c0a80101 ffffffff 94040000")));
    assertThat(UdpPacket.read(withOptions, true).payload()).isEmpty();
  }

  private static String sumOf(String header) {
    byte[] octets = Octets.of(header);
    return String.format("%04x", new Checksum().add(octets, 0, octets.length).value());
  }

  @Test
  void everyDamagedOctetOfAPacketIsNoticed() {
    byte[] packet =
        new UdpPacket(Ipv4.of(0xC0A80101), 67, Ipv4.BROADCAST, 68, new byte[] {1, 2, 3}).write();
    for (int i = 0; i < packet.length; i++) {
      byte[] damaged = packet.clone();
      damaged[i] ^= 0x10;
      assertThatThrownBy(() -> UdpPacket.read(damaged, true))
          .as("octet %d", i)
          .isInstanceOf(MalformedDhcpException.class);
    }
    for (int length = 0; length < packet.length; length++) {
      byte[] cut = Arrays.copyOf(packet, length);
      assertThatThrownBy(() -> UdpPacket.read(cut, true))
          .isInstanceOf(MalformedDhcpException.class);
    }
  }

  @Test
  void aSumThatIsNotDoneIsNotChecked() throws MalformedDhcpException {
    byte[] packet =
        new UdpPacket(Ipv4.of(0xC0A80101), 67, Ipv4.BROADCAST, 68, new byte[] {1, 2, 3}).write();
    packet[27] ^= 1;
    assertThat(UdpPacket.read(packet, false).payload()).containsExactly(1, 2, 3);
    packet[26] = 0;
    packet[27] = 0; // none was made (RFC 768)
    assertThat(UdpPacket.read(packet, true).payload()).containsExactly(1, 2, 3);
  }

  @Test
  void fragmentsAndOtherProtocolsAreRefused() {
    for (String header :
        List.of(
            "4500001c 00002000 4011 0000 c0a80101 ffffffff",
            "4500001c 00000001 4011 0000 c0a80101 ffffffff",
            "4500001c 00000000 4006 0000 c0a80101 ffffffff")) {
      String summed = header.replace(" 0000 c0", " " + sumOf(header) + " c0");
      assertThatThrownBy(() -> UdpPacket.read(Octets.of(summed + "00430044 00080000"), true))
          .isInstanceOf(MalformedDhcpException.class);
    }
  }

  @Test
  void arpAsItStandsOnTheWire() {
    LinkAddress own = LinkAddress.of(VirtualLink.MAC);
    ArpPacket probe = ArpPacket.probe(own, VirtualServer.address("192.168.1.100"));
    assertThat(probe.write())
        .isEqualTo(Octets.of("0001 0800 06 04 0001 020000000164 00000000 000000000000 c0a80164"));
    ArpPacket announcement = ArpPacket.announcement(own, VirtualServer.address("192.168.1.100"));
    assertThat(announcement.write())
        .isEqualTo(Octets.of("0001 0800 06 04 0001 020000000164 c0a80164 000000000000 c0a80164"));
    assertThat(ArpPacket.read(Arrays.copyOf(probe.write(), 46))).contains(probe);
    assertThat(ArpPacket.read(new byte[27])).isEmpty();
    assertThat(ArpPacket.read(new byte[28])).isEmpty();
    assertThat(probe.claimed()).isEqualTo(announcement.claimed());
  }

  @Test
  void onlyItsOwnIdentifierIsTakenForItsOwn() {
    assertThat(IDENTITY.isEchoed(Optional.empty())).isTrue();
    assertThat(IDENTITY.isEchoed(Optional.of(IDENTITY.clientIdentifier()))).isTrue();
    assertThat(IDENTITY.isEchoed(Optional.of(Octets.of("01020000000164")))).isFalse();
  }

  /** Most damage leaves a message that is still read, so what stands in it is met damaged too. */
  @Test
  void mangledMessagesAreReadOrRefused() {
    byte[] whole =
        Octets.reply(
            "430162ff",
            "420161ff",
            "350105 340103 3604c0a80101 330400000e10 0104ffffff00 7909 080a c0a80102 00c0a80101"
                + "7716 03656e67056170706c6503636f6d00 0461626364 c004 780c 00 0161 0362637a 00 0162"
                + "c002 7d07 00000009 02 aabb 2108 0a000000 c0a80101 ff");
    Random random = new Random(7);
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] mangled = Arrays.copyOf(whole, whole.length - random.nextInt(3) * random.nextInt(60));
      for (int n = random.nextInt(6); n >= 0; n--) {
        int at = random.nextInt(4) == 0 ? 0 : 240;
        mangled[Math.min(mangled.length - 1, at + random.nextInt(whole.length - at))] =
            (byte) random.nextInt();
      }
      read += DhcpFuzzTest.use(mangled).isPresent() ? 1 : 0;
    }
    assertThat(read).isBetween(1_000, 49_000);
  }
}

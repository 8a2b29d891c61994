// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SsdpCodecTest {
  static final String IGD = "urn:schemas-upnp-org:device:InternetGatewayDevice:1";
  private static final InetSocketAddress ONE =
      new InetSocketAddress(GatewayCodecTest.address("192.168.1.1"), 1900);

  /** As miniupnpd 2.3.1 answers. */
  static final String ANSWER =
      """
      HTTP/1.1 200 OK
      CACHE-CONTROL: max-age=120
      ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1
      USN: uuid:0001::urn:schemas-upnp-org:device:InternetGatewayDevice:1
      EXT:
      SERVER: Debian/12 UPnP/1.1 MiniUPnPd/2.3.1
      LOCATION: http://192.168.1.1:5000/rootDesc.xml
      OPT: "http://schemas.upnp.org/upnp/1/0/"; ns=01
      01-NLS: 1700000000
      BOOTID.UPNP.ORG: 1700000000
      CONFIGID.UPNP.ORG: 1337

      """;

  static final String ALIVE =
      """
      NOTIFY * HTTP/1.1
      HOST: 239.255.255.250:1900
      CACHE-CONTROL: max-age=120
      LOCATION: http://192.168.1.1:5000/rootDesc.xml
      NT: urn:schemas-upnp-org:device:InternetGatewayDevice:1
      NTS: ssdp:alive
      USN: uuid:0001::urn:schemas-upnp-org:device:InternetGatewayDevice:1
      BOOTID.UPNP.ORG: 1700000000

      """;

  static ByteBuffer datagram(String lines) {
    return ByteBuffer.wrap(lines.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Optional<SsdpMessage> read(String lines) {
    return SsdpCodec.read(datagram(lines));
  }

  @Test
  void searchesTheGroup() {
    assertThat(StandardCharsets.US_ASCII.decode(SsdpCodec.search(IGD, IgdSearch.GROUP)).toString())
        .isEqualTo(
            """
            M-SEARCH * HTTP/1.1
            HOST: 239.255.255.250:1900
            MAN: "ssdp:discover"
            MX: 1
            ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1

            """
                .replace("\n", "\r\n"));
  }

  @Test
  void searchesOneDeviceWithoutDelay() {
    assertThat(StandardCharsets.US_ASCII.decode(SsdpCodec.search(IGD, ONE)).toString())
        .contains("HOST: 192.168.1.1:1900\r\n")
        .doesNotContain("MX:");
  }

  @Test
  void readsAnswersAndAnnouncements() {
    SsdpMessage here =
        new SsdpMessage.Here("uuid:0001", "http://192.168.1.1:5000/rootDesc.xml", "1700000000");
    assertThat(read(ANSWER)).contains(here);
    assertThat(read(ALIVE)).contains(here);
    assertThat(SsdpCodec.read(ByteBuffer.wrap(ALIVE.getBytes(StandardCharsets.US_ASCII))))
        .as("with bare line feeds")
        .contains(here);
    assertThat(read(ALIVE.replace("ssdp:alive", "ssdp:byebye")))
        .contains(new SsdpMessage.Gone("uuid:0001"));
    assertThat(
            read(ANSWER.replace("BOOTID.UPNP.ORG: 1700000000\n", "").replace("1.1 200", "1.0 200")))
        .contains(new SsdpMessage.Here("uuid:0001", "http://192.168.1.1:5000/rootDesc.xml", ""));
    assertThat(read(ALIVE.replace("device:InternetGatewayDevice:1", "service:WANPPPConnection:1")))
        .contains(here);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "HTTP/1.1 404 Not Found\n",
        "M-SEARCH * HTTP/1.1\nST: ssdp:all\n",
        "NOTIFY * HTTP/1.1\nNTS: ssdp:alive\n",
        "HTTP/1.1 200 OK\nno field\n",
        "HTTP/1.1 200 OK\n: no name\n",
      })
  void whatIsNothingOfAGatewayIsPassedOver(String lines) {
    assertThat(read(lines)).isEmpty();
  }

  @Test
  void otherDevicesOfTheGatewayArePassedOver() {
    String other = "urn:schemas-upnp-org:device:MediaServer:1";
    assertThat(read(ANSWER.replace(IGD, other))).isEmpty();
    assertThat(read(ALIVE.replace(IGD, other))).isEmpty();
    assertThat(read(ALIVE.replace(IGD, "upnp:rootdevice"))).isEmpty();
    assertThat(read(ALIVE.replace("ssdp:alive", "ssdp:update"))).isEmpty();
    assertThat(read(ANSWER.replace("LOCATION", "ELSEWHERE"))).isEmpty();
  }

  @Test
  void lengthsAreBounded() {
    assertThat(read(ANSWER + "x".repeat(4_096 - ANSWER.length()))).isEmpty();
    assertThat(read(ANSWER.replace("rootDesc", "x".repeat(1_000)))).isEmpty();
    assertThat(read(ANSWER.replace("uuid:0001", "x".repeat(1_025)))).isEmpty();
    assertThat(read(ANSWER.replace("EXT:", "EXT:\nA: b".repeat(64)))).isEmpty();
  }
}

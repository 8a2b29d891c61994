// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static io.phoneagent.nat.Descriptions.IP;
import static io.phoneagent.nat.Descriptions.PPP;
import static io.phoneagent.nat.Descriptions.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IgdDescriptionTest {
  private static final InetAddress GATEWAY = GatewayCodecTest.address("192.168.1.1");
  private static final String AT = "http://192.168.1.1:5000";

  private static List<WanService> read(String xml) throws UnusableException {
    return IgdDescription.services(xml, URI.create(AT + "/rootDesc.xml"), GATEWAY);
  }

  private static WanService at(String type, String control, String events) {
    return new WanService(type, URI.create(control), Optional.of(URI.create(events)));
  }

  @Test
  void findsTheServicesWhereverTheyStand() throws UnusableException {
    assertThat(read(Descriptions.ipConnection()))
        .containsExactly(at(IP + "1", AT + "/ctl/IPConn", AT + "/evt/IPConn"));
    assertThat(read(Descriptions.of(service(PPP + "1", "p", "q"), service(IP + "2", "/c", "/e"))))
        .containsExactly(at(PPP + "1", AT + "/p", AT + "/q"), at(IP + "2", AT + "/c", AT + "/e"));
  }

  @Test
  void aServiceMayHaveNoEvents() throws UnusableException {
    assertThat(read(Descriptions.of(service(IP + "1", "/c", ""))))
        .containsExactly(new WanService(IP + "1", URI.create(AT + "/c"), Optional.empty()));
  }

  @Test
  void theBaseOfOlderDevicesIsTaken() throws UnusableException {
    String xml =
        Descriptions.ipConnection()
            .replace(
                "<device>\n  <deviceType>",
                "<URLBase>http://192.168.1.1:80/up/</URLBase><device>\n  <deviceType>")
            .replace("/ctl/IPConn", "ctl");
    assertThat(read(xml).get(0).control()).hasToString("http://192.168.1.1:80/up/ctl");
  }

  @Test
  void whatLeadsElsewhereIsRefusedByName() {
    assertThatThrownBy(
            () -> read(Descriptions.of(service(IP + "1", "http://192.168.1.66/ctl", "/e"))))
        .hasMessage(
            "its controlURL leads elsewhere than to 192.168.1.1: 'http://192.168.1.66/ctl'");
    assertThatThrownBy(() -> read(Descriptions.of(service(IP + "1", "/c", "http://203.0.113.9/e"))))
        .hasMessageContaining("eventSubURL leads elsewhere")
        .hasMessageContaining("203.0.113.9");
    assertThatThrownBy(
            () ->
                read(
                    Descriptions.ipConnection()
                        .replace(
                            "<specVersion>", "<URLBase>http://10.0.0.1/</URLBase><specVersion>")))
        .hasMessageContaining("URLBase leads elsewhere")
        .hasMessageContaining("10.0.0.1");
    assertThatThrownBy(() -> read(Descriptions.of(service(IP + "1", "", "/e"))))
        .hasMessageContaining("controlURL");
  }

  @Test
  void ofManyServicesFourAreTaken() throws UnusableException {
    assertThat(read(Descriptions.of(service(IP + "1", "/c", "/e").repeat(9)))).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<root/>",
        "<device><device/></device>",
        "<html><body>Log in</body></html>",
        "<root><device><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>"
            + "</device></root>",
        "garbage"
      })
  void whatHasNoneIsRefused(String xml) {
    assertThatThrownBy(() -> read(xml)).isInstanceOf(UnusableException.class);
  }
}

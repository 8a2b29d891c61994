// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.PublicRanges;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A page of each family in the table, written for this test in the form that the family's source
 * describes: the address is found, and not one of the others on the page.
 */
class RouterPagesTest {
  private static final PublicRanges LAB = PublicRanges.alsoTreating(List.of("203.0.113.0/24"));
  private static final Map<String, String> PAGES = new LinkedHashMap<>();

  static {
    page(
        "sfr-box",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <rsp stat="ok" version="1.0">
          <wan status="up" uptime="432" ip_addr="203.0.113.11" infra="ftth" mode="ftth/routed"
               infra6="" status6="down" uptime6="" ipv6_addr="" />
        </rsp>
        """);
    page(
        "att-gateway",
        """
        <table class="table75"><tr><th scope="row">Broadband Connection</th><td>Up</td></tr>
        <tr><th scope="row">Broadband IPv4 Address</th>
            <td class="col2">203.0.113.11</td></tr>
        <tr><th scope="row">Gateway IPv4 Address</th><td class="col2">8.8.4.1</td></tr>
        <tr><th scope="row">Primary DNS</th><td class="col2">8.8.8.8</td></tr></table>
        """);
    page(
        "google-wifi",
        """
        {"dns":{"mode":"automatic","servers":["8.8.8.8","8.8.4.4"]},
         "software":{"softwareVersion":"1.2.3","updateStatus":"idle"},
         "wan":{"captivePortal":false,"ethernetLink":true,"gatewayIpAddress":"203.0.113.1",
                "ipAddress":true,"localIpAddress":"203.0.113.11","online":true}}
        """);
    page(
        "huawei-hilink",
        """
        <?xml version="1.0" encoding="UTF-8"?><response>
        <ConnectionStatus>901</ConnectionStatus><SignalIcon>4</SignalIcon>
        <WanIPAddress>203.0.113.11</WanIPAddress><PrimaryDns>8.8.8.8</PrimaryDns>
        <SecondaryDns>8.8.4.4</SecondaryDns></response>
        """);
    page(
        "dd-wrt",
        """
        {wan_shortproto::dhcp}
        {wan_status::Connected&nbsp;&nbsp;<input type="button" value="Disconnect" />}
        {wan_ipaddr::203.0.113.11}
        {wan_netmask::255.255.255.0}
        {wan_dns0::8.8.8.8}
        {ipinfo::&nbsp;IP: 203.0.113.11}
        """);
    page(
        "sveasoft",
        """
        <script>var lan_ip = '192.168.1.1'; var wan_ip = '203.0.113.11';
        var wan_dns = '8.8.8.8';</script>
        """);
    page(
        "linksys-v1",
        """
        <table><tr><td>LAN</td><td>IP Address:</td><td>192.168.1.1</td></tr>
        <tr><td>WAN</td><td>IP Address:</td><td>203.0.113.11</td></tr>
        <tr><td></td><td>DNS:</td><td>8.8.8.8</td></tr></table>
        """);
    page(
        "linksys-v2",
        "LAN: (MAC 02-00)<b>192.168.1.1</b> WAN: <td>IP Address:<td><b>203.0.113.11</b>"
            + "<td>DNS 8.8.8.8");
    page(
        "linksys-v3",
        "<th>WAN</th><tr><td>IP Address:</td><td>203.0.113.11</td><td>DNS 1: 8.8.8.8</td>");
    page(
        "linksys-rv042",
        "<td>LAN IP</td><td>192.168.1.1</td><td>WAN1 IP</td><td>203.0.113.11</td>"
            + "<td>WAN2 IP</td><td>8.8.8.8</td>");
    page(
        "linksys-wcg200",
        "<td>WAN IP Address:</td><td>203.0.113.11</td><td>DNS</td><td>8.8.8.8</td>");
    page(
        "netgear-status",
        "<B>Internet Port</B><tr><td>MAC Address</td><td>02:00</td><tr><td><B>IP Address</B></td>"
            + "<TD NOWRAP width=\"50%\">203.0.113.11</TD><tr><td>Domain Name Server</td>8.8.8.8");
    page("netgear-rp614", "<td>IP Address</td><td>203.0.113.11</td><td>DNS</td><td>8.8.8.8</td>");
    page("netgear-rt3xx", "WAN Port: IP Address: 203.0.113.11, DHCP client; DNS 8.8.8.8");
    page(
        "d-link-di-524",
        "<td>LAN</td><td>192.168.0.1</td><td>WAN</td><td>IP Address</td><td>203.0.113.11</td>"
            + "<td>DNS</td><td>8.8.8.8</td>");
    page(
        "d-link-di-604",
        "LAN 192.168.0.1 WAN <td>IP Address</td> <td>203.0.113.11</td> DNS 8.8.8.8");
    page("smc-barricade-7004vbr", "var lan_ip=\"192.168.2.1\";\nvar wan_ip=\"203.0.113.11\";");
    page("smc-barricade-7401bra", "<td>IP Address</td><td>203.0.113.11</td><td>DNS</td> 8.8.8.8");
    page("thomson", "<td>Internet</td><td>IP Address:</td><td>203.0.113.11</td>DNS 8.8.8.8");
    page("speedtouch-530", "<td>IP Address</td><td>203.0.113.11</td> DNS 8.8.8.8");
    page(
        "2wire",
        "Gateway 192.168.1.254 <td>Internet Address:</td><td>203.0.113.11</td>DNS 8.8.8.8");
    page(
        "watchguard-soho",
        "<INPUT NAME=IPAddress VALUE=\"203.0.113.11\"><INPUT VALUE=\"8.8.8.8\">");
    page(
        "westell-6100",
        "<td>IP&nbsp;Address</td><td>203.0.113.11</td><td>DNS</td><td>8.8.8.8</td>");
    page(
        "mikrotik-rest",
        """
        {"ddns-enabled":"true","ddns-update-interval":"none","dns-name":"x.sn.mynetname.net",
         "public-address":"203.0.113.11","status":"updated","update-time":"true"}
        """);
    page(
        "tp-link-status",
        """
        var lanPara = new Array("02-00-00-00-00-01", "192.168.1.1", "255.255.255.0", 0,0 );
        var wanPara = new Array(
        4, "02-00-00-00-00-02", "203.0.113.11", 2, "255.255.255.0", 0, 0, "203.0.113.1", 1, 1, 0,
        "8.8.8.8 , 8.8.4.4", "", 0, 0 );
        """);
    page(
        "asuswrt",
        """
        function wanlink_status() { return 1;}
        function wanlink_ipaddr() { return '203.0.113.11';}
        function wanlink_gateway() { return '203.0.113.1';}
        function wanlink_dns() { return '8.8.8.8 8.8.4.4';}
        """);
  }

  private static void page(String family, String text) {
    PAGES.put(family, text);
  }

  private static ProbeAnswer read(RouterFamily family, String text) {
    return new Page(text, Optional.of(family.pattern())).publicAddress(LAB);
  }

  @TestFactory
  Stream<DynamicTest> eachFamilysPageIsRead() {
    List<RouterFamily> families = RouterTable.builtIn();
    assertThat(families.stream().map(RouterFamily::name))
        .hasSizeGreaterThanOrEqualTo(10)
        .containsExactlyInAnyOrderElementsOf(PAGES.keySet());
    return families.stream()
        .map(
            family ->
                DynamicTest.dynamicTest(
                    family.name(),
                    () -> {
                      String text = Objects.requireNonNull(PAGES.get(family.name()));
                      assertThat(read(family, text)).hasToString("Found[address=/203.0.113.11]");
                      // The line is down: what follows is somebody else's address.
                      for (String down : List.of("0.0.0.0", "", "N/A", "-", "192.168.1.1")) {
                        assertThat(read(family, text.replace("203.0.113.11", down)))
                            .as(down)
                            .isNotInstanceOf(ProbeAnswer.Found.class);
                      }
                      // A captive portal that tells where it is.
                      assertThat(read(family, "<h1>Welcome</h1> you are 8.8.8.8 <form>"))
                          .isInstanceOf(ProbeAnswer.Nothing.class);
                    }));
  }

  @Test
  void eachFamilySaysWhereItIsFrom() {
    assertThat(RouterTable.builtIn())
        .allSatisfy(
            family ->
                assertThat(family.source().split(" and ", -1))
                    .allSatisfy(url -> assertThat(URI.create(url).getHost()).isNotEmpty()));
  }

  /** So that no page is asked for twice in a search. */
  @Test
  void noPathIsThereTwice() {
    assertThat(RouterTable.builtIn().stream().flatMap(f -> f.paths().stream()))
        .doesNotHaveDuplicates()
        .hasSizeLessThan(40);
  }

  /** The hostile page that suits each pattern best. */
  @TestFactory
  Stream<DynamicTest> noPatternKeepsTheAgent() {
    return RouterTable.builtIn().stream()
        .map(
            family ->
                DynamicTest.dynamicTest(
                    family.name(),
                    () -> {
                      String text = Objects.requireNonNull(PAGES.get(family.name()));
                      String piece = text.replace("203.0.113.11", "x");
                      String page = piece.repeat(256 * 1024 / piece.length());
                      assertThat(read(family, page)).isInstanceOf(ProbeAnswer.Nothing.class);
                    }));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.dnsswitch.call.TrunkAccount;
import io.phoneagent.protocol.AddressAnswer;
import io.phoneagent.protocol.AddressLiteral;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the switch says of flags that it does not follow; a switch that starts would run on. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DnsSwitchCommandTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of("--data", directory.resolve("data").toString()));
    all.addAll(List.of(args));
    return DnsSwitchCommand.run(
        NoSignalling::new,
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        all.toArray(String[]::new));
  }

  @Test
  void aWrongFlagIsToldInTwoLinesAndNotInAPageOfUsage() {
    assertThat(run("--http", "127.0.0.1:1", "--http", "127.0.0.1:2")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "dns-switch: option '--http' (HOST:PORT) should be specified only once",
            "--help tells more");
  }

  @ParameterizedTest
  @CsvSource({
    "http, foo",
    "http, nosuchhost.invalid:80",
    "http, 127.0.0.1:65536",
    "signalling, 5060",
    "signalling, ::1:80",
    "signalling-tls, [::1]",
    "dhcp, foo",
    "dhcp, 67",
    "dhcp, host:99999",
  })
  void whatIsNoAddressIsNamedByItsFlagAndByItsLine(String flag, String value) throws Exception {
    assertThat(run("--" + flag, value)).isEqualTo(2);
    Path config = Files.writeString(directory.resolve("config"), flag + "=" + value + "\n");
    assertThat(run("--config", config.toString())).isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("dns-switch: --" + flag + ": "));
  }

  @ParameterizedTest
  @CsvSource({
    "probe, whoami",
    "probe, nat-pmp",
    "probe, stun:",
    "advertise, :0",
    "advertise, :5060",
    "check-every, 0s",
    "dns-name, switch.example.com",
  })
  void whatCannotFindThePlaceIsNamed(String flag, String value) {
    assertThat(run("--http", "127.0.0.1:0", "--" + flag, value)).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains(flag);
  }

  @ParameterizedTest
  @CsvSource({
    "switch, 127.0.0.1, dns-name",
    "-.example.com, 127.0.0.1, dns-name",
    "switch.example.com, a b, dns-server",
    "switch.example.com, 127.0.0.1:0, dns-server",
    "switch.example.com, 127.0.0.1, dns-key",
  })
  void aNameThatCannotBeMovedIsRefusedByTheFlagAtFault(String name, String server, String fault)
      throws Exception {
    Path key = Files.writeString(directory.resolve("key"), "no key");
    assertThat(
            run(
                "--http",
                "127.0.0.1:0",
                "--advertise",
                "203.0.113.100",
                "--dns-name",
                name,
                "--dns-server",
                server,
                "--dns-key",
                key.toString()))
        .isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("dns-switch: --" + fault + ": ");
  }

  @Test
  void nameServersAreNamedWithAndWithoutAPort() throws Exception {
    Path key =
        Files.writeString(
            directory.resolve("key"), "key k { algorithm hmac-sha256; secret \"c2VjcmV0\"; };");
    assertThat(DnsRecord.of("switch.example.com.", "192.0.2.1", key))
        .extracting(DnsRecord::name, DnsRecord::server, DnsRecord::port)
        .containsExactly("switch.example.com", "192.0.2.1", 53);
    assertThat(DnsRecord.of("a.example", "ns.example:5300", key).port()).isEqualTo(5300);
    assertThat(DnsRecord.of("a.example", "[2001:db8::1]", key).server()).isEqualTo("2001:db8::1");
    assertThat(DnsRecord.of("a.example", "[2001:db8::1]:5300", key).port()).isEqualTo(5300);
  }

  @Test
  void aTrunkWithoutAddressIsNamed() {
    assertThat(run("--trunk", "sip:nohost.invalid:5060")).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly("dns-switch: --trunk: 'nohost.invalid' is not known as a host");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--trunk-user u --trunk-secret s | --trunk: is missing",
        "--trunk-proves both | --trunk: is missing",
        "--trunk sip:127.0.0.1 --trunk-secret s | --trunk-user: is missing",
        "--trunk sip:127.0.0.1 --trunk-proves md5 | --trunk-user: is missing",
        "--trunk sip:127.0.0.1 --trunk-user u --trunk-proves both | --trunk-secret: give either",
        "--trunk sip:127.0.0.1 --trunk-user u --trunk-secret s --trunk-secret-file f | give either",
        "--trunk sip:127.0.0.1 --trunk-user u --trunk-secret-file /nosuch | cannot be read",
        "--trunk sip:127.0.0.1 --trunk-user u --trunk-secret s --trunk-proves it | --trunk-proves: 'it'",
        "--trunk sip:127.0.0.1 --trunk-user u --trunk-secret-file /dev/null | one or more characters",
      })
  void whatATrunkProvesIsGivenWhole(String flags, String hint) {
    assertThat(run(flags.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).contains(hint);
  }

  @Test
  void aTrunksSecretIsInNoText() {
    Trunk trunk = Trunk.of("sip:192.0.2.1").with(new TrunkAccount("gateway", "hush", List.of()));
    assertThat(trunk.toString()).contains("gateway").doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "[::]"})
  void aTakenSignallingPortIsToldBeforeAnythingIsLoaded(String host) throws Exception {
    try (DatagramSocket other =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      String address = host + ":" + other.getLocalPort();
      SwitchSettings settings =
          SwitchSettings.builder(directory)
              .signalling(HostPort.toBind("signalling", address))
              .build();
      assertThatThrownBy(() -> DnsSwitch.start(settings, new SipFactory()))
          .isInstanceOf(PhoneAgentException.class)
          .hasMessageContaining(Integer.toString(other.getLocalPort()))
          .hasMessageContaining(" cannot be bound: ");
      assertThat(directory.toFile().list()).containsExactly("lock");
    }
  }

  @Test
  void aFreeSignallingPortIsTaken() throws Exception {
    SipFactory factory = new SipFactory();
    int port;
    try (DatagramSocket free =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      port = free.getLocalPort();
    }
    factory.requireFree(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    factory.requireFree(new InetSocketAddress(port));
    factory.requireFree(new InetSocketAddress(0));
  }

  @ParameterizedTest
  @CsvSource({
    "address-lease, 50000d, 1s to 3660d",
    "address-lease, 999ms, 1s to 3660d",
    "expires-in, 3661d, 1m to 3660d",
    "expires-in, 1s, 1m to 3660d",
    "expires-in, 59.999s, 1m to 3660d",
    "keep-alive, 3661d, 1ms to 3660d",
  })
  void aTimeThatNoPhoneCouldBeToldIsRefusedAtTheStart(String flag, String time, String range) {
    assertThat(run("--http", "127.0.0.1:0", "--" + flag, time)).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("dns-switch: --" + flag + ": must be from " + range);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1m", "3660d"})
  void timesWithinTheRangeAreTaken(String time) {
    Duration taken = DurationText.parse("time", time);
    assertThatCode(() -> SwitchSettings.builder(directory).expiresIn(taken).build())
        .doesNotThrowAnyException();
    SwitchSettings settings = SwitchSettings.builder(directory).addressLease(taken).build();
    assertThatCode(
            () ->
                new AddressAnswer(
                    AddressLiteral.parse("198.18.0.1").orElseThrow(), settings.addressLease()))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "check-every, 10, 'has no unit; write it like 10s'",
    "treat-as-public, 10.0.0.0, 'is no range; write it like 203.0.113.0/24'",
    "redis, redis://x, 'is not there yet'",
    "dns, 127.0.0.1:53, 'is not there yet'",
  })
  void itIsSaidHowToMendIt(String flag, String value, String hint) {
    assertThat(run("--http", "127.0.0.1:0", "--" + flag, value)).isEqualTo(2);
    assertThat(err.toString()).startsWith("dns-switch: --" + flag + ": ").contains(hint);
  }

  @Test
  void whatIsNotThereYetIsNotInTheHelp() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).doesNotContain("--redis", "--dns=");
  }

  @Test
  void theHelpSaysTheRangesOfTimes() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("1m to 3660d", "1s to 3660d");
  }
}

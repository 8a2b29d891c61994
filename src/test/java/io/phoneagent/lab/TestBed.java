// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phoneagent.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A lab with the switch running in it, its accounts, and the phones that a test starts. */
public final class TestBed implements AutoCloseable {

  /** The switch's public address, that of the ISP's gateway before it. */
  public static final String SWITCH = "203.0.113.100";

  /** What a phone is told. */
  public static final String SWITCH_URL = "https://switch.lab.test:8443";

  /** The gateway at the far end of the trunk. */
  public static final String TRUNK = "198.51.100.200";

  /** A number beyond the trunk. */
  public static final String OUTSIDE = "+15551239999";

  private final Lab lab;
  private final Map<String, String> gateways;
  private final List<String> switchOptions;
  private final Path data;
  private final Path accounts;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private SwitchProcess dnsSwitch;
  private int switchesStarted;
  private String switchUrl = SWITCH_URL;
  private Transport transport = Transport.UDP;
  private Function<String, List<String>> sources =
      gateway -> List.of("--probe", "http://" + gateway + "/ip");
  private Duration checkInterval = Duration.ofSeconds(1);

  private TestBed(Lab lab, String secondSite, List<String> switchOptions, List<Account> accounts) {
    this.lab = lab;
    this.gateways =
        Map.of("phone1", "192.168.1.1", "phone1b", "192.168.1.1", "phone2", secondSite + ".1");
    this.switchOptions = switchOptions;
    this.data = lab.state().resolve("switch-data");
    this.accounts = lab.state().resolve("accounts");
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    accounts.forEach(this::add);
    dnsSwitch = startSwitch();
  }

  /** Builds it with these accounts. */
  public static TestBed up(Account... accounts) {
    return up(Map.of(), accounts);
  }

  /** Builds it with these settings of the lab. */
  public static TestBed up(Map<String, String> settings, Account... accounts) {
    return up(settings, List.of(), accounts);
  }

  /** Builds it with these settings of the lab, and flags of the switch as {@code --name=value}. */
  public static TestBed up(
      Map<String, String> settings, List<String> switchOptions, Account... accounts) {
    Lab lab = Lab.up(settings);
    try {
      String secondSite = settings.getOrDefault("LAB_LAN2", "192.168.2");
      return new TestBed(lab, secondSite, switchOptions, List.of(accounts));
    } catch (RuntimeException | AssertionError e) {
      lab.close();
      throw e;
    }
  }

  /** What the phones are told that are started from now on, and what is asked for records. */
  public void switchUrl(String url) {
    switchUrl = url;
  }

  /** What the flows of the phones run over that are started from now on. */
  public void transport(Transport carrier) {
    transport = carrier;
  }

  /** What the phones ask that are started from now on, instead of the page, and how often. */
  public void probe(String source, Duration interval) {
    sources = gateway -> List.of("--probe", source);
    checkInterval = interval;
  }

  /** The phones that are started from now on are not told what to ask. */
  public void probeWhatThereIs(Duration interval) {
    sources = gateway -> List.of();
    checkInterval = interval;
  }

  /** The lab. */
  public Lab lab() {
    return lab;
  }

  /** The certificate that phones trust, of the switch's own making. */
  public Path authority() {
    return data.resolve("ca.pem");
  }

  /** The switch that runs now. */
  public SwitchProcess dnsSwitch() {
    return dnsSwitch;
  }

  /** Adds an account, with the command of the switch. */
  public void add(Account account) {
    List<String> words = new ArrayList<>(List.of("account", "add", "--accounts"));
    words.add(accounts.toString());
    words.addAll(account.arguments());
    Product.run(lab.state().resolve("run"), "dns-switch", words.toArray(String[]::new)).orFail();
  }

  private SwitchProcess startSwitch() {
    return SwitchProcess.inLab(
        lab, "dns-switch-" + ++switchesStarted, data, accounts, switchOptions);
  }

  /** SIGKILL, and at once a new one; returns when that serves. */
  public void killAndRestartSwitch() {
    dnsSwitch.program().kill();
    dnsSwitch.program().exitCode(Duration.ofSeconds(5));
    dnsSwitch = startSwitch();
  }

  /** Leases an address for the host and starts the account's phone there, with more options. */
  public PhoneProcess phone(String host, Account account, String... more) {
    lab.lease(host);
    return start(host, account, "os", more);
  }

  /** What the phone of that host remembers over a restart is gone, as from the factory. */
  public void forget(String host) {
    Outcome.of(
            lab.state().resolve("run"),
            List.of("rm", "-rf", lab.state().resolve("state-of-" + host).toString()),
            Duration.ofSeconds(10))
        .orFail();
  }

  /** Starts the account's phone on a host that has no address; it leases one itself. */
  public PhoneProcess bootingPhone(String host, Account account, String... more) {
    return start(host, account, "dhcp", more);
  }

  /**
   * The same with nothing but number, secret and whom to trust: the network has to say the rest.
   */
  public PhoneProcess pluggedInPhone(String host, Account account) {
    return untold(host, account, "dhcp");
  }

  /** The same on a host whose address the system has leased. */
  public PhoneProcess informedPhone(String host, Account account) {
    lab.lease(host);
    return untold(host, account, "inform");
  }

  /**
   * Starts one of several phones on a host that has leased its address, which is told where the
   * switch is, and this.
   */
  public PhoneProcess oneOfMany(String host, Account account, List<String> told) {
    List<String> options = whereAndWhomToTrust();
    options.addAll(told);
    PhoneProcess phone = PhoneProcess.inLab(lab, host, account, options);
    started.push(phone);
    return phone;
  }

  private List<String> whereAndWhomToTrust() {
    return new ArrayList<>(
        List.of(
            "--switch",
            switchUrl,
            "--ca",
            authority().toString(),
            "--interface",
            "eth0",
            "--treat-as-public",
            "203.0.113.0/24",
            "--treat-as-public",
            "198.51.100.0/24"));
  }

  private PhoneProcess untold(String host, Account account, String address) {
    PhoneProcess phone =
        PhoneProcess.inLab(
            lab,
            host,
            account,
            List.of(
                "--ca",
                authority().toString(),
                "--address",
                address,
                "--treat-as-public",
                "203.0.113.0/24",
                "--answer",
                "auto"));
    started.push(phone);
    return phone;
  }

  private PhoneProcess start(String host, Account account, String address, String... more) {
    String gateway = gateways.getOrDefault(host, "");
    if (gateway.isEmpty()) {
      throw new IllegalArgumentException(host + " is no phone");
    }
    List<String> options = whereAndWhomToTrust();
    options.addAll(
        List.of(
            "--address",
            address,
            "--check-every",
            checkInterval.toSeconds() + "s",
            "--transport",
            transport.label(),
            "--state-dir",
            lab.state().resolve("state-of-" + host).toString()));
    options.addAll(sources.apply(gateway));
    options.addAll(List.of(more));
    PhoneProcess phone = PhoneProcess.inLab(lab, host, account, options);
    started.push(phone);
    return phone;
  }

  /** The gateway at the far end of the trunk, which calls and is called. */
  public TrunkPeer trunk() {
    TrunkPeer trunk = TrunkPeer.start(lab, "pstn", TRUNK + ":5060", SWITCH + ":5060");
    started.push(trunk);
    return trunk;
  }

  /** The same, of others: Kamailio, which has each call proven by this secret, and baresip. */
  public ProvingTrunk provingTrunk(String secret, Path sound) {
    ProvingTrunk trunk = ProvingTrunk.start(lab, TRUNK, OUTSIDE, secret, sound);
    started.push(trunk);
    return trunk;
  }

  /** The same, of others: baresip, which answers {@link #OUTSIDE} and plays this once. */
  public BaresipTrunk baresipTrunk(short[] sound) {
    BaresipTrunk trunk = BaresipTrunk.start(lab, "pstn", TRUNK, OUTSIDE, sound);
    started.push(trunk);
    return trunk;
  }

  /** The switch's record of that account, asked for over HTTPS from the open internet. */
  public SwitchRecord record(Account account) {
    String url =
        switchUrl
            + "/v1/registrations/"
            + URLEncoder.encode(account.number(), StandardCharsets.UTF_8);
    String said =
        lab.exec(
                "internet",
                "curl",
                "--silent",
                "--show-error",
                "--max-time",
                "10",
                "--cacert",
                authority().toString(),
                "--user",
                account.number() + ":" + account.secret(),
                "--write-out",
                "\n%{http_code}",
                url)
            .orFail()
            .output();
    int end = said.lastIndexOf('\n');
    int status = Integer.parseInt(said.substring(end + 1).strip());
    try {
      return new SwitchRecord(
          status, new ObjectMapper().readTree(said.substring(0, Math.max(0, end))));
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON, with status " + status + ": " + said, e);
    }
  }

  /**
   * The switch's answer about a number.
   *
   * @param status the HTTP status
   * @param body the record, or the problem
   */
  public record SwitchRecord(int status, JsonNode body) {

    /** A member of the record as text; empty when absent. */
    public String text(String member) {
      return body.path(member).asText("");
    }
  }

  /** Ends the phones and the trunk, so that the next test begins with none. */
  public void endPrograms() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Ends all of it. */
  @Override
  public void close() {
    try {
      endPrograms();
      dnsSwitch.close();
    } finally {
      lab.close();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.WatchedAccounts;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.testkit.VirtualTime;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountCommandTest {
  private static final PhoneNumber NUMBER = new PhoneNumber("+15551230001");

  @TempDir private Path directory;
  private Path file = Path.of("");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void place() {
    file = directory.resolve("accounts.json");
  }

  private int run(String... args) {
    return DnsSwitchCommand.run(
        NoSignalling::new, new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private int account(String verb, String... rest) {
    List<String> args = new ArrayList<>(List.of("account", verb, "--accounts", file.toString()));
    args.addAll(List.of(rest));
    return run(args.toArray(new String[0]));
  }

  @Test
  void addsManyAtOnceOrNone() {
    assertThat(account("add", "--number=+15551239998", "--count=3", "--secret=same")).isZero();
    assertThat(account("list")).isZero();
    assertThat(out.toString()).contains("+15551239998", "+15551239999", "+15551240000");
    WatchedAccounts accounts = WatchedAccounts.open(file, new VirtualTime());
    assertThat(accounts.authenticate(new PhoneNumber("+15551240000"), "same")).isPresent();
    // Without a secret only those that are there can be changed.
    assertThat(account("add", "--number=+15551239999", "--count=3", "--backup=+15550000000"))
        .isEqualTo(2);
    WatchedAccounts after = WatchedAccounts.open(file, new VirtualTime());
    assertThat(after.find(new PhoneNumber("+15551239999")).orElseThrow().backup()).isEmpty();
    assertThat(account("add", "--number=+15551239999", "--count=0", "--secret=s")).isEqualTo(2);
    assertThat(account("add", "--number=+999999999999999", "--count=2", "--secret=s")).isEqualTo(2);
    assertThat(account("add", "--number=+15551239999", "--count=2", "--mac=02:00:00:00:00:01"))
        .isEqualTo(2);
  }

  @Test
  void keepsWhatPlainPhonesProveTheirSecretWith() throws Exception {
    assertThat(account("add", "--number=+15551230001", "--secret=s", "--digest=md5")).isZero();
    Account md5 = WatchedAccounts.open(file, new VirtualTime()).find(NUMBER).orElseThrow();
    // echo -n +15551230001:phoneagent:s | md5sum, and the same without the plus
    assertThat(md5.ha1("+15551230001", DigestAlgorithm.MD5)).isEqualTo(md5.plain().md5());
    assertThat(md5.plain().md5()).contains(md5sum("+15551230001:phoneagent:s"));
    assertThat(md5.ha1("15551230001", DigestAlgorithm.MD5))
        .contains(md5sum("15551230001:phoneagent:s"));
    assertThat(md5.ha1("+15551230001", DigestAlgorithm.SHA_256)).isEmpty();
    assertThat(md5.ha1("+15551230002", DigestAlgorithm.MD5)).isEmpty();

    // What is not given stays; the secret is needed to make other digests of.
    assertThat(account("add", "--number=+15551230001", "--backup=+15551230009")).isZero();
    Account backed = WatchedAccounts.open(file, new VirtualTime()).find(NUMBER).orElseThrow();
    assertThat(backed.plain()).isEqualTo(md5.plain());
    assertThat(account("add", "--number=+15551230001", "--digest=both")).isEqualTo(2);
    assertThat(account("add", "--number=+15551230001", "--digest=sha1", "--secret=s")).isEqualTo(2);

    assertThat(account("add", "--number=+15551230001", "--digest=sha-256", "--secret=s")).isZero();
    assertThat(Files.readString(file)).doesNotContain("Md5");
    Account sha = WatchedAccounts.open(file, new VirtualTime()).find(NUMBER).orElseThrow();
    assertThat(sha.ha1("+15551230001", DigestAlgorithm.SHA_256)).contains(sha.ha1());
    assertThat(sha.ha1("15551230001", DigestAlgorithm.SHA_256)).isEqualTo(sha.plain().bare());
  }

  private static String md5sum(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void addsListsUpdatesAndRemoves() throws Exception {
    assertThat(account("add", "--number", "+15551230001", "--secret", "quite secret")).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file)).doesNotContain("quite");
    Path secret = Files.writeString(directory.resolve("s"), "other secret\n");
    assertThat(
            account(
                "add",
                "--number=+15551230001",
                "--secret-file=" + secret,
                "--mac=0200.0000.0164",
                "--backup=+15551239999",
                "--backup-over-trunk=true"))
        .isZero();
    assertThat(account("add", "--number", "+15551230001", "--backup-over-trunk", "false")).isZero();
    assertThat(account("list")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            "+15551230001\tmac=02:00:00:00:01:64\tbackup=+15551239999\tbackup-over-trunk=false"
                + System.lineSeparator());
    VirtualTime time = new VirtualTime();
    WatchedAccounts accounts = WatchedAccounts.open(file, time);
    assertThat(accounts.authenticate(NUMBER, "other secret")).isPresent();
    assertThat(accounts.authenticate(NUMBER, "quite secret")).isEmpty();
    assertThat(account("remove", "--number", "+15551230001")).isZero();
    assertThat(accounts.find(NUMBER)).isPresent();
    time.advance(Duration.ofSeconds(1));
    assertThat(accounts.find(NUMBER)).isEmpty();
    assertThat(account("remove", "--number", "+15551230001")).isEqualTo(1);
    assertThat(err.toString()).contains("+15551230001 has no account");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "account",
        "account add",
        "account add --accounts F --number 123 --secret s",
        "account add --accounts F --number +15551230001",
        "account add --accounts F --number +15551230001 --secret s --mac x",
        "account add --accounts F --number +15551230001 --secret s --backup 1",
        "account add --accounts F --number +15551230001 --secret s --backup-over-trunk maybe",
        "account add --accounts F --number +15551230001 --secret s --secret-file f",
        "account list",
        "account remove --accounts F",
        "account what",
        "--redis redis://x",
        "--dns 127.0.0.1:53",
        "--address-pool 198.18.0.1/15",
        "--http nowhere",
        "--http 127.0.0.1:65536",
        "--http ::1:80",
        "--signalling [::1]",
        "--advertise switch.example",
        "--trunk 192.0.2.1:5060",
        "--trunk sip:192.0.2.1:0",
        "--media-ports 20000-10000",
        "--backup-after 1",
        "--treat-as-public 203.0.113.0",
        "--tls-cert F",
        "--tls-cert F --tls-key F --insecure-http",
        "--tls-name 1.2.3.4",
        "--config /nonexistent/file",
      })
  void wrongArgumentsAreTwo(String line) {
    String[] args = line.replace("F", file.toString()).split(" ", -1);
    assertThat(run(args)).isEqualTo(2);
    assertThat(err.toString()).isNotBlank().doesNotContain("Exception");
    assertThat(file).doesNotExist();
  }

  @Test
  void aBrokenFileIsAFailureAndTheLastGoodOneHolds() throws Exception {
    account("add", "--number", "+15551230001", "--secret", "s");
    VirtualTime time = new VirtualTime();
    WatchedAccounts accounts = WatchedAccounts.open(file, time);
    Files.writeString(file, "{\"accounts\": [{\"number\": \"+1555");
    time.advance(Duration.ofSeconds(2));
    assertThat(accounts.find(NUMBER)).isPresent();
    assertThat(account("list")).isEqualTo(1);
    assertThat(err.toString()).contains("accounts.json").contains("line 1");
    Files.delete(file);
    time.advance(Duration.ofSeconds(2));
    assertThat(accounts.find(NUMBER)).isPresent();
    account("add", "--number", "+15551230002", "--secret", "s");
    time.advance(Duration.ofSeconds(1));
    assertThat(accounts.find(NUMBER)).isEmpty();
    assertThat(accounts.find(new PhoneNumber("+15551230002"))).isPresent();
  }

  @Test
  void numbersOfAnotherLengthAreNotAdded() {
    assertThat(account("add", "--number=+99", "--count=2", "--secret=s")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "dns-switch account add: --number: +99 leaves no room for 2 numbers; give a lower one"
                + System.lineSeparator());
    assertThat(account("add", "--number=+15551239999", "--count=2", "--secret=s")).isZero();
    assertThat(account("add", "--number=+97", "--count=3", "--secret=s")).isZero();
    assertThat(account("list", "--number=+99")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "account, account",
    "account add, account add",
    "account add --accounts F --number 123 --secret s, account add",
    "account list, account list",
    "account list --accounts F --number +15551230001, account list",
    "account list --accounts F --number 1, account list",
    "account remove --accounts F --number +15551230001, account remove",
    "account remove --accounts F --nonsense, account remove",
    "account what, account",
    "--http nowhere, ''",
    "--no-such-flag, ''",
  })
  void anErrorBeginsWithTheWholeCommand(String line, String command) throws Exception {
    Files.writeString(file, "{\"accounts\": []}");
    assertThat(run(line.replace("F", file.toString()).split(" ", -1))).isNotZero();
    assertThat(err.toString()).startsWith(("dns-switch " + command).strip() + ": ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"acounts\": [{\"number\": \"+15551230001\", \"ha1\": \"HA1\"}]}",
        "{\"Accounts\": []}",
        "{\"accounts\": null}",
        "{\"accounts\": {}}",
        "[]",
        "",
      })
  void aFileWithoutAccountsIsRefusedAndTheLastGoodOneHolds(String text) throws Exception {
    account("add", "--number", "+15551230001", "--secret", "s");
    VirtualTime time = new VirtualTime();
    WatchedAccounts accounts = WatchedAccounts.open(file, time);
    String broken = text.replace("HA1", Account.ha1(NUMBER, "s"));
    Files.writeString(file, broken);
    time.advance(Duration.ofSeconds(2));
    assertThat(accounts.find(NUMBER)).isPresent();
    assertThat(account("list")).isEqualTo(1);
    assertThat(err.toString()).contains("accounts.json");
    assertThat(account("add", "--number", "+15551230002", "--secret", "s")).isEqualTo(1);
    assertThat(file).hasContent(broken);
    assertThatThrownBy(() -> WatchedAccounts.open(file, new VirtualTime()))
        .isInstanceOf(PhoneAgentException.class);
  }

  @Test
  void aMissingMemberIsNamedAndHowTheFileLooks() throws Exception {
    Files.writeString(file, "{\"acounts\": []}");
    assertThat(account("list")).isEqualTo(1);
    assertThat(err.toString())
        .contains("the only one is \"accounts\"", "{\"accounts\": [{\"number\": \"+1555");
    err.getBuffer().setLength(0);
    Files.writeString(file, "{}");
    assertThat(account("list")).isEqualTo(1);
    assertThat(err.toString()).contains("has no member \"accounts\"");
    err.getBuffer().setLength(0);
    Files.writeString(file, "[]");
    assertThat(account("list")).isEqualTo(1);
    assertThat(err.toString()).contains("must hold one object: {\"accounts\": [{");
  }

  @Test
  void noAccountsAreFine() throws Exception {
    Files.writeString(file, "{\"accounts\": []}");
    assertThat(account("list")).isZero();
  }

  /** A number whose "mac" is passed over would be anybody's. */
  @Test
  void aMemberThatIsNotKnownIsNamedAndNotLost() throws Exception {
    String misspelt =
        "{\"accounts\": [{\"number\": \"+15551230001\", \"maac\": \"02:00:00:00:01:64\","
            + " \"ha1\": \""
            + Account.ha1(NUMBER, "s")
            + "\"}]}";
    Files.writeString(file, misspelt);
    assertThat(account("list")).isEqualTo(1);
    assertThat(err.toString()).contains("account 1: \"maac\" is no member", "number, mac, backup");
    assertThat(account("add", "--number", "+15551230002", "--secret", "s")).isEqualTo(1);
    assertThat(file).hasContent(misspelt);
  }

  @Test
  void aFileThatIsNotThereIsSaidSoAndNotMade() {
    assertThat(account("list")).isEqualTo(1);
    assertThat(account("list", "--number=+15551230001")).isEqualTo(1);
    assertThat(account("remove", "--number=+15551230001")).isEqualTo(1);
    assertThat(err.toString().lines())
        .hasSize(3)
        .allMatch(line -> line.contains("accounts file " + file + " is not there"));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void twoThatWriteAtOnceBothSucceed() throws Exception {
    ExecutorService both = Executors.newFixedThreadPool(4);
    List<Callable<Integer>> adding = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String number = "+155512300" + (10 + i);
      adding.add(() -> account("add", "--number", number, "--secret", "s"));
    }
    for (var added : both.invokeAll(adding)) {
      assertThat(added.get()).isZero();
    }
    both.shutdown();
    account("list");
    assertThat(out.toString().lines()).hasSize(40);
  }
}

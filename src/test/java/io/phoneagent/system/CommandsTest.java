// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Account;
import io.phoneagent.lab.Outcome;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.Product;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.SwitchProcess;
import java.io.FileInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands promise a person who types them: flags, exit codes, signals. No root. */
@SideBySide
final class CommandsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Account ANN = Account.of("+15551230001");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--no-such-flag",
        "--number +15551230001",
        "--number nonsense --secret s --switch https://127.0.0.1:1",
        "--number +15551230001 --secret s --switch nonsense",
        "--number +15551230001 --secret s --switch https://127.0.0.1:1 --check-every soon",
        "--number +15551230001 --secret s --switch https://127.0.0.1:1 --answer maybe",
        "--number +15551230001 --secret s --switch https://127.0.0.1:1 --mac 1:2:3",
        "--number +15551230001 --secret s --switch https://127.0.0.1:1 --treat-as-public 1.2.3",
        "--number +15551230001 --secret s --switch https://127.0.0.1:1 --probe gopher://x",
        "--number +15551230001 --secret s --switch https://127.0.0.1:1 --play /no/such/file.wav",
        "--number +15551230001 --secret s --switch https://127.0.0.1:1 --ca /no/such/ca.pem",
      })
  void aPhoneWithWrongArgumentsSaysWhatIsWrong(String arguments) {
    Outcome outcome = Product.run(folder, "phone", words(arguments));
    assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(2);
    assertThat(outcome.errors()).isNotBlank().doesNotContain("\tat ");
    assertThat(outcome.output()).isEmpty();
  }

  @Test
  void whatIsNotThereYetSaysSo() {
    Outcome outcome = Product.run(folder, "dns-switch", words("--redis redis://127.0.0.1:1"));
    assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(2);
    assertThat(outcome.errors()).containsIgnoringCase("is not there yet");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--no-such-flag",
        "--http nonsense",
        "--http 127.0.0.1:99999",
        "--signalling 127.0.0.1",
        "--media-ports 3000",
        "--media-ports 4000-3000",
        "--backup-after soon",
        "--treat-as-public 203.0.113.0/99",
        "--trunk http://example.org",
        "--dhcp 0.0.0.0:67",
        "--dhcp 127.0.0.1",
        "--dhcp-dns 127.0.0.1",
        "--dhcp 127.0.0.1:0 --dhcp-dns nameserver",
        "account",
        "account add --number +15551230001",
        "account frobnicate",
      })
  void aSwitchWithWrongArgumentsSaysWhatIsWrong(String arguments) {
    Outcome outcome = Product.run(folder, "dns-switch", words(arguments));
    assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(2);
    assertThat(outcome.errors()).isNotBlank().doesNotContain("\tat ");
  }

  private static String[] words(String text) {
    return text.isEmpty() ? new String[0] : text.split(" ", -1);
  }

  @Test
  void aTakenPortIsAFailure() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Outcome outcome =
          Product.run(
              folder,
              "dns-switch",
              "--http",
              "127.0.0.1:" + taken.getLocalPort(),
              "--signalling",
              "127.0.0.1:0",
              "--data",
              folder.resolve("data").toString());
      assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(1);
      assertThat(outcome.errors()).contains(Integer.toString(taken.getLocalPort()));
    }
  }

  @Test
  void accountsAreAddedListedAndRemovedAndKeepTheirSecrets() {
    add(ANN);
    add(Account.of("+15551230002").backedBy("+15551230001"));
    Outcome list = account("list");
    assertThat(list.exitCode()).isZero();
    assertThat(list.output()).contains("+15551230001", "+15551230002").doesNotContain(ANN.secret());
    assertThat(account("remove", "--number", "+15551230002").exitCode()).isZero();
    assertThat(account("list").output()).doesNotContain("+15551230002");
    assertThat(account("remove", "--number", "+15551230002").exitCode()).isEqualTo(1);
  }

  private Outcome account(String what, String... more) {
    List<String> words = new ArrayList<>(List.of("account", what, "--accounts"));
    words.add(folder.resolve("accounts").toString());
    words.addAll(List.of(more));
    return Product.run(folder, "dns-switch", words.toArray(String[]::new));
  }

  private void add(Account account) {
    List<String> more = new ArrayList<>(List.of("--number", account.number()));
    more.addAll(List.of("--secret", account.secret()));
    account.backup().ifPresent(backup -> more.addAll(List.of("--backup", backup)));
    Outcome outcome = account("add", more.toArray(String[]::new));
    assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
  }

  @Test
  void aPhonesLifeOnOneMachine() throws Exception {
    add(ANN);
    Path data = Files.createDirectories(folder.resolve("data"));
    try (SwitchProcess dnsSwitch =
        SwitchProcess.onLoopback(folder, "switch", data, folder.resolve("accounts"))) {
      String http = dnsSwitch.ready().http();
      assertThat(http).doesNotEndWith(":0");
      assertThat(dnsSwitch.ready().signalling()).doesNotEndWith(":0");
      List<String> options =
          List.of(
              "--switch",
              "https://" + http,
              "--ca",
              data.resolve("ca.pem").toString(),
              "--interface",
              "lo",
              "--mac",
              "02:00:00:00:00:01",
              "--probe",
              "whoami",
              "--treat-as-public",
              "127.0.0.0/8",
              "--state-dir",
              folder.resolve("phone-state").toString());

      // The end of its input is no command: it goes on. SIGTERM keeps the registration.
      PhoneProcess phone = PhoneProcess.here(folder, "phone-a", ANN, options).awaitReachable();
      phone.program().closeInput();
      int mark = phone.events().mark();
      assertThat(status(http, data)).isEqualTo(200);
      assertThat(phone.program().alive()).isTrue();
      phone.program().terminate();
      assertThat(phone.program().exitCode(PATIENCE)).isZero();
      phone.await(mark, "stopped");
      assertThat(status(http, data)).isEqualTo(200);

      // An account that is added now is seen; quit leaves.
      PhoneProcess again = PhoneProcess.here(folder, "phone-b", ANN, options).awaitReachable();
      assertThat(again.explain()).isNotEmpty();
      again.say("nonsense");
      again.await("error");
      again.say("quit");
      again.await("stopped");
      assertThat(again.program().exitCode(PATIENCE)).isZero();
      assertThat(status(http, data)).isEqualTo(404);

      dnsSwitch.program().terminate();
      assertThat(dnsSwitch.program().exitCode(Duration.ofSeconds(12))).isZero();
    }
  }

  @Test
  void aRunningSwitchSeesANewAccount() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    add(Account.of("+15551230002"));
    try (SwitchProcess dnsSwitch =
        SwitchProcess.onLoopback(folder, "switch", data, folder.resolve("accounts"))) {
      String http = dnsSwitch.ready().http();
      assertThat(status(http, data)).isEqualTo(401);
      add(ANN);
      Awaitility.await().atMost(PATIENCE).until(() -> status(http, data) == 404);
    }
  }

  /** The switch's answer about the account's registration, over TLS with the switch's own CA. */
  private static int status(String http, Path data) throws Exception {
    URI uri =
        URI.create(
            "https://"
                + http
                + "/v1/registrations/"
                + URLEncoder.encode(ANN.number(), StandardCharsets.UTF_8));
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream pem = new FileInputStream(data.resolve("ca.pem").toFile())) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection();
    connection.setSSLSocketFactory(tls.getSocketFactory());
    String identity = ANN.number() + ":" + ANN.secret();
    connection.setRequestProperty(
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString(identity.getBytes(StandardCharsets.UTF_8)));
    try {
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }
}

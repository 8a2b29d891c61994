// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A switch and phones in processes of their own, everything logged that can be, ours and the
 * libraries': registering, calling, with a wrong secret, and with an accounts file that is damaged.
 * Nothing that is written holds a secret.
 */
class SecretsTest {
  /** In the store: a name, the key of 32 octets, and the nonce; each after its length. */
  private static final Pattern KEY =
      Pattern.compile(
          "\\x00\\x0c[A-Za-z0-9_-]{12}\\x20([\\x00-\\xff]{32})\\x00\\x16([A-Za-z0-9_-]{22})");

  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final String ANNA = "+15551230001";
  private static final String BEN = "+15551230002";
  private static final String ANNAS = "annas-Very/hidden+Word";
  private static final String BENS = "bens-Very/hidden+Word";
  private static final String WRONG = "somebody's-wrong~Guess";
  private static final String PAGES = "pages-Very/hidden+Word";

  @TempDir private Path directory;
  private final List<Process> running = new ArrayList<>();
  private final Queue<String> shown = new ConcurrentLinkedQueue<>();
  private int started;

  /** A firewall's page that wants a password, and never shows more than that it was given. */
  private HttpServer firewall() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    server.createContext(
        "/status",
        exchange -> {
          String given = exchange.getRequestHeaders().getFirst("Authorization");
          byte[] page = "127.0.0.1".getBytes(UTF_8);
          if (given == null) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"router\"");
          } else {
            shown.add(given);
          }
          exchange.sendResponseHeaders(given == null ? 401 : 200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    return server;
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Process each : running) {
      each.destroy();
      each.waitFor(15, TimeUnit.SECONDS);
    }
  }

  private Path settings(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  /** Starts a program that logs everything; what it writes goes into a file. */
  private Process start(String main, String... arguments) throws IOException {
    Path logback =
        settings(
            "logback.xml",
            """
            <configuration>
              <appender name='E' class='ch.qos.logback.core.ConsoleAppender'>
                <target>System.err</target>
                <encoder><pattern>%level %logger %msg%n%ex{full}</pattern></encoder>
              </appender>
              <root level='TRACE'><appender-ref ref='E'/></root>
            </configuration>
            """);
    Path jul =
        settings(
            "logging.properties",
            """
            handlers=java.util.logging.ConsoleHandler
            .level=ALL
            java.util.logging.ConsoleHandler.level=ALL
            """);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dlogback.configurationFile=" + logback);
    command.add("-Djava.util.logging.config.file=" + jul);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output-" + ++started);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    running.add(process);
    return process;
  }

  private Process dnsSwitch() throws IOException {
    return start(
        "io.phoneagent.dnsswitch.DnsSwitchCommand",
        "--http",
        "127.0.0.1:0",
        "--signalling",
        "127.0.0.1:0",
        "--data",
        directory.resolve("data").toString(),
        "--accounts",
        directory.resolve("accounts.json").toString(),
        "--media-ports",
        "24000-24099");
  }

  private void account(String number, String secret) throws Exception {
    Process added =
        start(
            "io.phoneagent.dnsswitch.DnsSwitchCommand",
            "account",
            "add",
            "--accounts",
            directory.resolve("accounts.json").toString(),
            "--number",
            number,
            "--secret",
            secret);
    assertThat(added.waitFor()).isZero();
  }

  private Process phone(String url, String number, String secret, String page) throws IOException {
    return start(
        "io.phoneagent.examples.phone.PhoneCommand",
        "--number",
        number,
        "--secret",
        secret,
        "--switch",
        url,
        "--ca",
        directory.resolve("data").resolve("ca.pem").toString(),
        "--interface",
        "lo",
        "--mac",
        "02:00:5e:00:53:" + number.substring(number.length() - 2),
        "--probe",
        "whoami",
        "--probe",
        page,
        "--probe-user",
        "admin",
        "--probe-password-file",
        settings("page-password", PAGES).toString(),
        "--treat-as-public",
        "127.0.0.0/8",
        "--check-every",
        "1s",
        "--answer",
        "auto");
  }

  private String output(int program) throws IOException {
    return Files.readString(directory.resolve("output-" + program), Charset.forName("ISO-8859-1"));
  }

  private Matcher await(int program, String pattern) {
    return Awaitility.await(pattern)
        .atMost(LIMIT)
        .until(() -> Pattern.compile(pattern).matcher(output(program)), Matcher::find);
  }

  private static void type(Process process, String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  /** All spellings of some octets. */
  private static void spell(Collection<String> all, byte[] octets) {
    all.add(Base64.getEncoder().withoutPadding().encodeToString(octets));
    all.add(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
    all.add(HexFormat.of().formatHex(octets));
    all.add(new String(octets, Charset.forName("ISO-8859-1")));
  }

  private Collection<String> secrets() throws Exception {
    Collection<String> all = new TreeSet<>();
    for (String[] line :
        new String[][] {{ANNA, ANNAS}, {BEN, BENS}, {BEN, WRONG}, {"admin", PAGES}}) {
      spell(all, line[1].getBytes(UTF_8));
      spell(all, (line[0] + ":" + line[1]).getBytes(UTF_8));
      byte[] ha1 =
          MessageDigest.getInstance("SHA-256")
              .digest((line[0] + ":phoneagent:" + line[1]).getBytes(UTF_8));
      spell(all, ha1);
    }
    int keys = 0;
    try (Connection file =
            DriverManager.getConnection(
                "jdbc:sqlite:" + directory.resolve("data").resolve("locations.db"));
        Statement statement = file.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT binding FROM phone WHERE binding IS NOT NULL")) {
      while (rows.next()) {
        Matcher key = KEY.matcher(new String(rows.getBytes(1), Charset.forName("ISO-8859-1")));
        for (; key.find(); keys++) {
          spell(all, key.group(1).getBytes(Charset.forName("ISO-8859-1")));
          all.add(key.group(2));
        }
      }
    }
    assertThat(keys).as("flow keys in the store").isGreaterThanOrEqualTo(2);
    return all;
  }

  @Test
  void standInNoLogAndNoMessageAtAnyLevel() throws Exception {
    account(ANNA, ANNAS); // output 1
    account(BEN, BENS); // 2
    Process dnsSwitch = dnsSwitch(); // 3
    String url = "https://" + await(3, "ready http=(\\S+) ").group(1);
    HttpServer firewall = firewall();
    String page = "http://127.0.0.1:" + firewall.getAddress().getPort() + "/status";
    Process anna = phone(url, ANNA, ANNAS, page); // 4
    Process ben = phone(url, BEN, BENS, page); // 5
    await(4, "flow-open");
    await(5, "flow-open");
    phone(url, BEN, WRONG, page); // 6
    await(6, "\"failed\"");
    type(anna, "call " + BEN);
    await(4, "call-established");
    await(5, "call-established");
    type(anna, "explain");
    await(4, "timeline");
    Collection<String> secrets = secrets();
    type(anna, "hangup");
    await(5, "call-ended");
    account("+15551230003", BENS); // 7
    await(3, "accounts read again");
    Path accounts = directory.resolve("accounts.json");
    Files.writeString(
        accounts, Files.readString(accounts).replace("\"ha1\"", "\"ha1\":\"x\",\"ha1\""));
    await(3, "accounts read before still hold");
    Files.writeString(accounts, "\"" + ANNAS + "\" trailing", StandardOpenOption.APPEND);
    type(ben, "quit");
    assertThat(ben.waitFor(20, TimeUnit.SECONDS)).isTrue();
    dnsSwitch.destroy();
    assertThat(dnsSwitch.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(dnsSwitch().waitFor()).as("a damaged accounts file").isNotZero(); // 8
    stop();
    firewall.stop(0);
    assertThat(shown).as("the page's password, to its server").isNotEmpty();

    StringBuilder everything = new StringBuilder();
    for (int i = 1; i <= started; i++) {
      everything.append(output(i));
    }
    String all = everything.toString();
    assertThat(all).as("the libraries' own words").contains("io.netty", "FINE: ", "TRACE", "DEBUG");
    for (String secret : secrets) {
      assertThat(all).doesNotContain(secret);
    }
    assertThat(all.toLowerCase(Locale.ROOT))
        .doesNotContain("ice-pwd")
        .doesNotContain("authorization: ")
        .doesNotContain("authorization=")
        .doesNotContain("response=\"");
  }
}

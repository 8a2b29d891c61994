// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A switch in a process of its own, on loopback. */
final class TestSwitch implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready http=(\\S+) signalling=(\\S+) .*");

  private final Path data;
  private final Process process;
  private final String address;
  private String signalling = "";

  TestSwitch(Path data, String... numbersAndSecrets) throws IOException, InterruptedException {
    this.data = data;
    Path accounts = data.resolve("accounts.json");
    for (int i = 0; i < numbersAndSecrets.length; i += 2) {
      Process added =
          program(
              "account",
              "add",
              "--accounts",
              accounts.toString(),
              "--number",
              numbersAndSecrets[i],
              "--secret",
              numbersAndSecrets[i + 1]);
      if (added.waitFor() != 0) {
        throw new IOException("no account was added");
      }
    }
    process =
        program(
            "--http",
            "127.0.0.1:0",
            "--signalling",
            "127.0.0.1:0",
            "--data",
            data.toString(),
            "--accounts",
            accounts.toString(),
            "--treat-as-public",
            "127.0.0.0/8",
            "--media-ports",
            "23000-23999");
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    address = "https://" + httpAddress(out);
  }

  /** What else is written there, such as by the logger about two configurations, is passed over. */
  private String httpAddress(BufferedReader out) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        signalling = ready.group(2);
        return ready.group(1);
      }
    }
    process.destroyForcibly();
    throw new IOException("the switch has ended before it was ready");
  }

  private static Process program(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.phoneagent.dnsswitch.DnsSwitchCommand");
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  String address() {
    return address;
  }

  /** Where SIP comes in, by UDP or TCP. */
  int signallingPort() {
    return Integer.parseInt(signalling.substring(signalling.lastIndexOf(':') + 1));
  }

  Path authority() {
    return data.resolve("ca.pem");
  }

  /** The main program of an example, in a process that trusts this switch's authority. */
  Process example(Class<?> program, String... args) throws IOException {
    Path trusted = data.resolve("trusted.p12");
    try (InputStream pem = Files.newInputStream(authority());
        OutputStream out = Files.newOutputStream(trusted)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      store.store(out, "changeit".toCharArray());
    } catch (GeneralSecurityException e) {
      throw new IOException("the authority cannot be trusted", e);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djavax.net.ssl.trustStore=" + trusted);
    command.add("-Djavax.net.ssl.trustStorePassword=changeit");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(12, TimeUnit.SECONDS).join();
  }
}

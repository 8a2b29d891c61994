// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The main job in half a minute, on loopback and without root: two firewalls with NAT in user
 * space, a switch, two phones and the phone of the backup number. Ends with 0 only if every step
 * happened.
 */
public final class Demo {
  private static final String ANNA = "+15551230001";
  private static final String BERT = "+15551230002";
  private static final String BACKUP = "+15551239999";
  private static final Tone ANNAS_TONE = new Tone(440);
  private static final Tone BERTS_TONE = new Tone(1_000);
  private static final int PATIENCE = 20;

  private final Story story = new Story();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Path home;
  private final String switchClassPath;
  private String switchUri = "";

  private Demo(Path home, String switchClassPath) {
    this.home = home;
    this.switchClassPath = switchClassPath;
  }

  /**
   * Runs it.
   *
   * @param arguments the class path of the switch
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 1) {
      System.err.println("demo: start it with bin/demo");
      System.exit(2);
    }
    Path home = Files.createTempDirectory("phoneagent-demo");
    int status = 0;
    Demo demo = new Demo(home, arguments[0]);
    try {
      demo.run();
    } catch (IOException | IllegalStateException e) {
      System.out.println("FAILED: " + e.getMessage());
      if (Files.exists(demo.log())) {
        System.out.println(Files.readString(demo.log()));
      }
      status = 1;
    } finally {
      demo.end();
      delete(home);
    }
    System.exit(status);
  }

  private static void delete(Path home) throws IOException {
    try (Stream<Path> all = Files.walk(home)) {
      all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
  }

  private void end() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  private void run() throws IOException {
    story.tell("everything runs on loopback; each phone's own address is the operating system's");
    Files.writeString(home.resolve("secret"), "demo-secret-" + story.nanos());
    for (String number : List.of(ANNA, BERT, BACKUP)) {
      addAccount(number);
    }
    startSwitch();
    Firewall home1 = opened(new Firewall("127.1.0.1", "127.11.0.11"));
    Firewall home2 = opened(new Firewall("127.2.0.1", "127.12.0.11"));
    ANNAS_TONE.write(home.resolve("anna.wav"));
    BERTS_TONE.write(home.resolve("bert.wav"));
    ChildProcess anna = phone("Anna", ANNA, "02:00:00:00:00:01", home1, "--backup", BACKUP);
    ChildProcess bert = phone("Bert", BERT, "02:00:00:00:00:02", home2);
    ChildProcess backup = phone("backup", BACKUP, "02:00:00:00:00:03", home2);
    reachable("Anna", anna, home1);
    reachable("Bert", bert, home2);
    reachable("the backup phone", backup, home2);
    callWithAudio(anna, bert);
    addressChange(anna, bert, home1);
    death(anna, bert, backup);
    story.tell("done: every step happened");
  }

  private List<String> java(String classPath, String... rest) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(classPath);
    command.addAll(List.of(rest));
    return command;
  }

  private Path log() {
    return home.resolve("log");
  }

  private void addAccount(String number) throws IOException {
    Process add =
        new ProcessBuilder(
                java(
                    switchClassPath,
                    "io.phoneagent.dnsswitch.DnsSwitchCommand",
                    "account",
                    "add",
                    "--accounts",
                    home.resolve("accounts.json").toString(),
                    "--number",
                    number,
                    "--secret-file",
                    home.resolve("secret").toString()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      if (add.waitFor() != 0) {
        throw new IOException("the account of " + number + " could not be added");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void startSwitch() throws IOException {
    ChildProcess dnsSwitch =
        opened(
            new ChildProcess(
                "the switch",
                java(
                    switchClassPath,
                    "io.phoneagent.dnsswitch.DnsSwitchCommand",
                    "--http",
                    "127.0.0.1:0",
                    "--signalling",
                    "127.0.0.1:0",
                    "--data",
                    home.resolve("switch").toString(),
                    "--accounts",
                    home.resolve("accounts.json").toString(),
                    "--treat-as-public",
                    "127.0.0.0/8"),
                log()));
    String ready = dnsSwitch.awaitLine("ready ", PATIENCE);
    String http = ready.replaceFirst(".*http=(\\S+).*", "$1");
    switchUri = "https://" + http;
    story.tell("the switch serves: %s", ready);
  }

  private ChildProcess phone(
      String name, String number, String mac, Firewall firewall, String... more)
      throws IOException {
    String tone = name.toLowerCase(Locale.ROOT);
    List<String> command =
        java(
            System.getProperty("java.class.path"),
            PhoneBehindFirewall.class.getName(),
            PhoneBehindFirewall.text(firewall.udpInside()),
            PhoneBehindFirewall.text(firewall.tcpInside()),
            "--number",
            number,
            "--secret-file",
            home.resolve("secret").toString(),
            "--switch",
            switchUri,
            "--ca",
            home.resolve("switch").resolve("ca.pem").toString(),
            "--interface",
            "lo",
            "--mac",
            mac,
            "--probe",
            firewall.statusPage(),
            "--check-every",
            "1s",
            "--treat-as-public",
            "127.0.0.0/8",
            "--record",
            home.resolve(tone + "-heard.wav").toString());
    if (Files.exists(home.resolve(tone + ".wav"))) {
      command.addAll(List.of("--play", home.resolve(tone + ".wav").toString()));
    }
    command.addAll(List.of(more));
    return opened(new ChildProcess(name, command, log()));
  }

  private void reachable(String name, ChildProcess phone, Firewall firewall) throws IOException {
    Map<String, String> leased = phone.await("leased", 0, PATIENCE);
    Map<String, String> known = phone.await("public-address", 0, PATIENCE);
    Map<String, String> registered = phone.await("registered", 0, PATIENCE);
    Map<String, String> flow = phone.await("flow-open", 0, PATIENCE);
    story.tell("%s: own address %s (the system's)", name, leased.getOrDefault("address", ""));
    story.tell(
        "%s: GET %s says the public address is %s",
        name, firewall.statusPage(), known.getOrDefault("address", ""));
    story.tell(
        "%s: registered, assigned %s over %s",
        name, registered.getOrDefault("endpoint", ""), registered.getOrDefault("transport", ""));
    story.tell("%s: flow open through %s; can be called", name, flow.getOrDefault("mapped", ""));
    if (!firewall.publicAddress().getHostAddress().equals(known.getOrDefault("address", ""))) {
      throw new IllegalStateException(name + " does not know its firewall's address");
    }
  }

  private void callWithAudio(ChildProcess anna, ChildProcess bert) throws IOException {
    int annasMark = anna.mark();
    int bertsMark = bert.mark();
    anna.say("call " + BERT);
    bert.await("call-incoming", bertsMark, PATIENCE);
    bert.say("answer");
    Map<String, String> established = anna.await("call-established", annasMark, PATIENCE);
    story.tell("Anna calls Bert; he answers");
    awaitTone(BERTS_TONE, home.resolve("anna-heard.wav"), "Anna hears Bert");
    awaitTone(ANNAS_TONE, home.resolve("bert-heard.wav"), "Bert hears Anna");
    story.tell("two-way audio through both firewalls and the switch's relay");
    anna.say("hangup " + established.getOrDefault("call", ""));
    anna.await("call-ended", annasMark, PATIENCE);
    bert.await("call-ended", bertsMark, PATIENCE);
    story.tell("Anna hangs up");
  }

  private void awaitTone(Tone tone, Path recording, String what) throws IOException {
    long deadline = story.nanos() + PATIENCE * 1_000_000_000L;
    double heard = 0;
    while (heard < 2) {
      if (story.nanos() > deadline) {
        throw new IllegalStateException(what + ": only " + heard + " s of it");
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      heard = Files.exists(recording) && Files.size(recording) > 44 ? tone.secondsIn(recording) : 0;
    }
    story.tell("%s: %.1f s of the tone of %d Hz recorded", what, heard, tone.hertz());
  }

  private void addressChange(ChildProcess anna, ChildProcess bert, Firewall firewall)
      throws IOException {
    int annasMark = anna.mark();
    int bertsMark = bert.mark();
    String before = firewall.publicAddress().getHostAddress();
    firewall.changeAddress("127.11.0.12");
    long changed = story.epochMillis();
    story.tell(
        "the public address of Anna's firewall changes from %s to 127.11.0.12; Bert calls at once",
        before);
    bert.say("call " + ANNA);
    Map<String, String> moved = anna.await("flow-moved", annasMark, PATIENCE);
    Map<String, String> ringing = bert.await("call-ringing", bertsMark, PATIENCE);
    anna.await("reregistered", annasMark, PATIENCE);
    anna.await("call-incoming", annasMark, PATIENCE);
    story.tell(
        "Anna: flow moved to %s and registered again (%s)",
        moved.getOrDefault("mapped", ""), moved.getOrDefault("cause", ""));
    story.tell(
        "back in %d ms: her phone rings, and Bert hears it",
        Long.parseLong(ringing.getOrDefault("at", "0")) - changed);
    bert.say("hangup");
    bert.await("call-ended", bertsMark, PATIENCE);
    anna.await("call-ended", annasMark, PATIENCE);
  }

  private void death(ChildProcess anna, ChildProcess bert, ChildProcess backup) throws IOException {
    int bertsMark = bert.mark();
    int backupsMark = backup.mark();
    anna.kill();
    long called = story.epochMillis();
    story.tell("Anna's phone loses its power; Bert calls her");
    bert.say("call " + ANNA);
    Map<String, String> rings = backup.await("call-incoming", backupsMark, PATIENCE);
    bert.await("call-ringing", bertsMark, PATIENCE);
    story.tell(
        "her backup number rings %d ms after the call began",
        Long.parseLong(rings.getOrDefault("at", "0")) - called);
    backup.say("answer");
    bert.await("call-established", bertsMark, PATIENCE);
    story.tell("the backup phone answers");
    bert.say("hangup");
    bert.await("call-ended", bertsMark, PATIENCE);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A SIP phone of others that is registered with our switch, and does what a test tells it. */
public final class PlainPhone implements CallEnd, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Whose phone, and what it calls what happens. */
  public enum Make {
    /** Says what it hears: its microphone is its own loudspeaker. */
    BARESIP(
        "Incoming call from",
        "Call established",
        "got re-INVITE",
        "got re-INVITE",
        "received event: '%s'",
        "terminated|session closed",
        "session closed: 486 "),
    /** Plays one file and records another. */
    LINPHONE(
        "Receiving new incoming call",
        "Media streams established",
        "has been paused by",
        "Media streams established",
        "Receiving tone %s from",
        "ended|terminated|declined|missed",
        "Call [0-9]+ with .* error");

    private final String ringing;
    private final String established;
    private final String held;
    private final String resumed;
    private final String key;
    private final String over;
    private final String refused;

    Make(
        String ringing,
        String established,
        String held,
        String resumed,
        String key,
        String over,
        String refused) {
      this.ringing = ringing;
      this.established = established;
      this.held = held;
      this.resumed = resumed;
      this.key = key;
      this.over = over;
      this.refused = refused;
    }
  }

  /**
   * Who registers how.
   *
   * @param account the number and what proves it
   * @param transport {@code udp}, {@code tcp} or {@code tls}
   * @param registrar HOST:PORT
   * @param authority the certificate that it trusts
   * @param place which of the phones on its host, from 0
   * @param traits what else it is like
   */
  public record Registration(
      Account account,
      String transport,
      String registrar,
      Path authority,
      int place,
      Set<Trait> traits) {
    /** One that has several calls, and rings for long. */
    public Registration(
        Account account, String transport, String registrar, Path authority, int place) {
      this(account, transport, registrar, authority, place, Set.of());
    }

    private boolean is(Trait trait) {
      return traits.contains(trait);
    }
  }

  /** What not every phone is like. */
  public enum Trait {
    /** It has no second call at once, and rings for 4 s only. */
    IMPATIENT,
    /** It talks for two minutes instead of saying what it hears, which baresip ends at a hold. */
    TALKING
  }

  private static final Pattern CALL_ID = Pattern.compile("[Cc]all (\\d+)\\b");

  private final Make make;
  private final Registration registration;
  private final RunningProgram program;
  private int mark;
  private int consoleMark;

  private PlainPhone(Make make, Registration registration, RunningProgram program) {
    this.make = make;
    this.registration = registration;
    this.program = program;
  }

  /** Starts it on a host of the lab that has an address. */
  public static PlainPhone start(Lab lab, Make make, String host, Registration registration) {
    String name =
        "%s-%s-%s-%d"
            .formatted(
                make.name().toLowerCase(Locale.ROOT),
                host,
                registration.transport(),
                registration.place());
    Path folder = lab.state().resolve(name);
    List<String> command =
        make == Make.BARESIP ? baresip(folder, registration) : linphone(folder, registration);
    return new PlainPhone(make, registration, lab.start(name, host, command));
  }

  private static List<String> baresip(Path folder, Registration registration) {
    directories(folder);
    file(
        folder,
        "config",
        "module_path /usr/lib/baresip/modules",
        "module g711.so",
        "module aubridge.so",
        "module aufile.so",
        "module stdio.so",
        "module_app account.so",
        "module_app menu.so",
        "call_max_calls " + (registration.is(Trait.IMPATIENT) ? 1 : 4),
        "call_local_timeout " + (registration.is(Trait.IMPATIENT) ? 4 : 120),
        "sip_cafile " + registration.authority(),
        "audio_player aubridge,mouth",
        "audio_source "
            + (registration.is(Trait.TALKING) ? "aufile," + talk(folder) : "aubridge,mouth"),
        "audio_alert aubridge,bell",
        "ringback_disabled yes"); // or the microphone would be taken from the call
    Account account = registration.account();
    file(
        folder,
        "accounts",
        "<sip:%s@%s;transport=%s>;auth_user=%s;auth_pass=%s;regint=60;answermode=manual"
            .formatted(
                account.number(),
                registration.registrar(),
                registration.transport(),
                account.number(),
                account.secret()));
    return List.of("stdbuf", "-oL", "-eL", "baresip", "-f", folder.toString());
  }

  private static Path talk(Path folder) {
    short[] once = Signals.speech(9, 5);
    short[] all = new short[24 * once.length];
    for (int at = 0; at < all.length; at += once.length) {
      System.arraycopy(once, 0, all, at, once.length);
    }
    Path file = folder.resolve("talk.wav");
    Wav.write(file, all);
    return file;
  }

  private static List<String> linphone(Path folder, Registration registration) {
    directories(folder.resolve(".local/share/linphone"));
    Account account = registration.account();
    String domain = registration.registrar().substring(0, registration.registrar().indexOf(':'));
    String configuration =
        file(
            folder,
            "linphonerc",
            "[sip]",
            "default_proxy=0",
            "sip_port=-1",
            "sip_tcp_port=-1",
            "sip_tls_port=-1",
            "root_ca=" + registration.authority(),
            "inc_timeout=" + (registration.is(Trait.IMPATIENT) ? 4 : 120),
            "[misc]",
            "max_calls=" + (registration.is(Trait.IMPATIENT) ? 1 : 4),
            "[rtp]",
            "audio_rtp_port=" + (7078 + 10 * registration.place()),
            "[proxy_0]",
            "reg_proxy=<sip:%s;transport=%s>"
                .formatted(registration.registrar(), registration.transport()),
            "reg_identity=sip:%s@%s".formatted(account.number(), domain),
            "reg_expires=60",
            "reg_sendregister=1",
            "[auth_info_0]",
            "username=" + account.number(),
            "passwd=" + account.secret());
    return List.of("env", "HOME=" + folder, "stdbuf", "-oL", "linphonec", "-c", configuration);
  }

  /** Plays this in calls from now on, and records what it hears; where it can. */
  public void sounds(Path played, Path heard) {
    if (make == Make.LINPHONE) {
      program.type("soundcard use files");
      program.type("play " + played);
      program.type("record " + heard);
    }
  }

  /** Whether it says what it hears instead of something of its own. */
  public boolean echoes() {
    return make == Make.BARESIP;
  }

  /** The number and what proves it. */
  public Account account() {
    return registration.account();
  }

  @Override
  public String number() {
    return account().number();
  }

  @Override
  public void turnPage() {
    mark = program.lines().size();
    consoleMark = program.errors().length();
  }

  @Override
  public void call(String number) {
    turnPage();
    tell("/dial " + number, "call " + number);
  }

  @Override
  public void awaitRinging() {
    awaitLine(make.ringing);
  }

  @Override
  public void answer() {
    tell("/accept", "answer");
  }

  @Override
  public void awaitEstablished() {
    awaitLine(make.established);
  }

  @Override
  public void hold() {
    tell("/hold", "pause");
  }

  @Override
  public void resume() {
    tell("/resume", "resume");
  }

  @Override
  public boolean hasBeenHeld() {
    return hasSaid(make.held);
  }

  @Override
  public boolean hasBeenResumed() {
    return hasSaid(make.resumed);
  }

  @Override
  public void press(char key) {
    program.type(String.valueOf(key));
  }

  @Override
  public boolean hasHeard(char key) {
    return hasSaid(make.key.formatted(Pattern.quote(String.valueOf(key))));
  }

  @Override
  public void transfer(String number) {
    String where = "sip:" + number + "@" + registration.registrar();
    tell("/transfer " + where, "transfer " + where);
  }

  /** Joins the other ends of its two calls. */
  public void joinCalls() {
    if (make != Make.LINPHONE) {
      throw new IllegalStateException("Debian's baresip joins no calls");
    }
    // It numbers them over its whole life, and says so.
    List<String> ids =
        program.lines().stream()
            .map(CALL_ID::matcher)
            .filter(Matcher::find)
            .map(m -> m.group(1))
            .distinct()
            .toList();
    program.type("transfer " + ids.get(ids.size() - 1) + " --to-call " + ids.get(ids.size() - 2));
  }

  @Override
  public void hangUp() {
    tell("/hangup", "terminate");
  }

  @Override
  public void awaitOver() {
    // Of a call of less than a second baresip says so only when it is asked.
    Awaitility.await(this + " has no call")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              if (make == Make.BARESIP) {
                program.type("/listcalls");
              }
              return hasSaid(make.over) || saidOnConsole("Active calls (0)");
            });
  }

  @Override
  public void awaitRefused() {
    awaitLine(make.refused);
  }

  private void tell(String baresip, String linphone) {
    program.type(make == Make.LINPHONE ? linphone : baresip);
  }

  private boolean hasSaid(String wanted) {
    Pattern pattern = Pattern.compile(wanted);
    return program.linesFrom(mark).stream().anyMatch(line -> pattern.matcher(line).find());
  }

  private boolean saidOnConsole(String text) {
    return program.errors().indexOf(text, consoleMark) >= 0;
  }

  /** A line that matches somewhere; the programs colour theirs. */
  private void awaitLine(String wanted) {
    Pattern pattern = Pattern.compile(wanted);
    int from = mark;
    program.awaitLine(from, line -> pattern.matcher(line).find(), PATIENCE);
  }

  /** The program. */
  public RunningProgram program() {
    return program;
  }

  /** What it is, for people. */
  @Override
  public String toString() {
    return make.name().toLowerCase(Locale.ROOT) + " over " + registration.transport();
  }

  private static void directories(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String file(Path folder, String name, String... lines) {
    try {
      return Files.write(folder.resolve(name), List.of(lines)).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    program.close();
  }
}

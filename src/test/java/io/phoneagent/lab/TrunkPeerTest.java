// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our end of the trunk, against SIPp and baresip: what passes here is not our invention alone. */
@InLab
final class TrunkPeerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String ROUTER = "198.51.100.1";

  private static Lab lab;

  @BeforeAll
  static void build() {
    lab = Lab.up();
  }

  @AfterAll
  static void end() {
    lab.close();
  }

  private static TrunkPeer trunk(int port) {
    return TrunkPeer.start(lab, "pstn", TestBed.TRUNK + ":" + port, ROUTER + ":" + port);
  }

  private static List<String> sipp(String... arguments) {
    return Sipp.command(lab.state(), List.of(arguments));
  }

  @Test
  void callsSippAndHangsUp() {
    try (RunningProgram sipp =
            lab.start("sipp-uas", "internet", sipp("-sn", "uas", "-i", ROUTER, "-p", "5070"));
        TrunkPeer trunk = trunk(5070)) {
      trunk.call("a", "+15551230001", "hang-up=200");
      trunk.answered("a", 180, PATIENCE);
      trunk.answered("a", 200, PATIENCE);
      Event ended = trunk.ended("a", PATIENCE);
      assertThat(ended.at() - trunk.invited("a").at()).isGreaterThan(200);
      assertThat(sipp.alive()).isTrue();
    }
  }

  @Test
  void answersSippsCalls() {
    try (TrunkPeer trunk = trunk(5071)) {
      trunk.incoming("answer");
      Outcome sipp =
          lab.exec(
              "internet",
              sipp("-sn", "uac", "-i", ROUTER, "-p", "5071", "-m", "3", TestBed.TRUNK + ":5071")
                  .toArray(String[]::new));
      assertThat(sipp.exitCode()).as(sipp.toString()).isZero();
      assertThat(trunk.events().named("rung")).hasSize(3);
      assertThat(trunk.events().named("error")).isEmpty();
    }
  }

  @Test
  void cancelsACallThatRings() {
    try (TrunkPeer called = TrunkPeer.start(lab, "internet", ROUTER + ":5072", "127.0.0.1:9");
        TrunkPeer caller = trunk(5072)) {
      caller.call("a", "+15551230001", "cancel=0");
      caller.answered("a", 487, PATIENCE);
      called.events().await("cancelled", PATIENCE);
      caller.call("b", "+15551230001", "give-up=300");
      caller.answered("b", 487, PATIENCE);
    }
  }

  @Test
  void callsEveryTenthOfASecond() {
    try (TrunkPeer called = TrunkPeer.start(lab, "internet", ROUTER + ":5073", "127.0.0.1:9");
        TrunkPeer caller = trunk(5073)) {
      caller.say("repeat x +15551230001 100 cancel=0");
      caller.answered("x20", 180, PATIENCE);
      caller.say("repeat-stop");
      double took = caller.invited("x20").at() - caller.invited("x1").at();
      assertThat(took).isBetween(1890.0, 2000.0);
      assertThat(called.events().named("rung")).hasSizeGreaterThanOrEqualTo(20);
    }
  }

  @Test
  void callsTwoNumbersAtOnceAndTellsWhatBecameOfEachCall() {
    try (TrunkPeer called = TrunkPeer.start(lab, "internet", ROUTER + ":5075", "127.0.0.1:9");
        TrunkPeer caller = trunk(5075)) {
      caller.say("repeat x- +15551230001 100 cancel=0 tell=rang");
      caller.say("repeat y- +15551230002 100 cancel=0 tell=rang after=50");
      caller.events().await(0, rang("x-", 5), PATIENCE, "the fifth call of x");
      caller.say("repeat-stop x-");
      called.incoming("486");
      Event busy =
          caller
              .events()
              .await(0, e -> e.body().path("status").asInt() == 486, PATIENCE, "a busy phone");
      caller.say("repeat-stop");

      assertThat(busy.text("series")).isEqualTo("y-");
      assertThat(caller.events().all()).extracting(Event::name).containsOnly("ready", "rang");
      assertThat(caller.events().find(0, rang("x-", 7))).isEmpty();
      Event x = caller.events().await(0, rang("x-", 3), PATIENCE, "x-3");
      Event y = caller.events().await(0, rang("y-", 3), PATIENCE, "y-3");
      assertThat(x.body().has("status")).isFalse();
      assertThat(invited(y) - invited(x)).isBetween(30.0, 70.0);
      assertThat(x.at() - invited(x)).isCloseTo(x.body().path("after").asDouble(), within(1.0));
    }
  }

  private static double invited(Event call) {
    return call.body().path("invited").asDouble();
  }

  private static Predicate<Event> rang(String series, int count) {
    return event ->
        event.text("series").equals(series) && event.body().path("count").asInt() == count;
  }

  @Test
  void hearsWhatBaresipPlays() throws IOException {
    Path folder = Files.createDirectories(lab.state().resolve("baresip"));
    short[] voice = Signals.speech(3, 4);
    Path played = folder.resolve("played.wav");
    Path heard = folder.resolve("heard.wav");
    Wav.write(played, voice);
    Files.writeString(
        folder.resolve("config"),
        String.join(
            "\n",
            "sip_listen " + ROUTER + ":5074",
            "module_path " + baresipModules(),
            "module g711.so",
            "module aufile.so",
            "module_app account.so",
            "module_app menu.so",
            "audio_source aufile," + played,
            "audio_player aufile," + folder.resolve("out.wav"),
            ""));
    Files.writeString(folder.resolve("contacts"), "");
    Files.writeString(
        folder.resolve("accounts"), "<sip:b@" + ROUTER + ">;regint=0;audio_codecs=PCMU/8000/1\n");
    try (TrunkPeer trunk = trunk(5074)) {
      trunk.incoming("answer", "record=" + heard);
      RunningProgram baresip =
          lab.start(
              "baresip",
              "internet",
              List.of(
                  "baresip",
                  "-f",
                  folder.toString(),
                  "-e",
                  "/dial sip:+15551239999@" + TestBed.TRUNK + ":5074"));
      try (baresip) {
        Event answered = trunk.events().await("answered", PATIENCE);
        double talked = answered.at() + 3000;
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> System.currentTimeMillis() > talked || !baresip.alive());
        trunk.say("bye " + answered.text("id"));
        Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(heard));
      }
    }
    Signals.Heard result = Signals.compare(voice, Wav.read(heard));
    assertThat(result.correlation()).isGreaterThan(0.97);
    assertThat(result.heardMillis()).isGreaterThan(2000);
    assertThat(result.longestGapMillis()).isLessThan(200);
  }

  private static String baresipModules() throws IOException {
    try (Stream<Path> found =
        Files.find(
            Path.of("/usr/lib"), 4, (path, kind) -> path.endsWith("baresip/modules/g711.so"))) {
      String module = found.map(Path::toString).findFirst().orElseThrow();
      return module.substring(0, module.lastIndexOf('/'));
    }
  }
}

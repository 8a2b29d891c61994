// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A gateway's restart, and how it finds its call agent again, on virtual time. */
final class GatewayLifeTest {
  private static final String AT = " aaln/1@rgw-2567.example.net MGCP 1.0\n";

  private long restarts(Rig rig) {
    return rig.sent.stream().filter(text -> text.startsWith("RSIP")).distinct().count();
  }

  private static Rig slow() {
    return new Rig(GatewayOptions.of(Rig.DOMAIN));
  }

  @Test
  void theRestartWaitsForItsRandomDelay() {
    Rig rig = slow();
    rig.gateway.start();
    rig.seconds(299.9);
    assertThat(rig.sent).isEmpty();
    rig.seconds(0.1);
    assertThat(rig.last()).startsWith("RSIP");
    rig.ok();
    assertThat(rig.heard).containsExactly("in service: restart");
  }

  @Test
  void whoLiftsTheHandsetNeedNotWait() {
    Rig rig = slow();
    rig.gateway.start();
    rig.lift();
    assertThat(rig.last()).startsWith("RSIP").contains("RM: restart");
    rig.ok();
    assertThat(rig.gateway.isInService()).isTrue();
  }

  @Test
  void aCommandBeforeTheRestartIsKnownIsRefusedAndHurriesIt() {
    Rig rig = slow();
    rig.gateway.start();
    rig.receive("RQNT 1" + AT + "X: 1\nR: L/hd\n");
    assertThat(rig.sent.get(0)).startsWith("RSIP");
    assertThat(rig.sent.get(1)).isEqualTo("405 1 restarting\n");
    assertThat(rig.code("AUEP 2" + AT)).isEqualTo(200);
    rig.receive("200 " + Wire.command(rig.sent.get(0)).transaction() + " OK\n");
    assertThat(rig.code("RQNT 3" + AT + "X: 1\nR: L/hd\n")).isEqualTo(200);
  }

  @Test
  void aRestartThatNobodyAnswersIsRepeatedAsARestart() {
    Rig rig = new Rig();
    rig.gateway.start();
    rig.seconds(3_600);
    assertThat(rig.heard).containsExactly("disconnected");
    assertThat(rig.silent).containsExactly(Rig.CA);
    assertThat(restarts(rig)).isBetween(7L, 14L);
    assertThat(rig.sent).allMatch(text -> text.contains("RM: restart\n"));
    rig.sent.clear();
    while (rig.sent.isEmpty()) {
      rig.seconds(1);
    }
    rig.ok();
    assertThat(rig.heard).endsWith("in service: restart");
  }

  @Test
  void aRefusedRestartIsRepeatedAfterAPause() {
    Rig rig = new Rig();
    rig.gateway.start();
    rig.seconds(0);
    rig.receive("500 " + rig.lastTransaction() + " unknown\n");
    assertThat(rig.gateway.isInService()).isFalse();
    rig.seconds(11.2);
    assertThat(restarts(rig)).isEqualTo(1);
    rig.seconds(0.1);
    assertThat(restarts(rig)).isEqualTo(2);
  }

  @Test
  void callAgentsThatReferToEachOtherAreNotFollowedForEver() {
    Rig rig = new Rig();
    rig.gateway.start();
    rig.seconds(0);
    for (int i = 0; i < 20; i++) {
      boolean first = rig.sentTo.get(rig.sentTo.size() - 1).equals(Rig.CA);
      rig.receive(
          "521 " + rig.lastTransaction() + "\nN: " + (first ? "ca2" : "ca1") + ".example.net\n",
          first ? Rig.CA : Rig.CA2);
    }
    assertThat(restarts(rig)).isEqualTo(6);
    assertThat(rig.heard).containsExactly("disconnected");
  }

  @Test
  void aCallAgentThatDoesNotKnowTheGatewayIsNotCalledSilent() {
    Rig rig = new Rig();
    rig.gateway.start();
    rig.seconds(0);
    rig.receive("500 " + rig.lastTransaction() + " unknown endpoint\n");
    assertThat(rig.heard).containsExactly("refused: 500 unknown endpoint");
    rig.seconds(25);
    assertThat(restarts(rig)).isGreaterThan(1);
    rig.ok();
    assertThat(rig.heard).containsExactly("refused: 500 unknown endpoint", "in service: restart");
  }

  @Test
  void aRedirectionToAStrangerIsNotFollowed() {
    Rig rig = new Rig();
    rig.gateway.start();
    rig.seconds(0);
    rig.receive("521 " + rig.lastTransaction() + "\nN: evil.example.net\n");
    assertThat(rig.sentTo).containsOnly(Rig.CA);
    assertThat(rig.gateway.isInService()).isFalse();
  }

  @Test
  void aSilentCallAgentIsTriedAtItsOtherAddressAndThenLost() {
    Rig rig = new Rig().started();
    rig.ask("RQNT 1" + AT + "X: 1\nN: ca1.example.net\nR: L/hd\n");
    rig.lift();
    rig.seconds(20);
    assertThat(rig.sentTo).contains(Rig.CA, Rig.CA2);
    assertThat(rig.heard).containsExactly("disconnected");
    assertThat(rig.silent).hasToString("[192.0.2.1:2727, 192.0.2.2:2727]");
    rig.seconds(7.5);
    assertThat(rig.last()).startsWith("RSIP").contains("RM: disconnected\n");
    rig.ok();
    assertThat(rig.heard).containsExactly("disconnected", "in service: disconnected");
    assertThat(rig.code("RQNT 2" + AT + "X: 2\nR: L/hu\n")).isEqualTo(200);
    rig.putDown();
    assertThat(rig.last()).contains("X: 2\nO: L/hu\n");
  }

  @Test
  void connectionsOutliveADisconnection() {
    Rig rig = new Rig().started();
    rig.ask("CRCX 1" + AT + "C: 1\nM: inactive\n");
    rig.lift();
    rig.seconds(27.5);
    rig.ok();
    assertThat(rig.ask("AUEP 2" + AT + "F: I\n")).isEqualTo("200 2 OK\nI: 80000000\n");
  }

  @Test
  void aCommandOfTheLostCallAgentIsAnsweredBehindTheRestart() {
    Rig rig = new Rig().started();
    rig.lift();
    rig.seconds(20);
    rig.sent.clear();
    rig.receive("AUEP 9" + AT);
    assertThat(rig.sent.get(0)).startsWith("RSIP").contains("RM: disconnected\n");
    assertThat(rig.sent.get(1)).isEqualTo("200 9 OK\n");
  }

  @Test
  void usersDoNotMakeALostGatewayHurryMoreThanOnceInFifteenSeconds() {
    Rig rig = new Rig().started();
    rig.lift();
    rig.seconds(20);
    rig.sent.clear();
    for (int i = 0; i < 600; i++) {
      rig.line.flash();
      rig.seconds(0.5);
    }
    assertThat(restarts(rig)).isBetween(8L, 20L);
  }

  @Test
  void stoppedItEndsCallsAndIsSilent() {
    Rig rig = new Rig().started();
    rig.ask("CRCX 1" + AT + "C: 1\nM: inactive\nX: 1\nS: L/rg\n");
    rig.gateway.stop(false, () -> rig.heard.add("gone"));
    assertThat(rig.heard).containsExactly("gone");
    assertThat(rig.media.done).endsWith("close");
    assertThat(rig.phone.rings).isFalse();
    rig.sent.clear();
    rig.lift();
    rig.seconds(3_600);
    assertThat(rig.sent).isEmpty();
    assertThat(rig.time.pendingTimers()).isZero();
  }

  @Test
  void aForcedLeaveThatNobodyAnswersEndsAllTheSame() {
    Rig rig = new Rig().started();
    rig.gateway.stop(true, () -> rig.heard.add("gone"));
    rig.seconds(20);
    assertThat(rig.heard).containsExactly("gone");
  }

  /** 1,000 gateways of a town: none comes later than the longest delay, and they are spread. */
  @Test
  void aTownsRestartsAreSpread() {
    int[] perMinute = new int[10];
    for (int i = 0; i < 1_000; i++) {
      double part = i / 1_000.0;
      RestartState.Step step =
          new RestartState.Off()
              .on(
                  RestartEvent.START,
                  0,
                  new RestartState.Times(
                      Duration.ofMinutes(10), Duration.ZERO, Duration.ZERO, Duration.ZERO),
                  () -> part);
      RestartState.Effect.Wait wait = (RestartState.Effect.Wait) step.effects().get(0);
      perMinute[(int) wait.pause().toMinutes()]++;
    }
    assertThat(perMinute).containsOnly(100);
  }

  @Test
  void aLineIsThereOnce() {
    Rig rig = new Rig();
    List<String> names = List.of(rig.line.name().toString(), rig.line2.name().toString());
    assertThat(names).containsExactly("aaln/1@rgw-2567.example.net", "aaln/2@rgw-2567.example.net");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rig.gateway.line(2, rig.phone, rig.media));
  }
}

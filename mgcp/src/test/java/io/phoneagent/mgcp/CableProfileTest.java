// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A call agent of a cable network, which speaks the profile NCS 1.0 of PacketCable. */
final class CableProfileTest {
  private static final String AT = " AALN/1@RGW-2567.example.net MGCP 1.0 NCS 1.0\n";
  private static final String NOTIFY = "aaln/1@rgw-2567.example.net MGCP 1.0 NCS 1.0\n";

  private final Rig rig = new Rig().started();
  private int transaction = 230_621_082;

  private void request(String lines) {
    assertThat(rig.ask("RQNT " + ++transaction + AT + lines))
        .isEqualTo("200 " + transaction + " OK\n");
  }

  /** What was notified, without its transaction and what it confirms. */
  private String said() {
    return rig.last().replaceFirst("NTFY \\d+ ", "NTFY ").replaceFirst("K: .*\n", "");
  }

  @Test
  void itsNotificationsAreInTheProfile() {
    request("X: 3d00e\nR: hd\n");
    rig.lift();
    assertThat(said()).isEqualTo("NTFY " + NOTIFY + "X: 3d00e\nO: L/hd\n");
    int ours = rig.lastTransaction();
    rig.sent.clear();
    rig.receive(
        "200 "
            + ours
            + " OK\n.\nRQNT 230621090"
            + AT
            + "K: 230614237\nX: 3d33000\nR: L/hf, L/hu\n");
    assertThat(rig.sent).containsExactly("200 230621090 OK\n");
    rig.line.flash();
    assertThat(said()).isEqualTo("NTFY " + NOTIFY + "X: 3d33000\nO: L/hf\n");
  }

  @Test
  void soIsItsRestartWhereThatIsSet() {
    Rig fresh =
        new Rig(GatewayOptions.of(Rig.DOMAIN).waitingAtMost(Duration.ZERO).inProfile("NCS 1.0"));
    fresh.gateway.start();
    fresh.seconds(0);
    assertThat(fresh.last())
        .startsWith("RSIP ")
        .contains(" *@rgw-2567.example.net MGCP 1.0 NCS 1.0\nRM: restart\n");
    fresh.ok();
    fresh.lift();
    assertThat(fresh.last()).startsWith("NTFY ").contains(" MGCP 1.0 NCS 1.0\n");
  }

  @Test
  void digitsAreEventsOfTheLine() {
    rig.lift();
    rig.ok();
    request("X: 1\nR: hu, [0-9*#T](D)\nD: (xx*|x.T)\nS: dl\n");
    assertThat(rig.phone.tone).isEqualTo("L/dl");
    rig.dial("12*");
    assertThat(said()).isEqualTo("NTFY " + NOTIFY + "X: 1\nO: L/1, L/2, L/*\n");
    rig.ok();
    request("X: 2\nR: L/hu, L/[0-9*#T](D)\n");
    rig.dial("5");
    rig.seconds(4);
    assertThat(said()).isEqualTo("NTFY " + NOTIFY + "X: 2\nO: L/5, L/t\n");
    rig.ok();
    request("X: 3\nR: x, hu\n");
    rig.dial("#");
    rig.dial("7");
    assertThat(said()).endsWith("X: 3\nO: L/7\n");
  }

  @Test
  void whoAsksForThemInPackageDIsToldThemThere() {
    rig.lift();
    rig.ok();
    request("X: 3d33000\nR: D/[0-9*#T](D)\nD: (0xT|xxxxxxxxxx)\n");
    rig.dial("06");
    rig.seconds(4);
    assertThat(said()).isEqualTo("NTFY " + NOTIFY + "X: 3d33000\nO: D/0, D/6, D/T\n");
  }

  @Test
  void tonesOfOtherPackagesAreItsOwn() {
    rig.lift();
    rig.ok();
    request("X: 1\nR: hu, oc\nS: rt(to=500)\n");
    assertThat(rig.phone.done).endsWith("play L/rt");
    assertThat(Tone.of(EventName.of("L", "rt")).hertz()).containsExactly(440, 480);
    rig.seconds(0.5);
    assertThat(said()).isEqualTo("NTFY " + NOTIFY + "X: 1\nO: L/oc(L/rt)\n");
    rig.ok();
    request("X: 2\nR: hu\nS: L/cf, L/5\n");
    assertThat(rig.phone.done).contains("once L/cf", "once L/5");
    assertThat(Tone.of(EventName.of("L", "5")).hertz()).containsExactly(770, 1336);
  }

  @Test
  void aFaxIsAnEventOfTheLine() {
    request("X: 1\nR: hd, ft\n");
    rig.line.toneDetected("ft");
    assertThat(said()).isEqualTo("NTFY " + NOTIFY + "X: 1\nO: L/ft\n");
    rig.ok();
    assertThat(rig.code("RQNT 9" + AT + "X: 2\nR: mt\n"))
        .as("its media hear no modem")
        .isEqualTo(512);
  }

  /** In each row "~" ends a line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          RQNT 1 aaln/1@gw MGCP 1.0~X: 1~S: L/vmwi(+)~R: L/ft | 522
          RQNT 1 aaln/1@gw MGCP 1.0~X: 1~R: L/5 | 522
          RQNT 1 aaln/1@gw MGCP 1.0~X: 1~S: L/rt | 522
          RQNT 1 aaln/1@gw MGCP 1.0 NCS 1.0~X: 1~S: L/rt | 402
          RQNT 1 aaln/1@gw MGCP 1.0 ncs 1.0~X: 1~R: L/l | 512
          RQNT 1 aaln/1@gw MGCP 1.0 NCS 1.0~X: 1~R: L/zz | 522
          RQNT 1 aaln/1@gw MGCP 1.0 TGCP 1.0~X: 1~S: L/rt | 522
          CRCX 1 AALN/1@gw MGCP 1.0 NCS 1.0~C: 1~M: inactive~L: p:20, a:PCMU, dq-gi:A735C2 | 200
          CRCX 1 AALN/1@gw MGCP 1.0 NCS 1.0~C: 1~M: inactive~L: p:20, sc-rtp:62/51 | 525
          AUEP 1 AALN/*@gw MGCP 1.0 NCS 1.0 | 200
          """)
  void namesOfTheProfileAreForThoseWhoSpeakIt(String text, int code) {
    String command = text.replace("@gw", "@" + Rig.DOMAIN).replace('~', '\n');
    assertThat(rig.code(command + "\n")).isEqualTo(code);
  }

  @Test
  void itSaysWhichVersionsItSpeaks() {
    assertThat(rig.ask("AUEP 1" + AT + "F: VS\n"))
        .isEqualTo("200 1 OK\nVS: MGCP 1.0, MGCP 1.0 NCS 1.0\n");
  }

  @Test
  void whatIsNoProfileIsNotSaidAgain() {
    rig.ask("AUEP 1 aaln/1@rgw-2567.example.net MGCP 1.0 " + "x".repeat(65) + "\n");
    rig.ask("AUEP 2 aaln/1@rgw-2567.example.net MGCP 1.0 \u00e9\n");
    rig.lift();
    assertThat(rig.last()).contains(" MGCP 1.0\n");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EndpointTest {
  private static final String AT = " aaln/1@rgw-2567.example.net MGCP 1.0\n";
  private static final String SDP = "\nv=0\nc=IN IP4 192.0.2.9\nm=audio 4000 RTP/AVP 0\n";

  private final Rig rig = new Rig().started();
  private int transaction = 100;

  private String request(String lines) {
    return rig.ask("RQNT " + transaction++ + AT + "X: 1F\n" + lines);
  }

  private void lines(String lines) {
    assertThat(request(lines)).startsWith("200");
  }

  private String observed() {
    return Wire.command(rig.last()).parameter(ParameterName.OBSERVED_EVENTS).orElseThrow();
  }

  private int notifications() {
    return (int) rig.sent.stream().filter(text -> text.startsWith("NTFY")).distinct().count();
  }

  /** In each row "/" ends a line. The phone is on the hook, and there are no connections. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1 | 200
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0 | 510
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: xyz | 510
          RQNT 1 aaln/3@rgw-2567.example.net MGCP 1.0~X: 1 | 500
          RQNT 1 aaln/1@other.example.net MGCP 1.0~X: 1 | 500
          RQNT 1 $@rgw-2567.example.net MGCP 1.0~X: 1 | 503
          RQNT 1 *@rgw-2567.example.net MGCP 1.0~X: 1 | 200
          RQNT 1 ds/*@rgw-2567.example.net MGCP 1.0~X: 1 | 500
          FOOO 1 aaln/1@rgw-2567.example.net MGCP 1.0 | 504
          NTFY 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~O: L/hd | 504
          RSIP 1 aaln/1@rgw-2567.example.net MGCP 1.0~RM: restart | 504
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~X+a: 1 | 511
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~X-a: 1 | 200
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~N: ca@evil.example.net | 539
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~N: a b | 510
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~R: L/hd( | 510
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~R: L/zz | 522
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~R: Q/zz | 518
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~R: R/qa | 512
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~R: G/mt | 512
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~R: L/hd(Y) | 523
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~R: L/hu | 402
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~R: D/1(D) | 519
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~R: L/hd(E(R(D/1(D)))) | 519
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~R: D/1(D)~D: (1E) | 537
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~R: L/hd(E(D((1E)))) | 537
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~S: L/dl | 402
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~S: L/wt | 402
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~S: L/rg(to=x) | 538
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~S: L/rg,L/rg | 523
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~S: L/vmwi(x) | 538
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~S: L/hd | 522
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~S: G/it | 513
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~S: L/rg@1 | 513
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~S: Q/rg | 518
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~Q: never | 508
          RQNT 1 aaln/1@rgw-2567.example.net MGCP 1.0~X: 1~T: L/zz | 522
          EPCF 1 aaln/1@rgw-2567.example.net MGCP 1.0~B: e:none | 539
          CRCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~M: inactive | 510
          CRCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: 1 | 510
          CRCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: call~M: inactive | 510
          CRCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: 1~M: never | 517
          CRCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: 1~M: sendrecv | 527
          CRCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: 1~M: inactive~~hello | 509
          CRCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: 1~M: inactive~L: zz:1 | 525
          CRCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: 1~M: inactive~Z2: aaln/2@x | 507
          CRCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: 1~M: inactive~R: L/hd | 510
          CRCX 1 *@rgw-2567.example.net MGCP 1.0~C: 1~M: inactive | 503
          MDCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: 1~I: 1 | 515
          MDCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: 1 | 510
          DLCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: 1~I: 1 | 515
          DLCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~C: 1 | 516
          DLCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~I: 1 | 510
          DLCX 1 *@rgw-2567.example.net MGCP 1.0~C: 1~I: 1 | 510
          AUCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~I: 1~F: C | 515
          AUCX 1 aaln/1@rgw-2567.example.net MGCP 1.0~F: C | 510
          AUEP 1 aaln/1@rgw-2567.example.net MGCP 1.0 | 200
          AUEP 1 aaln/1@rgw-2567.example.net MGCP 1.0~F: R,YY | 539
          AUEP 1 *@rgw-2567.example.net MGCP 1.0~F: R | 510
          """)
  void eachCommandHasItsCode(String text, int code) {
    assertThat(rig.code(text.replace('~', '\n') + "\n")).isEqualTo(code);
    if (code >= 400) {
      assertThat(rig.phone.done).isEmpty();
      assertThat(rig.media.done).isEmpty();
    }
  }

  @Test
  void theOffHookPhoneIsNotRungNorWaitedFor() {
    rig.lift();
    String notify = rig.last();
    assertThat(request("R: L/hd\n")).startsWith(notify + ".\n401 ");
    rig.receive("200 " + Wire.command(notify).transaction() + " OK\n");
    assertThat(request("R: L/hd\n")).startsWith("401");
    assertThat(request("S: L/rg\n")).startsWith("401");
    assertThat(request("R: L/hu\nS: L/dl\n")).startsWith("200");
  }

  @Test
  void strangersAreNotHeard() {
    rig.receive("RQNT 1" + AT + "X: 1\nS: L/rg\n", Rig.STRANGER);
    rig.receive("garbage", Rig.STRANGER);
    assertThat(rig.sent).isEmpty();
    assertThat(rig.phone.done).isEmpty();
  }

  @Test
  void persistentEventsAreToldThoughNobodyAsked() {
    rig.lift();
    assertThat(rig.last()).contains("X: 0\nO: L/hd\n");
    rig.ok();
  }

  @Test
  void inStepOneNotificationAnswersOneRequest() {
    lines("R: D/[0-9](N)\n");
    rig.dial("1");
    assertThat(observed()).isEqualTo("D/1");
    rig.dial("2");
    rig.ok();
    rig.dial("3");
    assertThat(notifications()).isEqualTo(1);
    lines("R: D/[0-9](N)\n");
    assertThat(observed()).isEqualTo("D/2");
    rig.ok();
    lines("R: D/[0-9](A),L/hd(N)\n");
    rig.lift();
    assertThat(observed()).isEqualTo("D/3, L/hd");
  }

  @Test
  void inLoopEachAnswerFreesTheNextNotification() {
    lines("R: D/[0-9](N)\nQ: loop\n");
    rig.dial("123");
    assertThat(notifications()).isEqualTo(1);
    rig.ok();
    assertThat(observed()).isEqualTo("D/2");
    rig.ok();
    assertThat(observed()).isEqualTo("D/3");
    rig.ok();
    rig.dial("4");
    assertThat(notifications()).isEqualTo(4);
  }

  @Test
  void whatIsKeptMayBeDiscarded() {
    lines("R: D/[0-9](N)\n");
    rig.dial("12");
    rig.ok();
    lines("R: D/[0-9](N)\nQ: discard\n");
    assertThat(notifications()).isEqualTo(1);
    rig.dial("3");
    assertThat(observed()).isEqualTo("D/3");
  }

  @Test
  void onlyWhatIsToBeDetectedIsKept() {
    lines("R: D/1(N)\nT: D/7\n");
    rig.dial("1");
    rig.dial("17");
    rig.ok();
    lines("R: D/[0-9](N)\n");
    assertThat(observed()).isEqualTo("D/7");
  }

  @Test
  void aRequestDuringANotificationIsAnsweredBehindItsRepetition() {
    lines("R: D/[0-9](N)\n");
    rig.dial("1");
    String notify = rig.last();
    rig.dial("2");
    assertThat(rig.ask("RQNT 777" + AT + "X: 2F\nR: D/[0-9](N)\n"))
        .isEqualTo(notify + ".\n200 777 OK\n");
    assertThat(notifications()).isEqualTo(2);
    rig.receive("200 " + Wire.command(notify).transaction() + " OK\n");
    assertThat(rig.last()).contains("X: 2F\nO: D/2\n");
  }

  @Test
  void aKeptOffHookAnswersTheRequestForIt() {
    lines("R: D/1(N)\n");
    rig.dial("1");
    rig.ok();
    rig.lift();
    lines("R: L/hd(N)\n");
    assertThat(observed()).isEqualTo("L/hd");
  }

  @Test
  void whatIsKeptIsBounded() {
    lines("R: D/[0-9](N)\n");
    rig.dial("1".repeat(1_000));
    rig.ok();
    lines("R: D/[0-9](A)\n");
    assertThat(rig.line.detection().observed()).hasSizeLessThan(101);
    assertThat(notifications()).isEqualTo(2);
  }

  @Test
  void signalsOfARequestReplaceThoseBefore() {
    rig.lift();
    rig.ok();
    lines("R: L/hu\nS: L/dl\n");
    lines("R: L/hu\nS: L/dl\n");
    assertThat(rig.phone.done).containsExactly("play L/dl");
    lines("R: L/hu\nS: L/bz\n");
    lines("R: L/hu\n");
    assertThat(rig.phone.done).containsExactly("play L/dl", "silence", "play L/bz", "silence");
  }

  @Test
  void aTimeOutSignalThatGoesOnKeepsItsTime() {
    rig.lift();
    rig.ok();
    lines("R: L/oc, L/hu\nS: L/dl\n");
    rig.seconds(10);
    lines("R: L/oc, L/hu\nS: L/dl(to=60000)\n");
    rig.seconds(5.9);
    assertThat(rig.phone.tone).isEqualTo("L/dl");
    rig.seconds(0.1);
    assertThat(rig.phone.tone).isEmpty();
    assertThat(observed()).isEqualTo("L/oc(L/dl)");
  }

  @Test
  void aSignalLastsAsLongAsItIsTold() {
    rig.lift();
    rig.ok();
    lines("R: L/oc\nS: L/bz(to=2000)\n");
    rig.seconds(2);
    assertThat(observed()).isEqualTo("L/oc(L/bz)");
    rig.ok();
    lines("R: L/oc\nS: L/ot\n");
    rig.seconds(100_000);
    assertThat(rig.phone.tone).isEqualTo("L/ot");
  }

  @Test
  void anOnOffSignalStaysUntilItIsTurnedOff() {
    lines("S: L/vmwi(+)\n");
    lines("R: L/hd\n");
    assertThat(rig.phone.done).containsExactly("messages true");
    lines("S: L/vmwi(-)\n");
    assertThat(rig.phone.done).containsExactly("messages true", "messages false");
  }

  @Test
  void anEventEndsSignalsUnlessTheyAreKept() {
    rig.lift();
    rig.ok();
    lines("R: D/1(K,A), D/2(A), L/hu(N)\nS: L/dl\n");
    rig.dial("3");
    rig.dial("1");
    assertThat(rig.phone.tone).isEqualTo("L/dl");
    rig.dial("2");
    assertThat(rig.phone.tone).isEmpty();
  }

  @Test
  void anIgnoredEventIsNotTold() {
    lines("R: L/hd(I)\n");
    rig.lift();
    assertThat(notifications()).isZero();
  }

  @Test
  void ringsInTheCadenceOfTheSignal() {
    lines("R: L/hd\nS: L/r3\n");
    StringBuilder rings = new StringBuilder();
    for (int i = 0; i < 62; i++) {
      rings.append(rig.phone.rings ? '#' : '.');
      rig.seconds(0.1);
    }
    assertThat(rings).hasToString("####..####..########" + ".".repeat(40) + "##");
    rig.seconds(180);
    assertThat(rig.phone.rings).isFalse();
  }

  @Test
  void whoCallsIsKnownWhenTheRingingBegins() {
    lines("S: L/rg,L/ci(11/29/16/30,\"5551234\",\"J\u00c3\u00b6rg\")\n");
    assertThat(rig.phone.done).containsExactly("caller 5551234 J\u00f6rg", "ring");
  }

  @Test
  void aSplashRingsOnce() {
    lines("S: L/rs\n");
    rig.seconds(60);
    assertThat(rig.phone.done).containsExactly("ring", "quiet");
  }

  @Test
  void liftingTheHandsetEndsTheRingingAtOnce() {
    lines("R: D/1(N)\nS: L/rg\n");
    rig.dial("1");
    rig.ok();
    lines("R: D/1(N)\nS: L/rg\n");
    rig.dial("1");
    assertThat(rig.phone.rings).isFalse();
    rig.ok();
    lines("R: D/1(N)\nS: L/rg\n");
    assertThat(rig.phone.rings).isTrue();
    rig.line.digit('2');
    rig.dial("1");
    rig.lift();
    assertThat(rig.phone.rings).isFalse();
  }

  @Test
  void digitsAreCollectedUntilTheMapIsSatisfied() {
    rig.lift();
    rig.ok();
    lines("R: D/[0-9#*T](D), L/hu(N)\nS: L/dl\nD: (0T|[1-7]xxx|9011x.T)\n");
    rig.dial("1");
    assertThat(rig.phone.tone).isEmpty();
    rig.seconds(15.9);
    rig.dial("23");
    rig.seconds(15.9);
    assertThat(notifications()).isEqualTo(1);
    rig.dial("4");
    assertThat(observed()).isEqualTo("D/1, D/2, D/3, D/4");
    rig.ok();
    rig.seconds(60);
    assertThat(notifications()).isEqualTo(2);
  }

  @Test
  void theShortTimerRunsWhereOnlyItIsMissing() {
    rig.lift();
    rig.ok();
    lines("R: D/[0-9#*T](D)\nD: (0T|[1-7]xxx|9011x.T)\n");
    rig.dial("0");
    rig.seconds(3.9);
    assertThat(notifications()).isEqualTo(1);
    rig.seconds(0.1);
    assertThat(observed()).isEqualTo("D/0, D/T");
  }

  @Test
  void theLongTimerEndsWhatNobodyFinishes() {
    rig.lift();
    rig.ok();
    lines("R: D/[0-9#*T](D)\nD: (0T|[1-7]xxx|9011x.T)\n");
    rig.dial("12");
    rig.seconds(15.9);
    assertThat(notifications()).isEqualTo(1);
    rig.seconds(0.1);
    assertThat(observed()).isEqualTo("D/1, D/2, D/T");
  }

  @Test
  void withoutTheTimerAmongTheEventsNoneRuns() {
    rig.lift();
    rig.ok();
    lines("R: D/[0-9#*](D), L/hu\nD: (0T|[1-7]xxx)\n");
    rig.dial("12");
    rig.seconds(1_000);
    assertThat(notifications()).isEqualTo(1);
    rig.dial("3#");
    assertThat(observed()).isEqualTo("D/1, D/2, D/3, D/#");
  }

  @Test
  void theDigitMapStaysForLaterRequests() {
    lines("R: L/hd(N)\nD: (xx)\n");
    lines("R: D/[0-9](D)\n");
    rig.dial("12");
    assertThat(observed()).isEqualTo("D/1, D/2");
  }

  @Test
  void anEmbeddedRequestMayBringItsMap() {
    lines("R: L/hd(A,E(R(D/[0-9](D)),S(L/dl),D((xxx))))\nD: (xx)\n");
    rig.lift();
    rig.dial("123");
    assertThat(observed()).isEqualTo("L/hd, D/1, D/2, D/3");
  }

  @Test
  void anEventWithNotifyAndEmbeddedRequestInLoop() {
    lines("R: L/hd(N,E(R(D/[0-9](N)),S(L/dl)))\nQ: loop\n");
    rig.lift();
    assertThat(observed()).isEqualTo("L/hd");
    assertThat(rig.phone.tone).isEqualTo("L/dl");
    rig.dial("5");
    rig.ok();
    assertThat(observed()).isEqualTo("D/5");
  }

  @Test
  void connectionsAreBoundedAndNamedOnce() {
    for (int i = 0; i < 4; i++) {
      assertThat(rig.code("CRCX " + (i + 1) + AT + "C: 1\nM: inactive\n")).isEqualTo(200);
    }
    assertThat(rig.line.connections().ids()).doesNotHaveDuplicates().hasSize(4);
    assertThat(rig.code("CRCX 9" + AT + "C: 1\nM: inactive\n")).isEqualTo(540);
  }

  @Test
  void whatTheMediaRefuseIsRefusedAndNothingElseDone() {
    rig.media.refusal = 534;
    assertThat(rig.code("CRCX 1" + AT + "C: 1\nM: inactive\nX: 2\nS: L/rg\n")).isEqualTo(534);
    assertThat(rig.phone.done).isEmpty();
    assertThat(rig.line.connections().ids()).isEmpty();
    rig.media.refusal = 0;
    rig.ask("CRCX 2" + AT + "C: 1\nM: inactive\n");
    rig.media.refusal = 506;
    assertThat(rig.code("MDCX 3" + AT + "C: 1\nI: 80000000\nM: sendrecv\n" + SDP)).isEqualTo(506);
    assertThat(rig.ask("AUCX 4" + AT + "I: 80000000\nF: M\n")).endsWith("M: inactive\n");
  }

  @Test
  void aCommandThatIsRefusedOpensNoMedia() {
    assertThat(rig.code("CRCX 1" + AT + "C: 1\nM: inactive\nX: 2\nR: L/hu\n")).isEqualTo(402);
    assertThat(rig.media.done).isEmpty();
  }

  @Test
  void aConnectionIsOfOneCall() {
    rig.ask("CRCX 1" + AT + "C: 1\nM: inactive\n");
    assertThat(rig.code("MDCX 2" + AT + "C: 2\nI: 80000000\nM: recvonly\n")).isEqualTo(516);
    assertThat(rig.code("DLCX 3" + AT + "C: 2\nI: 80000000\n")).isEqualTo(516);
    assertThat(rig.code("DLCX 4" + AT + "C: 1\nI: 80000000\n")).isEqualTo(250);
  }

  @Test
  void anyFreeEndpointIsChosen() {
    rig.lift();
    rig.ok();
    String answer = rig.ask("CRCX 1 aaln/$@rgw-2567.example.net MGCP 1.0\nC: 1\nM: inactive\n");
    assertThat(answer).contains("Z: aaln/2@rgw-2567.example.net\n");
    assertThat(rig.code("CRCX 2 $@rgw-2567.example.net MGCP 1.0\nC: 1\nM: inactive\n"))
        .isEqualTo(410);
  }

  @Test
  void theModesAreSwappedWhereTheEventSaysSo() {
    rig.ask("CRCX 1" + AT + "C: 1\nM: sendrecv\n" + SDP);
    rig.ask("CRCX 2" + AT + "C: 2\nM: inactive\n" + SDP);
    rig.lift();
    rig.ok();
    lines("R: L/hf(S,N)\n");
    rig.line.flash();
    assertThat(rig.media.done)
        .containsExactly("open sendrecv", "open inactive", "change inactive", "change sendrecv");
    assertThat(observed()).isEqualTo("L/hf");
  }

  @Test
  void eventsOfMediaNameTheirConnection() {
    rig.ask("CRCX 1" + AT + "C: 1\nM: inactive\n");
    lines("R: R/ma@80000000(N)\n");
    rig.line.mediaEvent("80000000", "ma");
    assertThat(observed()).isEqualTo("R/ma@80000000");
    rig.line.mediaEvent("1", "ma");
    assertThat(notifications()).isEqualTo(1);
  }

  @Test
  void aTonesDetectionIsTold() {
    lines("R: G/ft(N)\n");
    rig.line.toneDetected("ft");
    assertThat(observed()).isEqualTo("G/ft");
  }

  @Test
  void theNotifiedEntityIsThatOfTheLastCommand() {
    lines("N: ca@ca2.example.net\nR: L/hd\n");
    rig.lift();
    assertThat(rig.sentTo).endsWith(Rig.CA2);
    rig.receive("200 " + rig.lastTransaction() + " OK\nN: ca1.example.net\n", Rig.CA2);
    rig.line.mediaEvent("1", "ma");
    lines("R: D/1\n");
    rig.dial("1");
    assertThat(rig.sentTo).endsWith(Rig.CA);
    assertThat(rig.last()).contains("N: ca1.example.net:2727\n");
  }

  @Test
  void anEmptyNotifiedEntityIsWhoSentTheCommand() {
    rig.receive("RQNT 1" + AT + "N:\nX: 1\nR: L/hd\n", Rig.CA2);
    rig.lift();
    assertThat(rig.sentTo).endsWith(Rig.CA2);
  }

  @Test
  void aFloodOfRequestsLeavesNothingBehind() {
    for (int i = 1; i <= 20_000; i++) {
      rig.receive("RQNT " + i + AT + "X: 1\nR: L/hd(N)\nS: L/rg\n");
      if (i % 100 == 0) {
        rig.seconds(1);
      }
    }
    assertThat(rig.gateway.transactions()).isLessThanOrEqualTo(1_024);
    rig.seconds(400);
    assertThat(rig.gateway.transactions()).isZero();
    assertThat(rig.time.pendingTimers()).isLessThan(3);
    List<String> codes = rig.sent.stream().map(text -> text.substring(0, 3)).distinct().toList();
    assertThat(codes).containsExactlyInAnyOrder("200", "409");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Account;
import io.phoneagent.lab.Capture;
import io.phoneagent.lab.Forger;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.OwnPhone;
import io.phoneagent.lab.PlainPhone;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import io.phoneagent.lab.TrunkPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a forger can do by UDP to a plain phone's calls. Who sends from outside under the phone's
 * own address knows no tags; who knows them, as he has read along somewhere, sends from elsewhere.
 */
@InLab
@SideBySide
final class ForgedPacketsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Account LIN = Account.of("+15551230301");

  private static TestBed bed;
  private static PlainPhone linphone;
  private static OwnPhone ours;
  private static TrunkPeer trunk;
  private static String flow;

  @BeforeAll
  static void build() throws Exception {
    bed = TestBed.up(Numbers.ANN, LIN);
    bed.lab().lease("phone2");
    bed.lab().lease("phone1b");
    linphone =
        PlainPhone.start(
            bed.lab(),
            PlainPhone.Make.LINPHONE,
            "phone2",
            new PlainPhone.Registration(LIN, "udp", TestBed.SWITCH + ":5060", bed.authority(), 0));
    Path sounds = Files.createDirectories(bed.lab().state().resolve("sounds"));
    Voice lins = Voice.of(sounds, 2);
    linphone.sounds(lins.played(), lins.heard());
    Voice anns = Voice.of(sounds, 1);
    ours = new OwnPhone(bed.phone("phone1", Numbers.ANN, anns.options()).awaitReachable());
    trunk = bed.trunk();
    trunk.incoming("ring");
    Pattern reached =
        Pattern.compile(Pattern.quote(LIN.number()) + " is reached at udp ([0-9.]+:[0-9]+)");
    Awaitility.await("linphone is registered")
        .atMost(PATIENCE)
        .until(() -> reached.matcher(bed.dnsSwitch().program().errors()).find());
    Matcher found = reached.matcher(bed.dnsSwitch().program().errors());
    assertThat(found.find()).isTrue();
    flow = found.group(1);
  }

  @AfterAll
  static void end() {
    linphone.close();
    bed.close();
  }

  /** What names a dialog, as linphone's end writes it, and the transaction that began it. */
  private record Names(String callId, String own, String other, String branch, String sentBy) {}

  private static String request(
      String method, String uri, Names names, String from, String to, String more) {
    return method
        + " "
        + uri
        + " SIP/2.0\r\nVia: SIP/2.0/UDP "
        + names.sentBy()
        + ";branch="
        + names.branch()
        + ";rport\r\nMax-Forwards: 70\r\nFrom: <sip:"
        + from
        + "@203.0.113.100>;tag="
        + names.own()
        + "\r\nTo: <sip:"
        + to
        + "@203.0.113.100>"
        + (names.other().isEmpty() ? "" : ";tag=" + names.other())
        + "\r\nCall-ID: "
        + names.callId()
        + "\r\nCSeq: 77 "
        + method
        + "\r\nContact: <sip:evil@203.0.113.66:5060>\r\n"
        + more;
  }

  private static final String NOBODY = "203.0.113.66:5060";
  private static final String EMPTY = "Content-Length: 0\r\n\r\n";

  private static String withSdp(String host) {
    String sdp =
        "v=0\r\no=- 9 9 IN IP4 %1$s\r\ns=-\r\nc=IN IP4 %1$s\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
            .formatted(host);
    return "Content-Type: application/sdp\r\nContent-Length: " + sdp.length() + "\r\n\r\n" + sdp;
  }

  /** Everything that would end, move or make something, in the name of linphone. */
  private static List<String> attempts(Names names) {
    String lin = LIN.number();
    String ann = Numbers.ANN.number();
    String uri = "sip:switch@203.0.113.100:5060";
    String refer = "Refer-To: <sip:" + TestBed.OUTSIDE + "@203.0.113.100>\r\n" + EMPTY;
    return List.of(
        request("BYE", uri, names, lin, ann, EMPTY),
        request("INVITE", uri, names, lin, ann, withSdp("203.0.113.66")),
        request("UPDATE", uri, names, lin, ann, withSdp("203.0.113.66")),
        request("REFER", uri, names, lin, ann, refer),
        request("INFO", uri, names, lin, ann, EMPTY),
        request("CANCEL", uri, names, lin, ann, EMPTY));
  }

  /** The same outside of any dialog. */
  private static List<String> beginnings(String branch) {
    Names none = new Names("forged" + branch, "mine", "", "z9hG4bK" + branch, NOBODY);
    String lin = LIN.number();
    String out = "sip:" + TestBed.OUTSIDE + "@203.0.113.100:5060";
    return List.of(
        request("INVITE", out, none, lin, TestBed.OUTSIDE, withSdp("203.0.113.66")),
        request(
            "REFER",
            "sip:" + LIN.number() + "@203.0.113.100",
            none,
            lin,
            LIN.number(),
            "Refer-To: <sip:" + TestBed.OUTSIDE + "@203.0.113.100>\r\n" + EMPTY),
        request("REGISTER", "sip:203.0.113.100", none, lin, lin, "Expires: 60\r\n" + EMPTY),
        request("REGISTER", "sip:203.0.113.100", none, lin, lin, "Expires: 0\r\n" + EMPTY));
  }

  private static String answer(Names names) {
    return "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 203.0.113.100:5060;branch="
        + names.branch()
        + "\r\nFrom: <sip:"
        + Numbers.ANN.number()
        + "@203.0.113.100>;tag="
        + names.other()
        + "\r\nTo: <sip:"
        + LIN.number()
        + "@203.0.113.100>;tag=evil\r\nCall-ID: "
        + names.callId()
        + "\r\nCSeq: 1 INVITE\r\nContact: <sip:evil@203.0.113.66:5060>\r\n"
        + withSdp("203.0.113.66");
  }

  /** Both still hear each other's keys, and nobody was called but them. */
  private static void theyStillTalk() {
    ours.turnPage();
    linphone.turnPage();
    ours.press('1');
    Awaitility.await("its key").atMost(PATIENCE).until(() -> linphone.hasHeard('1'));
    linphone.press('2');
    Awaitility.await("her key").atMost(PATIENCE).until(() -> ours.hasHeard('2'));
    assertThat(trunk.events().named("rung")).isEmpty();
    assertThat(ours.process().events().named("call-held")).isEmpty();
  }

  private static Names read(Capture capture) {
    capture.stop();
    List<List<String>> said =
        capture.fields(
            "sip.Request-Line matches \"^INVITE\"",
            "sip.Call-ID",
            "sip.from.tag",
            "sip.Via.branch");
    List<List<String>> answered =
        capture.fields(
            "sip.Status-Code == 180 || sip.Status-Code == 200", "sip.Call-ID", "sip.to.tag");
    List<String> invite = said.get(said.size() - 1);
    String own =
        answered.stream()
            .filter(line -> line.get(0).equals(invite.get(0)))
            .map(line -> line.get(1))
            .filter(tag -> !tag.isEmpty())
            .findFirst()
            .orElse("none");
    return new Names(invite.get(0), own, invite.get(1), invite.get(2).split(",", -1)[0], NOBODY);
  }

  @Test
  void nothingForgedEndsMovesOrMakesACall() {
    Forger outside = new Forger(bed.lab(), "internet");
    Forger neighbour = new Forger(bed.lab(), "phone1b");
    Capture capture = bed.lab().capture("phone2", "udp", "port", "5060");
    linphone.turnPage();
    ours.call(LIN.number());
    linphone.awaitRinging();

    // It rings: the caller waits for an answer.
    final Names ringing = read(capture);
    Names guessed = new Names(ringing.callId(), "a1b2", "c3d4", "z9hG4bKguess", NOBODY);
    outside.send(flow, List.of(answer(guessed)));
    outside.send(TestBed.TRUNK + ":5060", List.of(answer(ringing)));
    outside.send(NOBODY, List.of(answer(ringing)));
    assertThat(neighbour.ask(List.of(answer(ringing))).came()).isZero();
    assertThat(neighbour.ask(attempts(ringing)).came()).isZero();
    assertThat(ours.process().events().named("call-established")).isEmpty();

    linphone.answer();
    ours.awaitEstablished();
    theyStillTalk();
    // Under the phone's own address, without its tags; and with a nonce that it was never given.
    outside.send(flow, attempts(guessed));
    outside.send(flow, beginnings("flow"));
    theyStillTalk();
    // With its tags, from elsewhere: over the trunk's address, from anywhere, through another NAT.
    Names copied = new Names(ringing.callId(), ringing.own(), ringing.other(), "z9hG4bKx", NOBODY);
    outside.send(TestBed.TRUNK + ":5060", attempts(copied));
    outside.send(NOBODY, attempts(copied));
    Forger.Answers within = neighbour.ask(attempts(copied));
    assertThat(within.firstLines())
        .allMatch(line -> line.equals("SIP/2.0 481 Call/Transaction Does Not Exist"));
    assertThat(within.came()).isLessThanOrEqualTo(within.sent());
    theyStillTalk();
    Forger.Answers without = neighbour.ask(beginnings("near"));
    assertThat(without.firstLines()).isNotEmpty().allMatch(line -> line.startsWith("SIP/2.0 40"));
    assertThat(without.came()).isLessThanOrEqualTo(3 * without.sent());
    theyStillTalk();
    linphone.turnPage();
    ours.hangUp();
    linphone.awaitOver();

    // Its registration is what it was.
    linphone.turnPage();
    ours.call(LIN.number());
    linphone.awaitRinging();
    ours.hangUp();
    linphone.awaitOver();
    assertThat(trunk.events().named("rung")).isEmpty();
  }
}

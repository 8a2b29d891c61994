// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The encodings and flows of RFC 3435, appendices F and G, between a gateway and a call agent that
 * is the test. Names that the gateway chooses are put in place of those of the RFC.
 */
final class RfcExamplesTest {
  private static final String AT = " aaln/1@rgw-2567.example.net MGCP 1.0\n";
  private static final String SDP =
      """

      v=0
      o=- 25678 753849 IN IP4 128.96.41.1
      s=-
      c=IN IP4 128.96.41.1
      t=0 0
      m=audio 3456 RTP/AVP 0
      """;
  private static final String OTHER_SDP =
      """

      v=0
      o=- 4723891 7428910 IN IP4 128.96.63.25
      s=-
      c=IN IP4 128.96.63.25
      t=0 0
      m=audio 1296 RTP/AVP 0
      """;

  private final Rig rig = new Rig().started();

  /** The RFC's connection for ours. */
  private static String theirs(String text) {
    return text.replace("80000000", "FDE234C8");
  }

  private static String ours(String text) {
    return text.replace("FDE234C8", "80000000");
  }

  private String ask(String text) {
    return theirs(rig.ask(ours(text)));
  }

  /** The last command that was sent, under another transaction. */
  private String said(int transaction) {
    return theirs(rig.last()).replaceFirst(" \\d+ ", " " + transaction + " ");
  }

  @Test
  void notificationRequest() {
    assertThat(
            ask(
                "RQNT 1201"
                    + AT
                    + "N: ca@ca1.example.net:5678\nX: 0123456789AC\nR: L/hd(N)\nS: L/rg\n"))
        .isEqualTo("200 1201 OK\n");
    assertThat(rig.phone.rings).isTrue();
  }

  @Test
  void embeddedRequestWithDigitMapAndItsNotification() {
    assertThat(
            ask(
                "RQNT 1202"
                    + AT
                    + "N: ca@ca1.example.net:5678\nX: 0123456789AC\n"
                    + "R: L/hd(A, E(S(L/dl),R(L/oc, L/hu, D/[0-9#*T](D))))\n"
                    + "D: (0T|00T|#xxxxxxx|*xx|91xxxxxxxxxx|9011x.T)\nS:\nT: G/ft\n"))
        .isEqualTo("200 1202 OK\n");
    rig.lift();
    assertThat(rig.phone.tone).isEqualTo("L/dl");
    rig.dial("912018294266");
    assertThat(rig.phone.tone).isEmpty();
    assertThat(said(2002))
        .isEqualTo(
            "NTFY 2002"
                + AT
                + "N: ca@ca1.example.net:5678\nX: 0123456789AC\n"
                + "O: L/hd, D/9, D/1, D/2, D/0, D/1, D/8, D/2, D/9, D/4, D/2, D/6, D/6\n");
    rig.ok();
  }

  @Test
  void createConnection() {
    assertThat(ask("CRCX 1204" + AT + "C: A3C47F21456789F0\nL: p:10, a:PCMU\nM: recvonly\n"))
        .isEqualTo("200 1204 OK\nI: FDE234C8\n" + SDP);
    assertThat(rig.media.done).containsExactly("open recvonly");
  }

  @Test
  void createConnectionWithDescriptionAndRequest() {
    assertThat(
            ask(
                "CRCX 1206"
                    + AT
                    + "C: A3C47F21456789F0\nL: p:10, a:PCMU\nM: inactive\n"
                    + "N: ca@ca1.example.net:5678\nX: 0123456789AD\nR: L/hd\nS: L/rg\n"
                    + OTHER_SDP))
        .isEqualTo("200 1206 OK\nI: FDE234C8\n" + SDP);
    assertThat(rig.phone.rings).isTrue();
    rig.lift();
    assertThat(said(2003))
        .isEqualTo("NTFY 2003" + AT + "N: ca@ca1.example.net:5678\nX: 0123456789AD\nO: L/hd\n");
    assertThat(rig.phone.rings).isFalse();
  }

  /** What the confirmation covers is over: its command is not answered any more. */
  @Test
  void createConnectionThatConfirmsTheResponseBefore() {
    String first =
        "CRCX 1205"
            + AT
            + "C: A3C47F21456789F0\nL: p:10, a:PCMU\nM: sendrecv\nX: 0123456789AD\nR: L/hd\n"
            + "S: L/rg\n"
            + OTHER_SDP;
    assertThat(ask(first)).isEqualTo("200 1205 OK\nI: FDE234C8\n" + SDP);
    assertThat(ask(first)).isEqualTo("200 1205 OK\nI: FDE234C8\n" + SDP);
    assertThat(rig.media.done).containsExactly("open sendrecv");
    assertThat(
            ask(
                "CRCX 1206"
                    + AT
                    + "K: 1205\nC: A3C47F21456789F0\nL: p:10, a:PCMU\nM: inactive\n"
                    + OTHER_SDP))
        .startsWith("200 1206 OK\nI: 80000001\n");
    rig.sent.clear();
    rig.receive(first);
    assertThat(rig.sent).isEmpty();
  }

  /** Section 3.4.1: descriptions are between the call agent and the media, octet for octet. */
  @Test
  void aSessionDescriptionIsCarriedAsItIs() {
    String described =
        """
        v=0
        o=- A7453949499 0 IN IP4 128.96.41.1
        s=-
        c=IN IP4 128.96.41.1
        t=0 0
        m=audio 3456 RTP/AVP 0 96
        a=rtpmap:96 G726-32/8000
        """
            .replace("\n", "\r\n");
    ask("CRCX 1207" + AT + "C: A3C47F21456789F0\nM: sendrecv\n\n" + described);
    assertThat(rig.media.remote).contains(described);
    assertThat(ask("AUCX 1208" + AT + "I: FDE234C8\nF: RC\n"))
        .isEqualTo("200 1208 OK\n\n" + described.replace("\r\n", "\n"));
  }

  @Test
  void provisionalResponseWithDescription() {
    MgcpResponse response = Wire.response("100 1206 Pending\nI: DFE233D1\n" + OTHER_SDP);
    assertThat(response.isProvisional()).isTrue();
    assertThat(response.parameter(ParameterName.CONNECTION_ID)).contains("DFE233D1");
    assertThat(
            Wire.response("200 1206 OK\nK:\nI: DFE233D1\n").parameter(ParameterName.RESPONSE_ACK))
        .contains("");
    assertThat(Wire.response("000 1206\n").isAcknowledgement()).isTrue();
  }

  private void connect() {
    ask("CRCX 1204" + AT + "C: A3C47F21456789F0\nL: p:10, a:PCMU\nM: recvonly\n");
  }

  @Test
  void modifyConnection() {
    rig.lift(); // else a tone that it is to hear is refused
    rig.ok();
    connect();
    assertThat(
            ask(
                "MDCX 1209"
                    + AT
                    + "C: A3C47F21456789F0\nI: FDE234C8\nN: ca@ca1.example.net\nM: sendrecv\n"
                    + OTHER_SDP))
        .isEqualTo("200 1209 OK\n");
    assertThat(
            ask(
                "MDCX 1210"
                    + AT
                    + "C: A3C47F21456789F0\nI: FDE234C8\nM: recvonly\nX: 0123456789AE\nR: L/hu\n"
                    + "S: G/rt\n"))
        .isEqualTo("200 1210 OK\n");
    assertThat(rig.media.done)
        .containsExactly("open recvonly", "change sendrecv", "change recvonly");
    assertThat(rig.phone.tone).isEqualTo("G/rt");
  }

  @Test
  void aModificationThatChangesTheDescriptionTellsIt() {
    connect();
    assertThat(ask("MDCX 1211" + AT + "C: A3C47F21456789F0\nI: FDE234C8\nL: p:20, a:PCMA\n"))
        .isEqualTo("200 1211 OK\n" + SDP.replace("AVP 0", "AVP 8"));
  }

  @Test
  void deleteConnectionByTheCallAgent() {
    connect();
    assertThat(ask("DLCX 1210" + AT + "C: A3C47F21456789F0\nI: FDE234C8\n"))
        .isEqualTo("250 1210 OK\nP: PS=1245, OS=62345, PR=780, OR=45123, PL=10, JI=27, LA=48\n");
    assertThat(rig.media.done).endsWith("close");
  }

  @Test
  void deleteConnectionByTheGateway() {
    connect();
    assertThat(rig.line.connectionFailed("80000000", new ReasonCode(900, "- Hardware error")))
        .isTrue();
    assertThat(said(1310))
        .isEqualTo(
            "DLCX 1310"
                + AT
                + "C: A3C47F21456789F0\nI: FDE234C8\nE: 900 - Hardware error\n"
                + "P: PS=1245, OS=62345, PR=780, OR=45123, PL=10, JI=27, LA=48\n");
    rig.receive("250 " + rig.lastTransaction() + " OK\n");
    assertThat(rig.line.connectionFailed("80000000", ReasonCode.MALFUNCTION)).isFalse();
  }

  @Test
  void deleteAllConnectionsOfACallOrOfTheEndpoint() {
    connect();
    ask("CRCX 1205" + AT + "C: A3C47F21456789F0\nM: inactive\n");
    assertThat(ask("DLCX 1210" + AT + "C: A3C47F21456789F0\n")).isEqualTo("250 1210 OK\n");
    connect();
    rig.ask("CRCX 1305" + AT + "C: A3C47F21456789F1\nM: inactive\n");
    assertThat(ask("DLCX 1211" + AT)).isEqualTo("250 1211 OK\n");
    rig.ask("CRCX 1306 aaln/2@rgw-2567.example.net MGCP 1.0\nC: 1\nM: inactive\n");
    assertThat(ask("DLCX 1212 aaln/*@rgw-2567.example.net MGCP 1.0\n")).isEqualTo("250 1212 OK\n");
    assertThat(rig.media.done.stream().filter("close"::equals).count()).isEqualTo(4);
  }

  @Test
  void auditAllEndpoints() {
    assertThat(ask("AUEP 1200 *@rgw-2567.example.net MGCP 1.0\n"))
        .isEqualTo("200 1200 OK\nZ: aaln/1@rgw-2567.example.net\nZ: aaln/2@rgw-2567.example.net\n");
  }

  @Test
  void auditCapabilities() {
    assertThat(ask("AUEP 1201" + AT + "F: A\n"))
        .isEqualTo(
            """
            200 1201 OK
            A: a:PCMU;PCMA, p:10-30, e:on, s:off, v:L;D;G;R, m:sendonly;recvonly;sendrecv;inactive
            A: a:G729, p:20, e:on, s:on, v:L;D;G;R, m:sendonly;recvonly;sendrecv;inactive
            """);
  }

  @Test
  void auditEndpoint() {
    connect();
    ask(
        "RQNT 1202"
            + AT
            + "N: ca@ca1.example.net:5678\nX: 0123456789B0\n"
            + "R: L/hd(A,E(R(L/hu(N),D/[0-9](D)),S(L/dl),D((1xx))))\nS: L/vmwi(+)\n"
            + "D: (xx)\nQ: loop\n");
    assertThat(ask("AUEP 2002" + AT + "F: R,D,S,X,N,I,T,O,ES\n"))
        .isEqualTo(
            """
            200 2002 OK
            R: L/hd(A,E(R(L/hu(N), D/[0-9](D)),S(L/dl),D((1xx))))
            D: (xx)
            S: L/vmwi(+)
            X: 0123456789B0
            N: ca@ca1.example.net:5678
            I: FDE234C8
            T: L/hd
            O:
            ES: L/hu
            """);
    assertThat(ask("AUEP 1203" + AT + "F: R,S,D,X,N,I,O,Q,T,ES,B,E,RM,RD,PL,MD\n"))
        .isEqualTo(
            """
            200 1203 OK
            R: L/hd(A,E(R(L/hu(N), D/[0-9](D)),S(L/dl),D((1xx))))
            S: L/vmwi(+)
            D: (xx)
            X: 0123456789B0
            N: ca@ca1.example.net:5678
            I: FDE234C8
            O:
            Q: process,loop
            T: L/hd
            ES: L/hu
            B: e:mu
            E: 000 Nominal
            RM: restart
            RD: 0
            PL: L:1,D:1,G:1,R:1
            MD: 65535
            """);
  }

  @Test
  void auditConnection() {
    connect();
    ask(
        "MDCX 1209"
            + AT
            + "C: A3C47F21456789F0\nI: FDE234C8\nN: ca@ca1.example.net:5678\nM: sendrecv\n"
            + OTHER_SDP);
    assertThat(ask("AUCX 2003" + AT + "I: FDE234C8\nF: C,N,L,M,LC,P\n"))
        .isEqualTo(
            """
            200 2003 OK
            C: A3C47F21456789F0
            N: ca@ca1.example.net:5678
            L: p:10, a:PCMU
            M: sendrecv
            P: PS=1245, OS=62345, PR=780, OR=45123, PL=10, JI=27, LA=48
            """
                + SDP);
    assertThat(ask("AUCX 2004" + AT + "I: FDE234C8\nF: RC,LC\n"))
        .isEqualTo("200 2004 OK\n" + SDP + OTHER_SDP);
    rig.ask("CRCX 2005" + AT + "C: 1\nM: inactive\n");
    assertThat(rig.ask("AUCX 2006" + AT + "I: 80000001\nF: RC\n"))
        .isEqualTo("200 2006 OK\n\nv=0\n");
  }

  @Test
  void configureEndpoint() {
    assertThat(ask("EPCF 1211" + AT + "B: e:A\n")).isEqualTo("200 1211 OK\n");
    assertThat(ask("AUEP 1212" + AT + "F: B\n")).isEqualTo("200 1212 OK\nB: e:A\n");
  }

  @Test
  void restartInProgress() {
    Rig fresh = new Rig();
    fresh.gateway.start();
    fresh.seconds(0);
    assertThat(fresh.last().replaceFirst(" \\d+ ", " 1200 "))
        .isEqualTo("RSIP 1200 *@rgw-2567.example.net MGCP 1.0\nRM: restart\n");
    fresh.receive("200 " + fresh.lastTransaction() + " OK\nN: ca@ca2.example.net\n");
    assertThat(fresh.gateway.isInService()).isTrue();
    fresh.lift();
    assertThat(fresh.sentTo).endsWith(Rig.CA2);
  }

  @Test
  void restartRedirectedToAnotherCallAgent() {
    Rig fresh = new Rig();
    fresh.gateway.start();
    fresh.seconds(0);
    fresh.receive("521 " + fresh.lastTransaction() + " Redirected\nN: ca@ca2.example.net\n");
    assertThat(fresh.sentTo).containsExactly(Rig.CA, Rig.CA2);
    assertThat(fresh.last()).startsWith("RSIP").endsWith("RM: restart\n");
    fresh.receive("200 " + fresh.lastTransaction() + " OK\n", Rig.CA2);
    assertThat(fresh.gateway.isInService()).isTrue();
  }

  @Test
  void gracefulRestartAndItsCancelling() {
    rig.gateway.leaveGracefully(Duration.ofMinutes(5));
    assertThat(said(1200))
        .isEqualTo("RSIP 1200 *@rgw-2567.example.net MGCP 1.0\nRM: graceful\nRD: 300\n");
    rig.ok();
    assertThat(ask("AUEP 1" + AT + "F: RM\n")).isEqualTo("200 1 OK\nRM: graceful\n");
    rig.gateway.cancelLeaving();
    assertThat(said(1201)).contains("RM: cancel-graceful\n");
    rig.ok();
    rig.gateway.stop(true, () -> rig.heard.add("gone"));
    assertThat(said(1202)).contains("RM: forced\n");
    rig.ok();
    assertThat(rig.heard).containsExactly("gone");
  }

  /** Appendix G.1: a gateway restarts, says what it has, and each of its lines is told to wait. */
  @Test
  void restartOfAGateway() {
    Rig fresh = new Rig();
    fresh.gateway.start();
    fresh.seconds(0);
    assertThat(fresh.last().replaceFirst(" \\d+ ", " 1200 "))
        .isEqualTo("RSIP 1200 *@rgw-2567.example.net MGCP 1.0\nRM: restart\n");
    fresh.receive("200 " + fresh.lastTransaction() + " OK\n");
    assertThat(fresh.ask("AUEP 1201 aaln/*@rgw-2567.example.net MGCP 1.0\n"))
        .isEqualTo("200 1201 OK\nZ: aaln/1@rgw-2567.example.net\nZ: aaln/2@rgw-2567.example.net\n");
    assertThat(fresh.ask("AUEP 1202" + AT + "F: ES, I\n")).isEqualTo("200 1202 OK\nES: L/hu\nI:\n");
    assertThat(fresh.ask("RQNT 1203" + AT + "X: 1\nR: L/hd(N)\nS:\n")).startsWith("200 1203");
    fresh.lift();
    assertThat(fresh.last()).contains("X: 1\nO: L/hd\n");
  }

  /** Section 3.5.5: what is carried with a response is executed like any other command. */
  @Test
  void aPiggyBackedCommand() {
    connect();
    rig.line.connectionFailed("80000000", ReasonCode.MALFUNCTION);
    int ours = rig.lastTransaction();
    rig.sent.clear();
    rig.receive("250 " + ours + " OK\n.\nRQNT 1244" + AT + "X: 7\nS: L/rg\n");
    assertThat(rig.sent).hasSize(1);
    assertThat(rig.sent.get(0)).isEqualTo("200 1244 OK\n");
    assertThat(rig.phone.rings).isTrue();
  }

  /** Section 3.5.5: a connection is deleted by a command that comes with a response. */
  @Test
  void aPiggyBackedDeletion() {
    connect();
    rig.lift();
    int ours = rig.lastTransaction();
    rig.sent.clear();
    rig.receive(
        ours("200 " + ours + " OK\n.\nDLCX 1244" + AT + "C: A3C47F21456789F0\nI: FDE234C8\n"));
    assertThat(rig.sent).hasSize(1);
    assertThat(rig.sent.get(0)).startsWith("250 1244 OK\nP: PS=1245");
    assertThat(rig.media.done).endsWith("close");
  }

  /** Sections 3.2.2.2 to 3.2.2.25: lines of each parameter, as the endpoint takes them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: 0123456789B1\nT: L/hu, L/hf, D/[0-9#*]\nR: L/hd\nS:\n",
        "X: 0123456789B1\nQ: loop\nR: L/hd\n",
        "X: 0123456789B1\nQ: process\nR: L/hd\n",
        "X: 0123456789B1\nQ: discard\nR: L/hd\n",
        "X: 0123456789B1\nQ: process,loop\nR: L/hd\n",
        "X: 0123456789B1\nK: 6234-6255, 6257, 19030-19044\nR: L/hd\n",
        "X: 0123456789B1\nB: e:mu\nR: L/hd\n",
        "X: 0123456789B1\nN: [128.96.41.12]\nR: L/hd\n",
        "X: 0123456789B1\nX-FlowerOfTheDay: Daisy\nR: L/hd\n",
        "X: 0123456789B1\nS: L/rg, L/ci(09/14/17/26,\"555 1212\",somebody)\nR: L/hd\n",
        "X: 0123456789B1\nS: L/rg(to=6000)\nR: L/hd(A,E(S(L/dl)))\n"
      })
  void parameterLines(String lines) {
    String here = lines.contains("[128.96.41.12]") ? "539" : "200 1213 OK\n";
    assertThat(ask("RQNT 1213" + AT + lines)).startsWith(here);
  }

  /** Section 3.2.2.10. */
  @ParameterizedTest
  @ValueSource(
      strings = {"p:10, a:PCMU", "p:10, a:G726-32", "p:10-20, b:64", "b:32-64, e:off", "nt:LOCAL"})
  void localConnectionOptions(String text) throws Refusal {
    assertThat(ConnectionOptions.parse(text)).hasToString(text);
  }

  /** Sections 3.2.2.15 to 3.2.2.19, as they are read and written again. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "L/hu(N), L/hf(S,N)",
        "L/hu(N), D/[0-9#T](D)",
        "L/hd(A,E(R(D/[0-9#T](D), L/hu(N)),S(L/dl),D([0-9].[#T])))",
        "R/qa(N), L/hu(N), MOH/ann(N)",
        "R/qa@0A3F58(N), R/qa@*(N), G/rt@$(N)"
      })
  void requestedEvents(String text) throws Refusal {
    List<RequestedEvent> read = RequestedEvent.parseList(text);
    List<String> written = read.stream().map(RequestedEvent::toString).toList();
    assertThat(RequestedEvent.parseList(String.join(", ", written))).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "L/rg",
        "L/vmwi(+)",
        "L/rg, L/ci(09/14/17/26,\"555 1212\",\"somebody\")",
        "D/8, D/2, D/9, D/5, D/5, D/5, D/5, D/T",
        "L/hf, L/hf, L/hu",
        "T/co2@A3F58",
        "L/dl(to=6000)"
      })
  void signalsAndObservedEvents(String text) throws Refusal {
    List<String> written = NamedEvent.parseList(text).stream().map(NamedEvent::toString).toList();
    assertThat(String.join(", ", written)).isEqualTo(text);
  }

  /** Section 3.2.1.3 and appendix E. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "hrd4/56@gw23.example.net",
        "ds/ds1-1/6@tgw2.example.net",
        "aaln/*@rgw-2567.example.net",
        "*@[128.96.41.1]",
        "card23/21@tgw-7.example.net"
      })
  void endpointNames(String text) {
    assertThat(EndpointName.parse(text).map(EndpointName::toString)).contains(text);
  }

  /** Appendix G.2 and G.3: a call between two residential gateways. */
  @Test
  void callBetweenTwoGateways() {
    Rig called =
        new Rig(GatewayOptions.of("rgw-2569.example.net").waitingAtMost(Duration.ZERO)).started();
    final String there = " aaln/1@rgw-2569.example.net MGCP 1.0\n";
    // The first gateway waits for its user.
    String collect = "R: L/hd(A,E(R(D/[0-9#T](D),L/hu),S(L/dl)))\nD: (xxxx|x.T)\n";
    assertThat(rig.ask("RQNT 1201" + AT + "X: 1\n" + collect)).isEqualTo("200 1201 OK\n");
    assertThat(called.ask("RQNT 1301" + there + "X: 2\nR: L/hd\n")).isEqualTo("200 1301 OK\n");
    rig.lift();
    rig.dial("2569");
    assertThat(rig.last()).contains("X: 1\nO: L/hd, D/2, D/5, D/6, D/9\n");
    rig.ok();
    assertThat(rig.ask("RQNT 1202" + AT + "X: 3\nR: L/hu\n")).isEqualTo("200 1202 OK\n");
    String first = rig.ask("CRCX 1203" + AT + "C: 1A\nL: p:10, a:PCMU\nM: recvonly\n");
    String offer = first.substring(first.indexOf("\nv=0"));
    // The second one rings.
    String second =
        called.ask(
            "CRCX 1302"
                + there
                + "C: 1A\nL: p:10, a:PCMU\nM: sendrecv\n"
                + "X: 4\nR: L/hd\nS: L/rg, L/ci(11/29/16/30,\"5552567\",\"Alice\")\n"
                + offer);
    assertThat(called.phone.rings).isTrue();
    assertThat(called.phone.done).contains("caller 5552567 Alice");
    String answer = second.substring(second.indexOf("\nv=0"));
    assertThat(rig.ask("MDCX 1204" + AT + "C: 1A\nI: 80000000\nX: 5\nR: L/hu\nS: G/rt\n" + answer))
        .isEqualTo("200 1204 OK\n");
    assertThat(rig.phone.tone).isEqualTo("G/rt");
    called.lift();
    assertThat(called.phone.rings).isFalse();
    assertThat(called.last()).contains("X: 4\nO: L/hd\n");
    called.ok();
    assertThat(called.ask("RQNT 1303" + there + "X: 6\nR: L/hu\n")).isEqualTo("200 1303 OK\n");
    assertThat(rig.ask("MDCX 1205" + AT + "C: 1A\nI: 80000000\nX: 7\nR: L/hu\nM: sendrecv\n"))
        .isEqualTo("200 1205 OK\n");
    assertThat(rig.phone.tone).isEmpty();
    assertThat(rig.media.done).endsWith("change sendrecv");
    // The first one hangs up.
    rig.putDown();
    assertThat(rig.last()).contains("X: 7\nO: L/hu\n");
    rig.ok();
    assertThat(rig.ask("DLCX 1206" + AT + "C: 1A\nI: 80000000\n")).startsWith("250 1206 OK\nP: ");
    assertThat(called.ask("DLCX 1304" + there + "C: 1A\nI: 80000000\n")).startsWith("250");
    assertThat(rig.ask("RQNT 1207" + AT + "X: 8\nR: L/hd\n")).isEqualTo("200 1207 OK\n");
    called.putDown();
    assertThat(called.last()).contains("X: 6\nO: L/hu\n");
    called.ok();
    assertThat(called.ask("RQNT 1305" + there + "X: 9\nR: L/hd\n")).isEqualTo("200 1305 OK\n");
    rig.seconds(60);
    called.seconds(60);
    assertThat(rig.gateway.transactions() + called.gateway.transactions()).isZero();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MgcpReaderTest {
  private static final String SDP =
      """
      v=0
      o=- 25678 753849 IN IP4 128.96.41.1
      s=-
      c=IN IP4 128.96.41.1
      t=0 0
      m=audio 3456 RTP/AVP 0
      """;

  @Test
  void readsACommand() {
    MgcpCommand command =
        Wire.command(
            """
            RQNT 1201 aaln/1@rgw-2567.example.net MGCP 1.0
            N: ca@ca1.example.net:5678
            X: 0123456789AC
            R: L/hd(N)
            S: L/rg
            """);
    assertThat(command.verb()).isEqualTo(MgcpVerb.NOTIFICATION_REQUEST);
    assertThat(command.transaction()).isEqualTo(1201);
    assertThat(command.endpoint()).isEqualTo(EndpointName.analogLine(1, "rgw-2567.example.net"));
    assertThat(command.parameter(ParameterName.REQUEST_IDENTIFIER)).contains("0123456789AC");
    assertThat(command.parameter(ParameterName.SIGNAL_REQUESTS)).contains("L/rg");
    assertThat(command.parameter(ParameterName.DIGIT_MAP)).isEmpty();
  }

  @Test
  void readsAResponseWithADescription() {
    MgcpResponse response = Wire.response("200 1204 OK\nI: FDE234C8\n\n" + SDP);
    assertThat(response.code()).isEqualTo(200);
    assertThat(response.comment()).isEqualTo("OK");
    assertThat(response.descriptions()).containsExactly(SDP.replace("\n", "\r\n"));
  }

  @Test
  void readsTwoDescriptions() {
    MgcpResponse response = Wire.response("200 2003 OK\n\n" + SDP + "\nv=0\n");
    assertThat(response.descriptions()).containsExactly(SDP.replace("\n", "\r\n"), "v=0\r\n");
  }

  @Test
  void readsThePackageOfAReturnCode() {
    MgcpResponse response = Wire.response("800 7 /L  no such thing\n");
    assertThat(response.packageName()).contains("L");
    assertThat(response.comment()).isEqualTo("no such thing");
    assertThat(Wire.response("803 7 /XYZ\n").packageName()).contains("XYZ");
  }

  @Test
  void readsPiggyBackedMessages() {
    List<MgcpInput> inputs =
        Wire.read(
            """
            200 2005 OK
            .
            DLCX 1244 card23/21@tgw-7.example.net MGCP 1.0
            C: A3C47F21456789F0
            I: FDE234C8
            """);
    assertThat(inputs).hasSize(2);
    assertThat(((MgcpResponse) inputs.get(0)).transaction()).isEqualTo(2005);
    assertThat(((MgcpCommand) inputs.get(1)).verb()).isEqualTo(MgcpVerb.DELETE_CONNECTION);
  }

  @Test
  void aMalformedMessageDoesNotSpoilItsNeighbours() {
    List<MgcpInput> inputs =
        Wire.read("200 1 OK\n.\nRQNT 2 aaln/1 MGCP 1.0\n.\nAUEP 3 aaln/1@gw MGCP 1.0\n");
    assertThat(inputs.get(0)).isInstanceOf(MgcpResponse.class);
    assertThat(inputs.get(1)).isEqualTo(new MalformedMgcp("no endpoint name", 510, 2));
    assertThat(inputs.get(2)).isInstanceOf(MgcpCommand.class);
  }

  @Test
  void linesMayEndWithLineFeedAlone() {
    byte[] octets = "AUEP 1 aaln/1@gw MGCP 1.0\nF: A\n".getBytes(StandardCharsets.US_ASCII);
    MgcpInput read = new MgcpReader(MgcpLimits.defaults()).read(ByteBuffer.wrap(octets)).get(0);
    assertThat(((MgcpCommand) read).parameter(ParameterName.REQUESTED_INFO)).contains("A");
  }

  @Test
  void caseAndWhiteSpaceDoNotMatter() {
    MgcpCommand command =
        Wire.command("rqnt  12\tAALN/1@GW  mgcp  1.0  NCS 1.0\nx:  1f \nr:l/HD(n)\n");
    assertThat(command.verb()).isEqualTo(MgcpVerb.NOTIFICATION_REQUEST);
    assertThat(command.version()).isEqualTo("mgcp 1.0 NCS 1.0");
    assertThat(command.parameter(ParameterName.REQUEST_IDENTIFIER)).contains("1f");
    assertThat(command.endpoint().covers(EndpointName.analogLine(1, "gw"))).isTrue();
  }

  @Test
  void whatIsNotKnownIsWrittenAsItWasRead() {
    String text =
        """
        RQNT 12 aaln/1@gw MGCP 1.0 NCS 1.0
        x:  1f\s
        X-Vendor:\u00e9t\u00e9, "a,b" (\s\s
        XYZ/foo:1
        R:L/hd(N),D/[0-9](d)
        """;
    assertThat(Wire.text(ByteBuffer.wrap(Wire.message(text).bytes()))).isEqualTo(text);
  }

  @Test
  void writesWhatItReads() {
    String text =
        "CRCX 1204 aaln/1@rgw-2567.example.net MGCP 1.0\nC: A3C47F21456789F0\nM: recvonly\n\n"
            + SDP;
    assertThat(Wire.message(text).bytes()).isEqualTo(Wire.octets(text));
    String response = "200 2003 OK\nP:\n\n" + SDP + "\nv=0\n";
    assertThat(Wire.message(response).bytes()).isEqualTo(Wire.octets(response));
    String both = "200 1 OK\n.\n" + text;
    List<MgcpMessage> messages = Wire.read(both).stream().map(m -> (MgcpMessage) m).toList();
    assertThat(MgcpMessage.together(messages)).isEqualTo(Wire.octets(both));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          R-NT 5 aaln/1@gw MGCP 1.0 | 510
          RQNTX 5 aaln/1@gw MGCP 1.0 | 510
          RQNT 5 aaln/1@gw | 510
          RQNT 5 aaln/1@gw MGCP | 510
          RQNT 5 aaln/1@gw SIP/2.0 1.0 | 510
          RQNT 5 aaln/1@gw MGCP one | 510
          RQNT 5 aaln/1@gw MGCP 2.0 | 528
          RQNT 5 aaln//1@gw MGCP 1.0 | 510
          RQNT 5 @gw MGCP 1.0 | 510
          RQNT 5 aaln/1@ MGCP 1.0 | 510
          RQNT 5 aaln/1*@gw MGCP 1.0 | 510
          RQNT 5 aaln/1@g/w MGCP 1.0 | 510
          RQNT 5 aaln/1@[::1 MGCP 1.0 | 510
          """)
  void aBadCommandLineHasItsCode(String line, int code) {
    MalformedMgcp malformed = (MalformedMgcp) Wire.read(line + "\nX: 1\n").get(0);
    assertThat(malformed.code()).isEqualTo(code);
    assertThat(malformed.transaction()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X 1", ": 1", " X: 1", "X=1", "\u00e4: 1", "X: 1\nX: 2", "K: 1\nk: 2"})
  void aBadParameterIsAProtocolError(String lines) {
    MgcpInput input = Wire.read("RQNT 5 aaln/1@gw MGCP 1.0\n" + lines + "\n").get(0);
    assertThat(input).isInstanceOf(MalformedMgcp.class);
    assertThat(((MalformedMgcp) input).code()).isEqualTo(ReturnCode.PROTOCOL_ERROR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "\n", "RQNT", "RQNT x aaln/1@gw MGCP 1.0", "RQNT 0 aaln/1@gw MGCP 1.0",
        "RQNT 1234567890 aaln/1@gw MGCP 1.0", "200", "200 x OK", "20 5 OK", "2000 5 OK",
        "200 5 OK\nnothing", ".", "2x0 5 OK"
      })
  void whatHasNoTransactionIsNotAnswered(String text) {
    for (MgcpInput input : Wire.read(text)) {
      assertThat(input).isInstanceOf(MalformedMgcp.class);
      assertThat(((MalformedMgcp) input).code()).isZero();
    }
  }

  @Test
  void everySizeIsBounded() {
    String line = "RQNT 5 aaln/1@gw MGCP 1.0\n";
    assertThat(Wire.read(line + "D: " + "x".repeat(4_200) + "\n").get(0))
        .isEqualTo(new MalformedMgcp("a line longer than 4096 octets", 510, 5));
    assertThat(Wire.read(line + "X-a: 1\n".repeat(65)).get(0))
        .isEqualTo(new MalformedMgcp("more than 64 parameters", 510, 5));
    assertThat(Wire.read(line + "\n" + "a=0123456789\n".repeat(700)).get(0))
        .isEqualTo(new MalformedMgcp("more session description than is taken", 510, 5));
    assertThat(Wire.read(line + "\nv=0\n\nv=0\n\nv=0\n").get(0))
        .isEqualTo(new MalformedMgcp("more session description than is taken", 510, 5));
    assertThat(Wire.read("200 1 OK\n.\n".repeat(40))).hasSize(16);
    assertThat(Wire.read("RQNT 5 " + "a".repeat(300) + "@gw MGCP 1.0\n").get(0))
        .isEqualTo(new MalformedMgcp("no endpoint name", 510, 5));
    assertThat(Wire.read("x".repeat(70_000)))
        .containsExactly(MalformedMgcp.silent("longer than 65535 octets"));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phoneagent.mgcp.MgcpPeer;
import io.phoneagent.mgcp.NotifiedEntity;
import io.phoneagent.mgcp.RestartMethod;
import io.phoneagent.runtime.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallAgentNewsTest {
  private static final MgcpPeer PEER =
      MgcpPeer.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 2727));

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final CallAgentNews news =
      new CallAgentNews(
          new EventLog(written, Clock.system()),
          new MgcpPhoneSettings(
              NotifiedEntity.parse("ca.example.net").orElseThrow(),
              InetAddress.getLoopbackAddress(),
              0,
              "rgw1.example.net",
              "",
              Optional.empty(),
              Optional.empty()));

  private JsonNode event(String name) throws IOException {
    JsonNode event = new ObjectMapper().readTree(written.toByteArray());
    assertThat(event.get("event").asText()).isEqualTo(name);
    return event;
  }

  @Test
  void whoIsSilentIsNamedWithWhatToLookAt() throws IOException {
    news.disconnected(List.of(PEER));
    JsonNode event = event("disrupted");
    assertThat(event.get("what").asText()).isEqualTo("call-agent");
    assertThat(event.get("detail").asText())
        .contains("the call agent ca.example.net:2727 does not answer at 127.0.0.1:2727;")
        .contains("firewall hold UDP back")
        .contains("know aaln/1@rgw1.example.net (--gateway)?");
  }

  @Test
  void whoIsToldOfThePhoneIsNamed() throws IOException {
    news.announcing(RestartMethod.RESTART, List.of(PEER, PEER));
    JsonNode event = event("announcing");
    assertThat(event.get("cause").asText()).contains("aaln/1@rgw1.example.net");
    assertThat(event.get("method").asText()).isEqualTo("restart");
    assertThat(event.get("to").asText()).isEqualTo("127.0.0.1:2727, 127.0.0.1:2727");
  }

  @Test
  void whoRefusesThePhoneIsNamed() throws IOException {
    news.restartRefused(500, "");
    assertThat(event("disrupted").get("detail").asText())
        .isEqualTo(
            "the call agent ca.example.net:2727 refuses the phone: 500;"
                + " does it know aaln/1@rgw1.example.net (--gateway)?");
  }

  @Test
  void whoWantsAProfileMayBeSpokenToInOne() throws IOException {
    news.restartRefused(528, "incompatible");
    assertThat(event("disrupted").get("detail").asText()).contains("--mgcp-profile 'NCS 1.0'");
  }
}

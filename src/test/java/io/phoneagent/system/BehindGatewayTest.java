// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.TestBed;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The switch behind its ISP's gateway, asked by curl: any HTTPS client can register. */
@InLab
final class BehindGatewayTest {

  private static TestBed bed;

  @BeforeAll
  static void build() {
    bed = TestBed.up(ANN);
    bed.lab().lease("phone1");
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  private static JsonNode curl(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 6];
    command[0] = "curl";
    command[1] = "--silent";
    command[2] = "--show-error";
    command[3] = "--fail-with-body";
    command[4] = "--cacert";
    command[5] = bed.authority().toString();
    System.arraycopy(arguments, 0, command, 6, arguments.length);
    return new ObjectMapper().readTree(bed.lab().exec("phone1", command).orFail().output());
  }

  @Test
  void itTellsAPhoneFromWhereItIsSeen() throws Exception {
    JsonNode seen = curl(TestBed.SWITCH_URL + "/v1/whoami");
    assertThat(seen.toString()).contains("203.0.113.11");
  }

  @Test
  void itAssignsTheGatewaysAddressAndKeepsTheRecord() throws Exception {
    JsonNode answer =
        curl(
            "--user",
            ANN.number() + ":" + ANN.secret(),
            "--request",
            "PUT",
            "--header",
            "Content-Type: application/json",
            "--data",
            """
            {"mac":"02:00:00:00:01:64","localAddress":"192.168.1.100",
             "publicAddress":"203.0.113.11","protocol":"sip","transport":"udp",
             "bootId":"curl-1","sequence":1,"reason":"boot"}
            """,
            TestBed.SWITCH_URL + "/v1/registrations/%2B" + ANN.number().substring(1));
    assertThat(answer.path("endpoint").path("address").asText()).isEqualTo(TestBed.SWITCH);
    assertThat(answer.path("endpoint").path("port").asInt()).isEqualTo(5060);
    assertThat(answer.path("endpoint").path("transport").asText()).isEqualTo("udp");
    assertThat(answer.path("expiresIn").asInt()).isPositive();
    assertThat(answer.path("keepAlive").asInt()).isPositive();
    assertThat(answer.path("flow").path("keyId").asText()).isNotEmpty();
    assertThat(answer.path("observedAddress").asText()).startsWith("203.0.113.11");

    TestBed.SwitchRecord record = bed.record(ANN);
    assertThat(record.status()).isEqualTo(200);
    assertThat(record.text("mac")).isEqualTo("02:00:00:00:01:64");
    assertThat(record.text("localAddress")).isEqualTo("192.168.1.100");
    assertThat(record.text("publicAddress")).isEqualTo("203.0.113.11");
    assertThat(record.body().toString()).doesNotContain(ANN.secret());
  }
}

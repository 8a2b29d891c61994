// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpQuestion;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoapCodecTest {
  private static final String ACTION = "GetExternalIPAddress";

  private static SoapAnswer read(int status, String body) throws UnusableException {
    return SoapCodec.read(new HttpAnswer(status, Map.of(), body), ACTION);
  }

  @Test
  void asksAsTheServiceIsCalled() throws UnusableException {
    WanService service =
        new WanService(
            Descriptions.PPP + "1", URI.create("http://192.168.1.1:5000/c"), Optional.empty());
    HttpQuestion question = SoapCodec.question(service, ACTION);
    assertThat(question).hasToString("POST http://192.168.1.1:5000/c");
    assertThat(question.headers())
        .containsEntry(
            "SOAPAction",
            "\"urn:schemas-upnp-org:service:WANPPPConnection:1#GetExternalIPAddress\"")
        .containsEntry("Content-Type", "text/xml; charset=\"utf-8\"");
    XmlElement action = XmlReader.read(question.body()).child("Body").orElseThrow();
    assertThat(action.children()).extracting(XmlElement::name).containsExactly(ACTION);
    assertThat(question.body()).contains("xmlns:u=\"" + service.type() + "\"");
  }

  @Test
  void readsResults() throws UnusableException {
    assertThat(read(200, Descriptions.address("203.0.113.11")))
        .isEqualTo(new SoapAnswer.Values(Map.of("NewExternalIPAddress", "203.0.113.11")));
  }

  @Test
  void tellsFaultsPlainly() throws UnusableException {
    SoapAnswer.Fault fault =
        (SoapAnswer.Fault) read(500, Descriptions.fault("501", "Action Failed"));
    assertThat(fault.shown()).isEqualTo("with UPnP error '501', 'Action Failed'");
    assertThat(read(200, Descriptions.fault("401", ""))).isInstanceOf(SoapAnswer.Fault.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "<a/>",
        "<Envelope><Body/></Envelope>",
        "<Envelope><Body><GetStatusInfoResponse/></Body></Envelope>",
        "<Envelope><Body><Fault/></Body></Envelope>"
      })
  void garbageIsRefused(String body) {
    assertThatThrownBy(() -> read(200, body)).isInstanceOf(UnusableException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 401, 404, 405, 503})
  void otherStatusesAreNoAnswer(int status) {
    assertThatThrownBy(() -> read(status, Descriptions.address("203.0.113.11")))
        .hasMessage("it answered with status " + status);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpQuestion;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Actions without arguments, by SOAP (UPnP Device Architecture 2.0, section 3). */
final class SoapCodec {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_BYTES = 16 * 1024;
  private static final String ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";

  private SoapCodec() {}

  /** The request that carries an action to a service. */
  static HttpQuestion question(WanService service, String action) {
    String body =
        "<?xml version=\"1.0\"?>\r\n<s:Envelope xmlns:s=\""
            + ENVELOPE
            + "\" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body><u:"
            + action
            + " xmlns:u=\""
            + service.type()
            + "\"></u:"
            + action
            + "></s:Body></s:Envelope>\r\n";
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", "text/xml; charset=\"utf-8\"");
    headers.put("SOAPAction", "\"" + service.type() + "#" + action + "\"");
    headers.put("Connection", "close"); // for the same reason as with status pages
    return new HttpQuestion("POST", service.control(), headers, body, TIMEOUT, MAX_BYTES);
  }

  /**
   * What the service says.
   *
   * @throws UnusableException if that is neither a result of the action nor a fault
   */
  static SoapAnswer read(HttpAnswer answer, String action) throws UnusableException {
    if (answer.status() != 200 && answer.status() != 500) {
      throw new UnusableException("it answered with status " + answer.status());
    }
    XmlElement body =
        XmlReader.read(answer.body())
            .child("Body")
            .orElseThrow(() -> new UnusableException("its answer is no SOAP"));
    if (body.child("Fault").isPresent()) {
      XmlElement error =
          body.all("UPnPError").stream()
              .findFirst()
              .orElseThrow(() -> new UnusableException("it answered with a fault without a code"));
      return new SoapAnswer.Fault(error.textOf("errorCode"), error.textOf("errorDescription"));
    }
    XmlElement result =
        body.child(action + "Response")
            .orElseThrow(() -> new UnusableException("its answer is none to " + action));
    Map<String, String> values = new HashMap<>();
    result.children().forEach(c -> values.putIfAbsent(c.name(), c.text()));
    return new SoapAnswer.Values(values);
  }
}

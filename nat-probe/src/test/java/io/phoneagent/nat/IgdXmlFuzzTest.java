// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phoneagent.spi.HttpAnswer;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Descriptions and answers of an IGD: used, or refused by name; never followed elsewhere. */
final class IgdXmlFuzzTest {
  private static final InetAddress GATEWAY = GatewayCodecTest.address("192.168.1.1");

  @FuzzTest(maxDuration = "60s")
  void readsOrRefuses(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      List<WanService> services =
          IgdDescription.services(text, URI.create("http://192.168.1.1:5000/d.xml"), GATEWAY);
      for (WanService service : services) {
        if (!"192.168.1.1".equals(service.control().getHost())) {
          throw new AssertionError("led to " + service.control());
        }
      }
    } catch (UnusableException e) {
      refused(e);
    }
    try {
      SoapCodec.read(new HttpAnswer(200, Map.of(), text), "GetExternalIPAddress");
    } catch (UnusableException e) {
      refused(e);
    }
  }

  private static void refused(UnusableException e) {
    if (e.why().length() > 300) {
      throw new AssertionError("a long story: " + e.why(), e);
    }
  }
}

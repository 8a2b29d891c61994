// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentSettings;
import io.phoneagent.Assignment;
import io.phoneagent.Call;
import io.phoneagent.FlowPath;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.MacAddress;
import io.phoneagent.MediaDescription;
import io.phoneagent.PhoneAgent;
import io.phoneagent.PublicAddress;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.PublicRanges;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device with two lines: both can be called and can call, here each other. */
class TwoLinesTest {
  private static final String ANNA = "+15551230001";
  private static final String BEN = "+15551230002";
  private static final MediaDescription SDP =
      new MediaDescription(
          """
          v=0
          o=- 1 1 IN IP4 127.0.0.1
          s=-
          c=IN IP4 127.0.0.1
          t=0 0
          m=audio 49170 RTP/AVP 0
          a=rtpmap:0 PCMU/8000
          """
              .replace("\n", "\r\n"));

  private final Map<String, Assignment> assignments = new ConcurrentHashMap<>();
  private final Map<String, FlowPath> paths = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();

  private final class Events implements AgentListener {
    @Override
    public void registered(
        LineName line, Assignment assignment, Optional<PublicAddress> address, String cause) {
      assignments.put(line.text(), assignment);
    }

    @Override
    public void flowOpen(LineName line, FlowPath path, String cause) {
      paths.put(line.text(), path);
    }

    @Override
    public void callEstablished(Call call, String cause) {
      calls.add((call.incoming() ? "in " : "out ") + call.from() + " to " + call.to());
    }

    @Override
    public void callEnded(Call call, int status, String cause) {
      calls.add("ended");
    }
  }

  private static ConditionFactory soon() {
    return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5));
  }

  @Test
  void bothCallAndAreCalled(@TempDir Path data) throws Exception {
    try (TestSwitch dnsSwitch = new TestSwitch(data, ANNA, "sa", BEN, "sb");
        PhoneAgent agent =
            PhoneAgent.builder()
                .settings(
                    AgentSettings.of(
                        Map.of("dns-switches", dnsSwitch.address(), "keep-alive-interval", "10s")))
                .line(Line.number(ANNA).secret("sa"))
                .line(Line.number(BEN).secret("sb"))
                .trust(Certificates.read("--ca", dnsSwitch.authority()))
                .macAddress(MacAddress.of("02:00:00:00:01:64"))
                .addressProvider(AddressProvider.operatingSystem("lo"))
                .treatAsPublic(PublicRanges.alsoTreating(List.of("127.0.0.0/8")))
                .onIncomingCall(call -> call.answer(SDP))
                .listener(new Events())
                .build()) {
      agent.start();
      soon().until(() -> paths.size() == 2);
      assertThat(paths.values()).extracting(FlowPath::local).doesNotHaveDuplicates();
      assertThat(assignments.values())
          .hasSize(2)
          .allMatch(a -> a.keepAlive().equals(Duration.ofSeconds(10)));
      talk(agent, ANNA, BEN);
      talk(agent, BEN, ANNA);
    }
  }

  private void talk(PhoneAgent agent, String from, String to) {
    calls.clear();
    Call call = agent.line(from).call(to, SDP);
    soon().until(() -> calls.size() == 2);
    assertThat(calls)
        .containsExactlyInAnyOrder("in " + from + " to " + to, "out " + from + " to " + to);
    call.hangUp();
    soon().until(() -> calls.size() == 4);
  }
}

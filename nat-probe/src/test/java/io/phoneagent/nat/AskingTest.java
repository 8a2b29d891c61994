// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each state with each event. */
class AskingTest {
  private static final InetAddress ADDRESS = GatewayCodecTest.address("203.0.113.11");

  // At most three datagrams: "pmp 1" has sent one by NAT-PMP, "pmp after pcp" was turned to it.
  private static final String TABLE =
      """
      pmp 1         | time-out   | pmp 2, sends
      pmp 1         | pmp says   | told
      pmp 1         | pcp says   | pmp 1
      pmp 1         | pmp no     | the gateway refuses to say it by NAT-PMP, with result code 2
      pmp 1         | pmp none   | the gateway has no public address now
      pmp 1         | pcp no     | pmp 1
      pmp 1         | pcp none   | pmp 1
      pmp 1         | speaks pmp | pmp 1
      pmp 1         | speaks pcp | pcp after pmp, sends
      pmp 1         | speaks 3   | the gateway speaks version 3 of PCP only, an unknown one
      pmp 3         | time-out   | silent
      pmp 3         | pmp says   | told
      pmp 3         | pcp says   | pmp 3
      pmp 3         | pmp no     | the gateway refuses to say it by NAT-PMP, with result code 2
      pmp 3         | pmp none   | the gateway has no public address now
      pmp 3         | pcp no     | pmp 3
      pmp 3         | pcp none   | pmp 3
      pmp 3         | speaks pmp | pmp 3
      pmp 3         | speaks pcp | pcp after pmp, sends
      pmp 3         | speaks 3   | the gateway speaks version 3 of PCP only, an unknown one
      pcp 1         | time-out   | pcp 2, sends
      pcp 1         | pmp says   | pcp 1
      pcp 1         | pcp says   | told
      pcp 1         | pmp no     | pcp 1
      pcp 1         | pmp none   | pcp 1
      pcp 1         | pcp no     | the gateway refuses to say it by PCP, with result code 2
      pcp 1         | pcp none   | the gateway has no public address now
      pcp 1         | speaks pmp | pmp after pcp, sends
      pcp 1         | speaks pcp | pcp 1
      pcp 1         | speaks 3   | the gateway speaks version 3 of PCP only, an unknown one
      pcp after pmp | time-out   | pcp 2 after pmp, sends
      pcp after pmp | pmp says   | pcp after pmp
      pcp after pmp | pcp says   | told
      pcp after pmp | pmp no     | pcp after pmp
      pcp after pmp | pmp none   | pcp after pmp
      pcp after pmp | pcp no     | the gateway refuses to say it by PCP, with result code 2
      pcp after pmp | pcp none   | the gateway has no public address now
      pcp after pmp | speaks pmp | pcp after pmp
      pcp after pmp | speaks pcp | pcp after pmp
      pcp after pmp | speaks 3   | the gateway speaks version 3 of PCP only, an unknown one
      told          | time-out   | told
      told          | pmp says   | told
      told          | pcp says   | told
      told          | pmp no     | told
      told          | pmp none   | told
      told          | pcp no     | told
      told          | pcp none   | told
      told          | speaks pmp | told
      told          | speaks pcp | told
      told          | speaks 3   | told
      silent        | time-out   | silent
      silent        | pmp says   | silent
      silent        | pcp says   | silent
      silent        | pmp no     | silent
      silent        | pmp none   | silent
      silent        | pcp no     | silent
      silent        | pcp none   | silent
      silent        | speaks pmp | silent
      silent        | speaks pcp | silent
      silent        | speaks 3   | silent
      refused       | time-out   | refused
      refused       | pmp says   | refused
      refused       | pcp says   | refused
      refused       | pmp no     | refused
      refused       | pmp none   | refused
      refused       | pcp no     | refused
      refused       | pcp none   | refused
      refused       | speaks pmp | refused
      refused       | speaks pcp | refused
      refused       | speaks 3   | refused
      pmp 1         | not pmp    | the gateway says that it does not speak NAT-PMP, in NAT-PMP
      pmp 1         | not pcp    | pcp after pmp, sends
      pmp 3         | not pmp    | the gateway says that it does not speak NAT-PMP, in NAT-PMP
      pmp 3         | not pcp    | pcp after pmp, sends
      pcp 1         | not pmp    | pmp after pcp, sends
      pcp 1         | not pcp    | the gateway says that it does not speak PCP, in PCP
      pcp after pmp | not pmp    | pcp after pmp
      pcp after pmp | not pcp    | the gateway says that it does not speak PCP, in PCP
      told          | not pmp    | told
      told          | not pcp    | told
      silent        | not pmp    | silent
      silent        | not pcp    | silent
      refused       | not pmp    | refused
      refused       | not pcp    | refused""";

  private final Map<String, Asking> states = new LinkedHashMap<>();
  private final Map<String, Asking.Event> events = new LinkedHashMap<>();

  AskingTest() {
    states.put("pmp 1", Asking.begin(Dialect.NAT_PMP, 3));
    states.put("pmp 3", new Asking.Waiting(Dialect.NAT_PMP, 3, 3, false));
    states.put("pcp 1", Asking.begin(Dialect.PCP, 3));
    states.put("pcp after pmp", new Asking.Waiting(Dialect.PCP, 1, 3, true));
    states.put("told", new Asking.Told(ADDRESS));
    states.put("silent", new Asking.Silent());
    states.put("refused", new Asking.Refused("refused"));
    events.put("time-out", new Asking.Event.TimeOut());
    events.put("pmp says", new Asking.Event.Answered(Dialect.NAT_PMP, ADDRESS));
    events.put("pcp says", new Asking.Event.Answered(Dialect.PCP, ADDRESS));
    events.put("pmp no", new Asking.Event.Refusal(Dialect.NAT_PMP, 2));
    events.put("pmp none", new Asking.Event.Refusal(Dialect.NAT_PMP, 3));
    events.put("pcp no", new Asking.Event.Refusal(Dialect.PCP, 2));
    events.put("pcp none", new Asking.Event.Refusal(Dialect.PCP, 7));
    events.put("speaks pmp", new Asking.Event.Unsupported(0, false));
    events.put("speaks pcp", new Asking.Event.Unsupported(2, false));
    events.put("speaks 3", new Asking.Event.Unsupported(3, true));
    events.put("not pmp", new Asking.Event.Unsupported(0, true));
    events.put("not pcp", new Asking.Event.Unsupported(2, true));
  }

  @TestFactory
  Stream<DynamicTest> table() {
    assertThat(TABLE.lines()).hasSize(states.size() * events.size()).doesNotHaveDuplicates();
    return TABLE.lines().map(line -> line.split("\\|", -1)).map(this::row);
  }

  private DynamicTest row(String[] cells) {
    String state = cells[0].trim();
    String event = cells[1].trim();
    return DynamicTest.dynamicTest(
        state + " + " + event,
        () -> {
          Asking.Step step =
              Objects.requireNonNull(states.get(state), state)
                  .on(Objects.requireNonNull(events.get(event), event));
          assertThat(name(step.next()) + (step.sends() ? ", sends" : ""))
              .isEqualTo(cells[2].trim());
        });
  }

  private static String name(Asking state) {
    if (state instanceof Asking.Waiting waiting) {
      String dialect = waiting.dialect() == Dialect.PCP ? "pcp" : "pmp";
      String after = waiting.dialect() == Dialect.PCP ? " after pmp" : " after pcp";
      boolean counted = !waiting.turned() || waiting.sent() > 1;
      return dialect + (counted ? " " + waiting.sent() : "") + (waiting.turned() ? after : "");
    }
    if (state instanceof Asking.Refused refused) {
      return refused.why();
    }
    return state instanceof Asking.Told ? "told" : "silent";
  }

  @Test
  void eachRepetitionWaitsTwiceAsLong() {
    assertThat(Asking.patience(Asking.begin(Dialect.PCP, 3))).isEqualTo(Duration.ofMillis(250));
    assertThat(Asking.patience(new Asking.Waiting(Dialect.PCP, 2, 3, false)))
        .isEqualTo(Duration.ofMillis(500));
    assertThat(Asking.patience(new Asking.Waiting(Dialect.NAT_PMP, 3, 3, true)))
        .isEqualTo(Duration.ofSeconds(1));
  }
}

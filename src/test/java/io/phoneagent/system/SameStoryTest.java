// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.TestBed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One change of the public address: the phone and the switch, each by itself, tell the same. */
@InLab
final class SameStoryTest {
  private static TestBed bed;

  @BeforeAll
  static void build() {
    bed = TestBed.up(ANN);
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void phoneAndSwitchTellTheSame(Transport transport) {
    bed.transport(transport);
    // Its flow has just been bound, so no keep-alive finds the change out before a check does.
    PhoneProcess phone = bed.phone("phone1", ANN).awaitReachable();
    String line = ANN.number();
    String oldFlow = "";
    String address = "";
    int before = 0;
    long changed = 0;
    boolean askedMeanwhile = true;
    // Who asks the page in the 30 ms without any address tells a longer story.
    for (int change = 0; askedMeanwhile && change < 5; change++) {
      oldFlow = bed.record(ANN).text("flowAddress");
      before = phone.explain().size();
      int mark = phone.events().mark();
      changed = System.currentTimeMillis();
      address = bed.lab().changePublicIp("site1");
      phone.await(mark, "reregistered");
      askedMeanwhile = phone.events().find(mark, e -> e.name().equals("disrupted")).isPresent();
      if (!askedMeanwhile) {
        phone.await(mark, "flow-moved");
      }
    }
    TwoStories stories =
        new TwoStories(phone.explain().stream().skip(before).toList(), bed.record(ANN).body());
    stories.print(changed);
    String newFlow = stories.member("flowAddress");
    String carrier = transport.label() + " ";

    assertThat(newFlow).startsWith(address + ":");
    assertThat(stories.member("publicAddress")).isEqualTo(address);
    assertThat(stories.member("observedAddress")).isEqualTo(address);
    TwoStories.Told seen = stories.byPhone("agent", "Online", "Online", " says " + address);
    TwoStories.Told left = stories.byPhone(line, "Open", "Binding", address);
    TwoStories.Told bound = stories.byPhone(line, "Binding", "Open", "bound as " + newFlow);
    TwoStories.Told asked = stories.byPhone(line, "Registered", "Registering", address);
    TwoStories.Told granted = stories.byPhone(line, "Registering", "Registered", "");
    TwoStories.Told moved =
        stories.bySwitch("flow moved from " + carrier + oldFlow + " to " + carrier + newFlow);
    TwoStories.Told registered = stories.bySwitch(asked.what());
    TwoStories.Told givenUp = stories.leftBySwitch(oldFlow);

    assertThat(List.of(seen, left, bound)).isSortedAccordingTo(TwoStories.ORDER);
    assertThat(List.of(seen, asked, granted)).isSortedAccordingTo(TwoStories.ORDER);
    // Bind and registration go side by side, and either may be the first: both sides say which,
    // where
    // it is clear.
    if (Math.abs(bound.at() - granted.at()) > TwoStories.CLEAR_MILLIS) {
      assertThat(moved.at() <= registered.at()).isEqualTo(bound.at() <= granted.at());
    }
    assertThat(givenUp.at()).isEqualTo(moved.at());
    assertThat(stories.time("registeredAt")).isEqualTo(registered.at());
    // What the phone has caused is neither before it asked for it nor after it was told of it: so
    // each answer bounds by how much the clocks differ. Here both read one machine's.
    List<TwoStories.Offset> offsets = new ArrayList<>();
    offsets.add(TwoStories.Offset.of(moved, left, bound));
    offsets.add(TwoStories.Offset.of(registered, asked, granted));
    TwoStories.Offset offset = offsets.get(0).and(offsets.get(1));
    System.out.printf(
        Locale.ROOT, "the switch's clock is ahead by %d to %d ms%n", offset.least(), offset.most());
    assertThat(offsets).allMatch(TwoStories.Offset::mayBeNone);
    assertThat(offset.mayBeNone()).isTrue();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import io.phoneagent.AgentListener;
import io.phoneagent.Lease;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** What a vendor's callbacks do to an agent: nothing. */
class VendorCallbackTest {
  private final VirtualTime time = new VirtualTime();
  private final VirtualHost host = new VirtualNetwork(time, 1).host("192.0.2.1");
  private final AgentListener listener = mock(AgentListener.class);
  private final Queue<Runnable> vendorsThread = new ArrayDeque<>();
  private final AgentParts parts =
      new AgentParts(
          host.loop(),
          host.network(),
          new FlowTls(List.of()),
          new Random(1),
          vendorsThread::add,
          listener,
          new Timeline());

  @Test
  void callbacksRunOnTheVendorsThreadAndInOrder() {
    parts.tell(l -> l.leased(Samples.LEASE, "a"));
    parts.tell(l -> l.stopped("b"));
    verifyNoMoreInteractions(listener);
    vendorsThread.forEach(Runnable::run);
    InOrder order = inOrder(listener);
    order.verify(listener).leased(Samples.LEASE, "a");
    order.verify(listener).stopped("b");
  }

  @Test
  void aCallbackThatThrowsHurtsNobody() {
    doThrow(new IllegalStateException("the vendor's defect"))
        .when(listener)
        .leased(any(Lease.class), any(String.class));
    parts.tell(l -> l.leased(Samples.LEASE, "a"));
    parts.tell(l -> l.stopped("b"));
    vendorsThread.forEach(Runnable::run);
    verify(listener).stopped("b");
  }

  @Test
  void delaysAreSpread() {
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 1_000; i++) {
      long jittered = parts.jittered(Duration.ofSeconds(10), 0.2).toMillis();
      least = Math.min(least, jittered);
      most = Math.max(most, jittered);
    }
    assertThat(least).isBetween(8_000L, 8_200L);
    assertThat(most).isBetween(11_800L, 12_000L);
  }
}

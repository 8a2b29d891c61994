// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.DatagramPort;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The real loop on the real loopback; nothing here measures time. */
class NioLoopTest {
  private final List<Throwable> defects = new CopyOnWriteArrayList<>();
  private final NioLoop loop = NioLoop.start("test-loop", defects::add);
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    loop.close();
  }

  private String next() throws InterruptedException {
    String next = seen.poll(10, TimeUnit.SECONDS);
    return next == null ? "nothing" : next;
  }

  private InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Test
  void tasksRunInOrderOnItsThread() throws InterruptedException {
    loop.execute(() -> seen.add("a " + Thread.currentThread().getName()));
    loop.execute(() -> seen.add("b " + loop.inLoop()));
    assertThat(next()).isEqualTo("a test-loop");
    assertThat(next()).isEqualTo("b true");
    assertThat(loop.inLoop()).isFalse();
  }

  /** What goes out while a socket is read waits for the rest: none is lost or overtakes another. */
  @Test
  void whatASocketSendsWhileItIsReadGoesOutInOrderAlsoWhenItIsClosed() throws Exception {
    int most = 150; // more than waits at once
    DatagramPort asker =
        loop.openDatagram(
            anyPort(), (data, from) -> seen.add(data.remaining() + " " + data.getShort(0)));
    BlockingQueue<DatagramPort> opened = new LinkedBlockingQueue<>();
    ByteBuffer said = ByteBuffer.allocate(20_000);
    DatagramPort answerer =
        loop.openDatagram(
            anyPort(),
            (data, from) -> {
              DatagramPort self = opened.element();
              for (int i = 0; i < most; i++) {
                said.clear().limit(i == 7 ? 20_000 : 2 + i % 100);
                self.send(said.putShort(0, (short) i), from);
              }
              said.put(0, (byte) 1); // read before the call returned: it says what it said
              self.close();
            });
    opened.add(answerer);
    asker.send(ByteBuffer.allocate(1), answerer.local());
    for (int i = 0; i < most; i++) {
      assertThat(next()).isEqualTo((i == 7 ? 20_000 : 2 + i % 100) + " " + i);
    }
    assertThat(defects).isEmpty();
  }

  private static Timer inAnHour(NioLoop loop, Object needed) {
    return loop.schedule(Duration.ofHours(1), () -> assertThat(needed).isNotNull());
  }

  @Test
  void aCancelledTimerLetsGoOfWhatItNeeded() {
    Object needed = new Object();
    Reference<Object> reference = new WeakReference<>(needed);
    Timer timer = inAnHour(loop, needed);
    needed = this;
    timer.cancel();
    for (int tries = 0; tries < 100 && !reference.refersTo(null); tries++) {
      System.gc();
    }
    assertThat(needed).isSameAs(this);
    assertThat(reference.refersTo(null)).isTrue();
  }

  @Test
  void cancelledTimersDoNotGather() throws InterruptedException {
    loop.execute(
        () -> {
          loop.schedule(Duration.ofMillis(1), () -> seen.add("kept"));
          int most = 0;
          for (int i = 0; i < 10_000; i++) {
            if (i % 1_000 == 0) {
              loop.schedule(Duration.ofHours(1), () -> {});
            }
            loop.schedule(Duration.ofHours(1), () -> {}).cancel();
            most = Math.max(most, loop.timers());
          }
          seen.add(most <= 65 ? "few" : "as many as " + most);
        });
    assertThat(next()).isEqualTo("few");
    assertThat(next()).isEqualTo("kept");
  }

  @Test
  void timersRunInOrderOfTheirTimeWhateverThreadSetThem() throws InterruptedException {
    CountDownLatch setOnTheLoop = new CountDownLatch(1);
    CountDownLatch allAreSet = new CountDownLatch(1);
    loop.execute(
        () -> {
          loop.schedule(Duration.ZERO, () -> seen.add("now"));
          setOnTheLoop.countDown();
          awaitQuietly(allAreSet);
        });
    awaitQuietly(setOnTheLoop);
    loop.schedule(Duration.ofMillis(500), () -> seen.add("late"));
    loop.schedule(Duration.ofMillis(20), () -> seen.add("soon"));
    Timer never = loop.schedule(Duration.ofMillis(30), () -> seen.add("never"));
    never.cancel();
    allAreSet.countDown();
    assertThat(next()).isEqualTo("now");
    assertThat(next()).isEqualTo("soon");
    assertThat(next()).isEqualTo("late");
    assertThat(seen).isEmpty();
  }

  @Test
  void aWaitingLoopHasNoThreadBeforeItsFirstTask() throws InterruptedException {
    NioLoop idle = NioLoop.waiting("idle-loop", defects::add);
    try (NioLoop busy = NioLoop.waiting("busy-loop", defects::add)) {
      busy.execute(() -> seen.add("task"));
      assertThat(next()).isEqualTo("task");
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .contains("busy-loop")
          .doesNotContain("idle-loop");
    }
    idle.close();
    idle.execute(() -> seen.add("too late"));
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("idle-loop");
    assertThat(defects).isEmpty();
  }

  @Test
  void timersDoNotRunEarly() throws InterruptedException {
    long start = loop.nanos();
    loop.schedule(Duration.ofMillis(15), () -> seen.add(String.valueOf(loop.nanos() - start)));
    assertThat(Long.parseLong(next())).isGreaterThanOrEqualTo(15_000_000L);
  }

  /**
   * Holds up the loop, and lets a message come meanwhile that is answered by a task: what was asked
   * for first is done first.
   */
  @Test
  void whatWaitedBeforeAMessageCameIsDoneBeforeItIsReceived() throws Exception {
    DatagramPort one = loop.openDatagram(anyPort(), (data, from) -> seen.add("received"));
    DatagramPort other = loop.openDatagram(anyPort(), (data, from) -> {});
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    loop.execute(
        () -> {
          held.countDown();
          awaitQuietly(goOn);
        });
    held.await();
    loop.execute(() -> seen.add("task"));
    other.send(ByteBuffer.wrap(new byte[] {'h'}), one.local());
    goOn.countDown();
    assertThat(List.of(next(), next())).containsExactly("task", "received");
  }

  /** A timer that falls due while the loop is held up does not overtake what has come by then. */
  @Test
  void whatCameBeforeATimersTimeIsReceivedBeforeItRuns() throws Exception {
    DatagramPort one = loop.openDatagram(anyPort(), (data, from) -> seen.add("received"));
    DatagramPort other = loop.openDatagram(anyPort(), (data, from) -> {});
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    loop.execute(
        () -> {
          loop.schedule(Duration.ofNanos(1), () -> seen.add("timer"));
          held.countDown();
          awaitQuietly(goOn);
        });
    held.await();
    other.send(ByteBuffer.wrap(new byte[] {'h'}), one.local());
    goOn.countDown();
    assertThat(List.of(next(), next())).containsExactly("received", "timer");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void datagramsArriveWithTheirSource() throws Exception {
    DatagramPort one =
        loop.openDatagram(
            anyPort(),
            (data, from) ->
                seen.add(StandardCharsets.US_ASCII.decode(data) + " " + from.getPort()));
    DatagramPort other = loop.openDatagram(anyPort(), (data, from) -> {});
    other.send(ByteBuffer.wrap(new byte[] {'h', 'i'}), one.local());
    assertThat(next()).isEqualTo("hi " + other.local().getPort());
  }

  @Test
  void aGroupIsHeardByAllThatHaveJoinedIt() throws Exception {
    int port;
    try (DatagramSocket free = new DatagramSocket()) {
      port = free.getLocalPort();
    }
    InetSocketAddress group = new InetSocketAddress("239.255.53.51", port);
    String loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress()).getName();
    DatagramPort one = loop.openMulticast(group, loopback, (data, from) -> seen.add("one"));
    loop.openMulticast(group, loopback, (data, from) -> seen.add("other"));
    try (MulticastSocket sender = new MulticastSocket()) {
      sender.setNetworkInterface(NetworkInterface.getByName(loopback));
      DatagramPacket packet = new DatagramPacket(new byte[] {'h'}, 1, group);
      sender.send(packet);
      assertThat(List.of(next(), next())).containsExactlyInAnyOrder("one", "other");
      one.close();
      sender.send(packet);
      assertThat(next()).isEqualTo("other");
    }
    assertThat(seen).isEmpty();
  }

  @Test
  void aGroupIsJoinedOnAnInterfaceThatThereIs() {
    InetSocketAddress group = new InetSocketAddress("239.255.53.51", 5350);
    Assertions.assertThatThrownBy(() -> loop.openMulticast(group, "nosuch0", (data, from) -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nosuch0");
  }

  @Test
  void aDefectiveTaskDoesNotEndTheLoop() throws Exception {
    loop.execute(
        () -> {
          throw new IllegalStateException("a defect");
        });
    loop.execute(() -> seen.add("after"));
    assertThat(next()).isEqualTo("after");
    assertThat(defects).hasSize(1).first().asString().contains("a defect");
  }

  @Test
  void aClosedPortIsFreeAgain() throws Exception {
    DatagramPort port = loop.openDatagram(anyPort(), (data, from) -> {});
    InetSocketAddress address = port.local();
    Assertions.assertThatThrownBy(() -> loop.openDatagram(address, (data, from) -> {}))
        .isInstanceOf(BindException.class);
    port.close();
    port.close();
    CountDownLatch turned = new CountDownLatch(2);
    loop.execute(turned::countDown);
    loop.execute(turned::countDown);
    turned.await(10, TimeUnit.SECONDS);
    DatagramPort again = openWhenFree(address);
    assertThat(again.local()).isEqualTo(address);
  }

  @Test
  void aPortThatIsOpenedWhileTheLoopEndsIsClosedWithIt() throws Exception {
    BlockingQueue<DatagramPort> opened = new LinkedBlockingQueue<>();
    BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    loop.execute(
        () -> {
          try {
            opened.add(loop.openDatagram(anyPort(), (data, from) -> {}));
          } catch (IOException e) {
            defects.add(e);
          }
          threads.add(Thread.currentThread());
          loop.close();
        });
    threads.take().join(10_000);
    assertFree(opened.take());
    assertFree(loop.openDatagram(anyPort(), (data, from) -> {}));
    assertThat(defects).isEmpty();
  }

  private static void assertFree(DatagramPort port) throws IOException {
    try (DatagramSocket again = new DatagramSocket(port.local())) {
      assertThat(again.getLocalSocketAddress()).isEqualTo(port.local());
    }
  }

  /** The selector lets go of a closed channel at its next turn. */
  private DatagramPort openWhenFree(InetSocketAddress address) throws InterruptedException {
    for (int i = 0; i < 1_000; i++) {
      try {
        return loop.openDatagram(address, (data, from) -> {});
      } catch (IOException e) {
        CountDownLatch turned = new CountDownLatch(1);
        loop.execute(turned::countDown);
        turned.await(1, TimeUnit.SECONDS);
      }
    }
    throw new AssertionError("the port stayed taken");
  }

  @Test
  void whatCannotBeSentIsLostQuietly() throws Exception {
    DatagramPort port = loop.openDatagram(anyPort(), (data, from) -> {});
    port.send(ByteBuffer.allocate(70_000), anyPort());
    port.send(ByteBuffer.allocate(1), InetSocketAddress.createUnresolved("nowhere.invalid", 1));
    port.close();
    port.send(ByteBuffer.allocate(1), port.local());
    assertThat(defects).isEmpty();
  }
}

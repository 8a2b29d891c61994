// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import io.phoneagent.spi.ListenerPort;
import io.phoneagent.spi.StreamAcceptor;
import io.phoneagent.spi.StreamPort;
import io.phoneagent.spi.StreamReceiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The loop of a real device: one thread around a selector. Idle, it waits without waking. */
public final class NioLoop implements Loop, AutoCloseable {
  private static final int FEWEST_LOOKED_THROUGH = 64;

  /** What a task, timer or receiver throws is a defect in it; the loop reports it and goes on. */
  private final Consumer<Throwable> defects;

  private final Clock clock;
  private final Selector selector;
  private final Thread thread;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Due> timers = new PriorityQueue<>();
  // With so many timers it is time to look for cancelled ones: twice as many as were left last
  // time.
  private int crowd = FEWEST_LOOKED_THROUGH;
  // Opened, and not watched yet: the task that makes the selector watch them is on its way.
  private final Set<Selected> opening = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean awake = new AtomicBoolean();
  private final AtomicBoolean begun = new AtomicBoolean();
  // A UDP payload is at most 65,507 octets.
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);
  // The same buffer: ByteBuffer's own clear() and flip() do not exist on Android API 26.
  private final Buffer bounds = buffer;
  private final Burst burst = new Burst();
  private long sequence;
  private volatile boolean closed;

  private NioLoop(String name, Consumer<Throwable> defects) {
    this.clock = Clock.system();
    this.defects = defects;
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("no selector can be opened", e);
    }
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /**
   * Starts a loop.
   *
   * @param threadName the name of its one thread, a daemon
   * @param defects told, on that thread, of whatever a task throws
   */
  public static NioLoop start(String threadName, Consumer<Throwable> defects) {
    NioLoop loop = waiting(threadName, defects);
    loop.begin();
    return loop;
  }

  /** The same, but its thread begins with the first task, timer or socket. */
  public static NioLoop waiting(String threadName, Consumer<Throwable> defects) {
    return new NioLoop(threadName, defects);
  }

  private void begin() {
    if (begun.compareAndSet(false, true)) {
      thread.start();
    }
  }

  @Override
  public Clock clock() {
    return clock;
  }

  /** Whether the caller is on this loop's thread. */
  public boolean inLoop() {
    return Thread.currentThread() == thread;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    begin();
    wake();
  }

  private void wake() {
    if (!inLoop() && awake.compareAndSet(false, true)) {
      selector.wakeup();
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Due due = new Due(clock.nanos() + Math.max(0, delay.toNanos()), task);
    if (inLoop()) {
      add(due);
    } else {
      execute(() -> add(due));
    }
    return due;
  }

  private void add(Due due) {
    if (timers.size() >= crowd) {
      // Most wait for what does come, and are cancelled long before they are due.
      timers.removeIf(one -> one.cancelled);
      crowd = Math.max(FEWEST_LOOKED_THROUGH, 2 * timers.size());
    }
    due.order = sequence++;
    timers.add(due);
  }

  /** How many timers are remembered, cancelled ones among them; on the loop. */
  int timers() {
    return timers.size();
  }

  @Override
  public DatagramPort openDatagram(InetSocketAddress local, DatagramReceiver receiver)
      throws IOException {
    return open(local, channel -> channel.bind(local), receiver);
  }

  @Override
  public DatagramPort openMulticast(
      InetSocketAddress group, String interfaceName, DatagramReceiver receiver) throws IOException {
    NetworkInterface network = NetworkInterface.getByName(interfaceName);
    if (network == null) {
      throw new IOException("there is no interface '" + interfaceName + "'");
    }
    return open(
        group,
        channel -> {
          channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
          channel.bind(new InetSocketAddress(group.getPort()));
          channel.join(group.getAddress(), network);
        },
        receiver);
  }

  /** Binds a channel. */
  private interface Binding {
    void bind(DatagramChannel channel) throws IOException;
  }

  private DatagramPort open(InetSocketAddress family, Binding binding, DatagramReceiver receiver)
      throws IOException {
    DatagramChannel channel =
        DatagramChannel.open(
            family.getAddress() instanceof Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET);
    try {
      channel.configureBlocking(false);
      binding.bind(channel);
      Port port = new Port(channel, (InetSocketAddress) channel.getLocalAddress(), receiver);
      watch(port, () -> register(port));
      return port;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public StreamPort openStream(
      InetSocketAddress local, InetSocketAddress remote, StreamReceiver receiver)
      throws IOException {
    NioStream stream = NioStream.bind(local, remote, receiver, this, buffer);
    watch(stream, () -> stream.begin(selector));
    return stream;
  }

  @Override
  public ListenerPort openListener(InetSocketAddress local, StreamAcceptor acceptor)
      throws IOException {
    NioListener listener = NioListener.bind(local, acceptor, this, selector, buffer);
    watch(listener, listener::begin);
    return listener;
  }

  private void watch(Selected opened, Runnable begin) {
    opening.add(opened);
    execute(
        () -> {
          begin.run();
          opening.remove(opened);
        });
    if (closed) {
      opened.close(); // nobody may be there any more to do so
    }
  }

  private void register(Port port) {
    if (!port.channel.isOpen()) {
      return;
    }
    try {
      port.channel.register(selector, SelectionKey.OP_READ, port);
    } catch (IOException e) {
      defects.accept(e);
    }
  }

  /** Ends the thread; open ports are closed, waiting tasks and timers are dropped. Idempotent. */
  @Override
  public void close() {
    closed = true;
    if (begun.compareAndSet(false, true)) {
      run(); // there is no thread to let go of what was opened
    } else {
      selector.wakeup();
    }
  }

  private void run() {
    try {
      while (!closed) {
        awake.set(false);
        long selected = clock.nanos();
        long wait = tasks.isEmpty() ? untilTimer(selected) : 0;
        if (wait == 0) {
          selector.selectNow();
        } else {
          selector.select(Math.max(0, wait)); // 0 waits until something is received or added
        }
        runTasks(); // what was asked for before a message came is done before that is received
        receiveAll();
        // Not those that fell due meanwhile: when a busy or stalled machine lets the loop go on
        // late, the answer a timer waits for may have come in time and not been received yet.
        runTimers(selected);
      }
    } catch (IOException | ClosedSelectorException e) {
      defects.accept(e);
    } finally {
      for (SelectionKey key : selector.keys()) {
        ((Selected) key.attachment()).close();
      }
      opening.forEach(Selected::close);
      try {
        selector.close();
      } catch (IOException e) {
        defects.accept(e);
      }
    }
  }

  private void runTasks() {
    // Only those that wait now: a task that adds itself again must not starve the sockets.
    int waiting = tasks.size();
    for (int i = 0; i < waiting; i++) {
      Runnable task = tasks.poll();
      if (task == null) {
        return;
      }
      guarded(task);
    }
  }

  /** Milliseconds until the next timer: 0 if one is due, -1 if there is none. */
  private long untilTimer(long now) {
    dropCancelled();
    return timers.isEmpty() ? -1 : Math.max(0, (timers.element().at - now + 999_999) / 1_000_000);
  }

  private void runTimers(long until) {
    dropCancelled();
    while (!timers.isEmpty() && timers.element().at - until <= 0) {
      guarded(timers.remove().task);
      dropCancelled();
    }
  }

  private void dropCancelled() {
    while (!timers.isEmpty() && timers.element().cancelled) {
      timers.remove();
    }
  }

  private void receiveAll() {
    if (selector.selectedKeys().isEmpty()) {
      return;
    }
    for (SelectionKey key : selector.selectedKeys()) {
      Selected selected = (Selected) key.attachment();
      if (key.isValid()) {
        guarded(() -> selected.ready(key));
      }
    }
    selector.selectedKeys().clear();
  }

  @SuppressWarnings("IllegalCatch") // One defective task must not end the thread all others need.
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      defects.accept(e);
    }
  }

  private static final class Due implements Timer, Comparable<Due> {
    private final long at;
    // Let go of when it is cancelled: until it would be due, the queue still holds the rest.
    private volatile Runnable task;
    private long order;
    private volatile boolean cancelled;

    Due(long at, Runnable task) {
      this.at = at;
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
      task = Due::nothing;
    }

    private static void nothing() {}

    @Override
    @SuppressWarnings("ComparableType")
    public int compareTo(Due other) {
      int byTime = Long.compare(at - other.at, 0);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** What the selector watches for its owner. */
  interface Selected {
    /** Something of what it waits for has come; on the loop. */
    void ready(SelectionKey key);

    /** Closes it. */
    void close();
  }

  private final class Port implements DatagramPort, Selected {
    private final DatagramChannel channel;
    private final InetSocketAddress local;
    private final DatagramReceiver receiver;
    // The loop's: what is sent meanwhile waits.
    private boolean reading;

    Port(DatagramChannel channel, InetSocketAddress local, DatagramReceiver receiver) {
      this.channel = channel;
      this.local = local;
      this.receiver = receiver;
    }

    @Override
    public void ready(SelectionKey key) {
      reading = true;
      readAll();
      flush();
    }

    private void readAll() {
      // At most this many from one socket in a row, so that no socket starves the timers.
      for (int i = 0; i < 64 && channel.isOpen(); i++) {
        bounds.clear();
        InetSocketAddress from;
        try {
          from = (InetSocketAddress) channel.receive(buffer);
        } catch (IOException e) {
          // An ICMP error for an earlier datagram, or the interface is gone: nothing was received.
          return;
        }
        if (from == null) {
          return;
        }
        bounds.flip();
        guarded(() -> receiver.received(buffer, from));
      }
    }

    /** Sends what had to wait until this socket was read. */
    private void flush() {
      reading = false;
      burst.drain((data, to) -> guarded(() -> transmit(data, to)));
    }

    @Override
    public InetSocketAddress local() {
      return local;
    }

    @Override
    public void send(ByteBuffer data, InetSocketAddress to) {
      if (inLoop() && reading) {
        if (burst.add(data, to)) {
          return;
        }
        flush();
        reading = true;
      }
      transmit(data, to);
    }

    private void transmit(ByteBuffer data, InetSocketAddress to) {
      try {
        channel.send(data, to);
      } catch (IOException | java.nio.channels.UnresolvedAddressException e) {
        // As lost as if it had been dropped on the way; whoever needs an answer asks again.
        return;
      }
    }

    @Override
    public void close() {
      if (inLoop() && reading) {
        flush(); // what was said before still goes out
      }
      try {
        channel.close();
      } catch (IOException e) {
        return; // A socket that cannot be closed is not open either.
      }
    }
  }
}

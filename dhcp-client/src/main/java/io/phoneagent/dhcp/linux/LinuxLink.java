// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import io.phoneagent.MacAddress;
import io.phoneagent.dhcp.LinkSocket;
import io.phoneagent.dhcpmessage.LinkAddress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link over packet sockets, which need the right CAP_NET_RAW and nothing else. Frames are sent
 * from a socket that receives nothing; those that receive are open only while somebody listens. One
 * thread waits for them and for netlink's word of the interface, and hands on to the loop.
 */
final class LinuxLink implements LinkSocket {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxLink.class);
  private static final int IPV4 = 0x0800;
  private static final int ARP = 0x0806;
  private static final int POLL_ENTRY = 8;

  private final String interfaceName;
  private final Executor loop;
  private final NetlinkSocket netlink;
  private final int sending;
  private final int waking;
  private final Received received = new Received();
  // The loop's own, but for the interface's number, which the thread corrects.
  private volatile int index;
  private volatile MacAddress mac;
  private Optional<Listener> listener = Optional.empty();
  private boolean closed;
  // Guarded by this object: what the thread is to wait for, and what it is to close.
  private int ip = -1;
  private int arp = -1;
  private boolean resting;
  private boolean ending;
  private boolean released;
  // Frames of a rest before are not told after it.
  private int listening;

  private LinuxLink(
      String interfaceName,
      Executor loop,
      NetlinkSocket netlink,
      int sending,
      int waking,
      int index,
      MacAddress mac) {
    this.interfaceName = interfaceName;
    this.loop = loop;
    this.netlink = netlink;
    this.sending = sending;
    this.waking = waking;
    this.index = index;
    this.mac = mac;
  }

  /**
   * Opens an interface.
   *
   * @throws IOException if there is none of this name, or no right to it
   */
  static LinuxLink open(String interfaceName, Executor loop) throws IOException {
    NetlinkSocket netlink = NetlinkSocket.open(true);
    int sending = -1;
    int waking = -1;
    try {
      Netlink.Link link = find(netlink.links(), interfaceName);
      sending = packetSocket();
      waking = Libc.eventfd(0, Libc.EFD_FLAGS);
      return new LinuxLink(
          interfaceName,
          loop,
          netlink,
          sending,
          waking,
          link.index(),
          link.mac()
              .orElseThrow(
                  () ->
                      new IOException(
                          interfaceName + " is no Ethernet; DHCP over it is not there")));
    } catch (LastErrorException e) {
      close(netlink, sending, waking);
      throw Libc.failed("the link of " + interfaceName + " cannot be opened", e);
    } catch (IOException | RuntimeException e) {
      close(netlink, sending, waking);
      throw e;
    }
  }

  private static void close(NetlinkSocket netlink, int sending, int waking) {
    netlink.close();
    Libc.closeQuietly(sending);
    Libc.closeQuietly(waking);
  }

  private static Netlink.Link find(List<Netlink.Link> links, String name) throws IOException {
    for (Netlink.Link link : links) {
      if (link.name().equals(name)) {
        return link;
      }
    }
    throw new IOException(
        "there is no interface "
            + name
            + "; there are "
            + links.stream().map(Netlink.Link::name).collect(Collectors.joining(", ")));
  }

  private static int packetSocket() throws IOException {
    try {
      return Libc.socket(
          Libc.AF_PACKET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
    } catch (LastErrorException e) {
      if (e.getErrorCode() == Libc.EPERM || e.getErrorCode() == Libc.EACCES) {
        throw new IOException(
            "leasing an address needs the right CAP_NET_RAW; run as root, or give it to the Java"
                + " program: setcap cap_net_raw,cap_net_admin+ep, or"
                + " AmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN of systemd",
            e);
      }
      throw Libc.failed("no packet socket can be opened", e);
    }
  }

  @Override
  public String interfaceName() {
    return interfaceName;
  }

  @Override
  public MacAddress mac() {
    return mac;
  }

  @Override
  public void start(Listener told) {
    listener = Optional.of(told);
    Thread thread = new Thread(this::run, "phoneagent-link-" + interfaceName);
    thread.setDaemon(true);
    // Before the thread begins: one thread at a time has the socket.
    askForLink();
    thread.start();
  }

  /** Answered on the thread, in order with what changes meanwhile. */
  private void askForLink() {
    try {
      netlink.send(netlink.request(Netlink.GET_LINK, 0).link(index));
    } catch (IOException e) {
      tell(l -> l.down(String.valueOf(e.getMessage())));
    }
  }

  @Override
  public void listen() throws IOException {
    synchronized (this) {
      if ((ip >= 0 && !resting) || ending) {
        return;
      }
    }
    int newIp = -1;
    int newArp = -1;
    try {
      newIp = packetSocket();
      Memory[] filter = PacketFilter.memory();
      Libc.setsockopt(
          newIp, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, filter[0], (int) filter[0].size());
      Memory on = Libc.zeroed(4);
      on.setInt(0, 1);
      Libc.setsockopt(newIp, Libc.SOL_PACKET, Libc.PACKET_AUXDATA, on, 4);
      Libc.bind(newIp, address(IPV4, LinkAddress.BROADCAST), 20);
      newArp = packetSocket();
      Libc.bind(newArp, address(ARP, LinkAddress.BROADCAST), 20);
    } catch (LastErrorException e) {
      Libc.closeQuietly(newIp);
      Libc.closeQuietly(newArp);
      throw Libc.failed("nothing can be received on " + interfaceName, e);
    } catch (IOException e) {
      Libc.closeQuietly(newIp);
      throw e;
    }
    synchronized (this) {
      // Those of before, if the thread has not come to closing them yet.
      Libc.closeQuietly(ip);
      Libc.closeQuietly(arp);
      ip = newIp;
      arp = newArp;
      resting = false;
      listening++;
    }
    wake();
  }

  @Override
  public synchronized void rest() {
    resting = true;
    listening++;
    wake();
  }

  private synchronized void wake() {
    if (released) {
      return; // the number of the file may be somebody else's by now
    }
    Memory one = Libc.zeroed(8);
    one.setLong(0, 1);
    try {
      Libc.write(waking, one, new NativeSize(8));
    } catch (LastErrorException e) {
      LOG.debug("the link's thread is awake", e);
    }
  }

  private Memory address(int protocol, LinkAddress to) {
    Memory address = Libc.zeroed(20);
    address.setShort(0, (short) Libc.AF_PACKET);
    address.setByte(2, (byte) (protocol >> 8));
    address.setByte(3, (byte) protocol);
    address.setInt(4, index);
    address.setByte(11, (byte) 6);
    address.write(12, to.octets(), 0, 6);
    return address;
  }

  @Override
  public void sendIp(LinkAddress to, byte[] packet) throws IOException {
    send(IPV4, to, packet);
  }

  @Override
  public void sendArp(byte[] packet) throws IOException {
    send(ARP, LinkAddress.BROADCAST, packet);
  }

  private void send(int protocol, LinkAddress to, byte[] packet) throws IOException {
    if (closed) {
      throw new IOException("the link of " + interfaceName + " is closed");
    }
    Memory memory = new Memory(packet.length);
    memory.write(0, packet, 0, packet.length);
    try {
      Libc.sendto(sending, memory, new NativeSize(packet.length), 0, address(protocol, to), 20);
    } catch (LastErrorException e) {
      if (e.getErrorCode() == Libc.EAGAIN) {
        return; // the queue is full: as lost as on the way
      }
      throw Libc.failed("nothing can be sent on " + interfaceName, e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean started = listener.isPresent();
    listener = Optional.empty();
    synchronized (this) {
      ending = true;
    }
    if (started) {
      wake(); // the thread lets go of everything
    } else {
      release();
    }
  }

  private synchronized void release() {
    released = true;
    close(netlink, sending, waking);
    Libc.closeQuietly(ip);
    Libc.closeQuietly(arp);
    ip = -1;
    arp = -1;
  }

  private void run() {
    Memory set = Libc.zeroed(4 * POLL_ENTRY);
    Memory counter = Libc.zeroed(8);
    while (true) {
      int count;
      synchronized (this) {
        if (ending) {
          release();
          return;
        }
        if (resting) {
          Libc.closeQuietly(ip);
          Libc.closeQuietly(arp);
          ip = -1;
          arp = -1;
          resting = false;
        }
        entry(set, 0, waking);
        entry(set, 1, netlink.file());
        count = 2;
        if (ip >= 0) {
          entry(set, 2, ip);
          entry(set, 3, arp);
          count = 4;
        }
      }
      try {
        Libc.poll(set, new NativeSize(count), -1);
      } catch (LastErrorException e) {
        if (e.getErrorCode() != Libc.EINTR) {
          tell(
              l ->
                  l.down("the link of " + interfaceName + " cannot be watched: " + e.getMessage()));
          synchronized (this) {
            release();
          }
          return;
        }
      }
      try {
        Libc.read(waking, counter, new NativeSize(8));
      } catch (LastErrorException e) {
        LOG.trace("nobody has woken the link's thread", e);
      }
      for (Netlink.Message message : netlink.waiting()) {
        message.link().ifPresent(this::changed);
        message
            .gone()
            .filter(g -> g.index() == index)
            .ifPresent(g -> tell(l -> l.taken(g.address())));
      }
      if (netlink.overrun()) {
        askForLink();
      }
      receive();
    }
  }

  private static void entry(Memory set, int at, int file) {
    set.setInt((long) at * POLL_ENTRY, file);
    set.setShort((long) at * POLL_ENTRY + 4, Libc.POLLIN);
    set.setShort((long) at * POLL_ENTRY + 6, (short) 0);
  }

  /** Without waiting, so that nobody closes meanwhile what is read from. */
  private synchronized void receive() {
    if (ip < 0 || resting || ending) {
      return;
    }
    int turn = listening;
    for (Optional<byte[]> packet = received.next(ip);
        packet.isPresent();
        packet = received.next(ip)) {
      byte[] octets = packet.get();
      LinkAddress from = LinkAddress.of(received.sender(), 0);
      boolean done = received.checksumDone();
      tell(turn, l -> l.ip(from, octets, done));
    }
    for (Optional<byte[]> packet = received.next(arp);
        packet.isPresent();
        packet = received.next(arp)) {
      byte[] octets = packet.get();
      tell(turn, l -> l.arp(octets));
    }
  }

  /** An interface that was made again has another number, and perhaps another address. */
  private void changed(Netlink.Link link) {
    if (link.index() != index && !(link.there() && link.name().equals(interfaceName))) {
      return;
    }
    if (link.index() != index) {
      if (!link.mac().isPresent()) {
        return;
      }
      index = link.index();
      mac = link.mac().get();
      loop.execute(this::listenAnew);
    }
    boolean up = link.up();
    String why = link.whyDown();
    tell(
        l -> {
          if (up) {
            l.up();
          } else {
            l.down(why);
          }
        });
  }

  private void listenAnew() {
    synchronized (this) {
      if (ip < 0 || resting || ending) {
        return;
      }
      resting = true;
    }
    try {
      listen();
    } catch (IOException e) {
      LOG.info("{}", e.getMessage());
    }
  }

  private void tell(int turn, Consumer<Listener> event) {
    loop.execute(
        () -> {
          boolean current;
          synchronized (this) {
            current = turn == listening;
          }
          if (current) {
            listener.ifPresent(event);
          }
        });
  }

  private void tell(Consumer<Listener> event) {
    loop.execute(() -> listener.ifPresent(event));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.MacAddress;
import io.phoneagent.dhcpmessage.LinkAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.concurrent.Executor;

/**
 * One network interface below IP: what a device needs before it has an address. All methods are to
 * be called on the agent's thread, where the listener is told too; none blocks.
 */
public interface LinkSocket extends AutoCloseable {

  /** The interface, such as {@code eth0}. */
  String interfaceName();

  /** The interface's hardware address. */
  MacAddress mac();

  /**
   * Begins to tell of the link, first of all whether it is up. Frames only after {@link #listen}.
   */
  void start(Listener listener);

  /**
   * Begins to receive: IPv4 to UDP port 68, and ARP. Costs a wake-up for each such frame, so it is
   * on only while an answer is waited for. Without effect where it is on.
   *
   * @throws IOException if the interface is gone
   */
  void listen() throws IOException;

  /** Receives no frames any more, until {@link #listen()}; what is on its way is dropped. */
  void rest();

  /**
   * Sends an IPv4 packet.
   *
   * @param to the next hop
   * @param packet from the IP header on, checksums done
   * @throws IOException if the interface is gone or down
   */
  void sendIp(LinkAddress to, byte[] packet) throws IOException;

  /**
   * Sends an ARP packet (RFC 826) to everybody.
   *
   * @throws IOException if the interface is gone or down
   */
  void sendArp(byte[] packet) throws IOException;

  /** Lets go of the interface; nothing is told any more. */
  @Override
  void close();

  /** Opens the interfaces of this system. */
  interface Opener {

    /**
     * Opens one; it is quiet until it is started.
     *
     * @param interfaceName such as {@code eth0}
     * @param loop the agent's thread, on which the listener is told
     * @throws IOException if there is no such interface, or no right to it, or no native part; the
     *     message says which, and the way out
     */
    LinkSocket open(String interfaceName, Executor loop) throws IOException;
  }

  /** Told, on the agent's thread, what comes in. */
  interface Listener {

    /** The link has its carrier and is switched on. */
    void up();

    /** It has not, or the interface is gone. */
    void down(String cause);

    /**
     * An IPv4 packet came.
     *
     * @param from who sent the frame
     * @param packet from the IP header on
     * @param checksumDone false where the sender's kernel has left the UDP checksum to hardware
     *     that is not there, as between virtual interfaces: it is not to be checked then
     */
    void ip(LinkAddress from, byte[] packet, boolean checksumDone);

    /** An ARP packet came (RFC 826). */
    void arp(byte[] packet);

    /** The interface has lost this address. Default for systems that do not tell. */
    default void taken(Inet4Address address) {}
  }
}

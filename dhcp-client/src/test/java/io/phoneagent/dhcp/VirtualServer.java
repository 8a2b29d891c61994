// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.dhcpmessage.DhcpMessage;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.dhcpmessage.DhcpReader;
import io.phoneagent.dhcpmessage.DhcpWriter;
import io.phoneagent.dhcpmessage.Ipv4;
import io.phoneagent.dhcpmessage.LinkAddress;
import io.phoneagent.dhcpmessage.MalformedDhcpException;
import io.phoneagent.dhcpmessage.MessageType;
import io.phoneagent.spi.IpLiteral;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A DHCP server with one address to give, whose packets a test can lose, repeat and hold back. */
final class VirtualServer implements Consumer<byte[]> {
  static final LinkAddress MAC = new LinkAddress(0x0200_0000_0001L);

  private final VirtualLink link;
  Inet4Address own = address("192.168.1.1");
  Inet4Address gives = address("192.168.1.100");
  long seconds = 3600;
  boolean answers = true;
  boolean refuses;
  boolean knowsNobody;
  int copies = 1;
  Duration delay = VirtualLink.DELAY;
  final Map<Integer, byte[]> says = new TreeMap<>();
  final List<DhcpMessage> heard = new ArrayList<>();
  final List<UdpPacket> packets = new ArrayList<>();

  VirtualServer(VirtualLink link) {
    this.link = link;
    says.put(DhcpOptions.SUBNET_MASK, address("255.255.255.0").getAddress());
    says.put(DhcpOptions.ROUTERS, own.getAddress());
  }

  static Inet4Address address(String literal) {
    return (Inet4Address) IpLiteral.parse(literal).orElseThrow();
  }

  @Override
  public void accept(byte[] packet) {
    try {
      UdpPacket udp = UdpPacket.read(packet, true);
      DhcpMessage question = DhcpReader.read(udp.payload());
      heard.add(question);
      packets.add(udp);
      if (answers) {
        answer(question).ifPresent(type -> send(reply(question, type)));
      }
    } catch (MalformedDhcpException e) {
      throw new AssertionError(e);
    }
  }

  private Optional<MessageType> answer(DhcpMessage question) {
    MessageType type = question.options().type().orElseThrow();
    if (type == MessageType.DISCOVER) {
      return Optional.of(MessageType.OFFER);
    }
    if (type == MessageType.INFORM) {
      return Optional.of(MessageType.ACK);
    }
    if (type != MessageType.REQUEST) {
      return Optional.empty();
    }
    Optional<Inet4Address> chosen = question.options().address(DhcpOptions.SERVER);
    Inet4Address asked =
        question.options().address(DhcpOptions.REQUESTED_ADDRESS).orElse(question.clientAddress());
    if (chosen.isPresent() && !chosen.get().equals(own)) {
      return Optional.empty();
    }
    if (!chosen.isPresent() && knowsNobody) {
      return Optional.empty();
    }
    return Optional.of(refuses || !asked.equals(gives) ? MessageType.NAK : MessageType.ACK);
  }

  DhcpMessage reply(DhcpMessage question, MessageType type) {
    Map<Integer, byte[]> options = new TreeMap<>();
    if (type == MessageType.NAK) {
      options.put(DhcpOptions.MESSAGE, new byte[] {'n', 'o'});
    } else {
      options.putAll(says);
    }
    boolean informs = isInform(question);
    if (type != MessageType.NAK && !informs) {
      int s = (int) seconds;
      options.put(DhcpOptions.LEASE_TIME, Ipv4.of(s).getAddress());
    }
    options.put(DhcpOptions.MESSAGE_TYPE, new byte[] {(byte) type.code()});
    options.put(DhcpOptions.SERVER, own.getAddress());
    return new DhcpMessage(
        true,
        question.xid(),
        0,
        informs ? question.clientAddress() : Ipv4.ANY,
        type == MessageType.NAK || informs ? Ipv4.ANY : gives,
        own,
        question.mac(),
        new DhcpOptions(options));
  }

  void send(DhcpMessage reply) {
    for (int i = 0; i < copies; i++) {
      byte[] answer = new UdpPacket(own, 67, to(reply), 68, DhcpWriter.write(reply)).write();
      link.deliver(MAC, answer, delay);
    }
  }

  private static boolean isInform(DhcpMessage question) {
    return question.options().type().equals(Optional.of(MessageType.INFORM));
  }

  private static Inet4Address to(DhcpMessage reply) {
    return reply.clientAddress().equals(Ipv4.ANY) ? reply.yourAddress() : reply.clientAddress();
  }

  List<MessageType> heardTypes() {
    List<MessageType> types = new ArrayList<>();
    heard.forEach(m -> types.add(m.options().type().orElseThrow()));
    return types;
  }

  DhcpMessage last() {
    return heard.get(heard.size() - 1);
  }
}

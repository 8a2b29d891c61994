// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.AgentStatus;
import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgent;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.PublicRanges;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;

/** A phone that knows a domain alone: a name server on loopback says where its switch is. */
class SrvTest {
  private static void serve(DatagramSocket socket, int port) {
    byte[] octets = new byte[1500];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(octets, octets.length);
        socket.receive(packet);
        Message question = new Message(Arrays.copyOf(octets, packet.getLength()));
        Message answer = new Message(question.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(question.getQuestion(), Section.QUESTION);
        Name name = question.getQuestion().getName();
        if (name.equals(Name.fromString("_phoneagent._tcp.phones.test."))) {
          Name target = Name.fromString("localhost.");
          answer.addRecord(new SRVRecord(name, DClass.IN, 60, 0, 0, port, target), Section.ANSWER);
        }
        byte[] wire = answer.toWire();
        socket.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
      }
    } catch (IOException e) {
      assertThat(socket.isClosed()).isTrue(); // the test is over
    }
  }

  @Test
  void aDomainIsEnoughToBecomeReachable(@TempDir Path data) throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (TestSwitch dnsSwitch = new TestSwitch(data, "+15551230001", "s1");
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(loopback, 0))) {
      int port = URI.create(dnsSwitch.address()).getPort();
      new Thread(() -> serve(socket, port), "name-server").start();
      System.setProperty("dns.server", "127.0.0.1:" + socket.getLocalPort());
      try (PhoneAgent agent =
          PhoneAgent.builder()
              .dnsSwitch(URI.create("https+srv://phones.test"))
              .line(Line.number("+15551230001").secret("s1"))
              .trust(Certificates.read("--ca", dnsSwitch.authority()))
              .macAddress(MacAddress.of("02:00:00:00:01:64"))
              .addressProvider(AddressProvider.operatingSystem("lo"))
              .treatAsPublic(PublicRanges.alsoTreating(List.of("127.0.0.0/8")))
              .build()) {
        agent.start();
        Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> agent.status() == AgentStatus.REACHABLE);
        assertThat(agent.explain())
            .anyMatch(e -> e.to().equals("https://phones.test:" + port + "#localhost"));
      } finally {
        System.clearProperty("dns.server");
      }
    }
  }
}

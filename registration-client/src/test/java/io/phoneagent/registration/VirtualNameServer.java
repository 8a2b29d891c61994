// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Lease;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The name server of example.test in the virtual internet, which does what a test wants. */
final class VirtualNameServer {
  private static final String ADDRESS = "198.51.100.53";
  private static final long TTL_SECONDS = 60;

  private final Name origin;
  private final DatagramPort socket;
  private final List<String> asked = new ArrayList<>();
  private List<Record> zone = List.of();
  private Optional<Integer> rcode = Optional.empty();
  private boolean silent;
  private boolean forged;
  private boolean cut;

  VirtualNameServer(VirtualNetwork network) throws IOException {
    origin = Name.fromString("example.test.");
    VirtualHost host = network.host(ADDRESS);
    socket = host.loop().openDatagram(new InetSocketAddress(host.address(), 53), this::received);
  }

  /** A lease that names it. */
  static Lease lease() {
    Lease l = Samples.LEASE;
    return new Lease(
        l.interfaceName(),
        l.address(),
        l.gateway(),
        l.mac(),
        List.of(Samples.address(ADDRESS)),
        l.server(),
        l.validFor());
  }

  /** Serves these records from now on: each a name in the domain, a type and the data. */
  void zone(String... records) {
    List<Record> read = new ArrayList<>();
    try {
      for (String each : records) {
        String[] parts = each.split(" ", 3);
        read.add(
            Record.fromString(
                Name.fromString(parts[0], origin),
                Type.value(parts[1]),
                DClass.IN,
                TTL_SECONDS,
                parts[2],
                origin));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    zone = read;
  }

  /** Answers with this code, whatever it knows. */
  void answersWith(int code) {
    rcode = Optional.of(code);
  }

  void silent(boolean now) {
    silent = now;
  }

  /** Whether its answers are to other questions. */
  void forged(boolean now) {
    forged = now;
  }

  /** Its answers are longer than a datagram. */
  void cut() {
    cut = true;
  }

  /** Each question, as its type and its name; also those that it was silent to. */
  List<String> asked() {
    return asked;
  }

  private void received(ByteBuffer datagram, InetSocketAddress from) {
    byte[] octets = new byte[datagram.remaining()];
    datagram.get(octets);
    try {
      Message question = new Message(octets);
      Record what = question.getQuestion();
      asked.add(Type.string(what.getType()) + " " + what.getName());
      if (!silent) {
        socket.send(ByteBuffer.wrap(answer(question.getHeader().getID(), what).toWire()), from);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Message answer(int id, Record what) {
    Message answer = new Message(forged ? id ^ 1 : id);
    answer.addRecord(what, Section.QUESTION);
    Name name = what.getName();
    for (Record each : zone) {
      boolean alias = each instanceof CNAMERecord;
      if (each.getName().equals(name) && (alias || each.getType() == what.getType())) {
        answer.addRecord(each, Section.ANSWER);
        name = alias ? ((CNAMERecord) each).getTarget() : name;
      }
    }
    answer.getHeader().setFlag(Flags.QR);
    if (cut) {
      answer.getHeader().setFlag(Flags.TC);
    }
    boolean empty = answer.getSection(Section.ANSWER).isEmpty();
    answer.getHeader().setRcode(rcode.orElse(empty ? Rcode.NXDOMAIN : Rcode.NOERROR));
    return answer;
  }
}

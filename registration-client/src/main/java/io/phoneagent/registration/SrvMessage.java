// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** The question for the servers of a domain's service, and the answers to it. */
final class SrvMessage {
  static final String SERVICE = "_phoneagent._tcp.";
  // What passes every path unfragmented; some twenty records fit in.
  private static final int MOST_OCTETS = 1232;
  private static final int MOST_ALIASES = 8;

  private final Message question;
  private final Name name;
  private final int type;

  /**
   * A question for a domain's switches.
   *
   * @param id unpredictable for others, 0 to 65,535
   * @param domain a host name
   */
  SrvMessage(int id, String domain) {
    this(id, SERVICE + domain, Type.SRV);
  }

  private SrvMessage(int id, String owner, int type) {
    this.type = type;
    try {
      name = Name.fromString(owner, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("no name: " + owner, e);
    }
    question = Message.newQuery(Record.newRecord(name, type, DClass.IN));
    question.getHeader().setID(id);
    question.addRecord(new OPTRecord(MOST_OCTETS, 0, 0), Section.ADDITIONAL);
  }

  /** A question for the servers of that name, such as {@code _sip._udp.example.com}. */
  static SrvMessage servers(int id, String owner) {
    return new SrvMessage(id, owner, Type.SRV);
  }

  /** A question for the SIP services of a domain (RFC 3263 section 4.1). */
  static SrvMessage services(int id, String domain) {
    return new SrvMessage(id, domain, Type.NAPTR);
  }

  ByteBuffer octets() {
    return ByteBuffer.wrap(question.toWire());
  }

  /** What this datagram says; empty if it is no answer to this question. */
  Optional<SrvAnswer> read(ByteBuffer datagram) {
    byte[] octets = new byte[datagram.remaining()];
    datagram.get(octets);
    Message message;
    try {
      message = new Message(octets);
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // whatever a parser may make of hostile octets
    }
    Header header = message.getHeader();
    if (header.getID() != question.getHeader().getID()
        || !header.getFlag(Flags.QR)
        || header.getOpcode() != Opcode.QUERY
        || message.getQuestion() == null
        || !message.getQuestion().equals(question.getQuestion())) {
      return Optional.empty();
    }
    if (header.getRcode() == Rcode.NXDOMAIN) {
      return Optional.of(new SrvAnswer.Absent("there is no " + name));
    }
    if (header.getRcode() != Rcode.NOERROR) {
      return Optional.of(
          new SrvAnswer.Failed("the name server answers " + Rcode.string(header.getRcode())));
    }
    return Optional.of(
        header.getFlag(Flags.TC)
            ? new SrvAnswer.Failed("the answer is longer than " + MOST_OCTETS + " octets")
            : records(message.getSection(Section.ANSWER)));
  }

  private SrvAnswer records(List<Record> answer) {
    Name owner = name;
    long ttl = Long.MAX_VALUE;
    for (int i = 0; i < MOST_ALIASES; i++) {
      Name before = owner;
      for (Record each : answer) {
        if (each instanceof CNAMERecord alias && alias.getName().equals(before)) {
          owner = alias.getTarget();
          ttl = Math.min(ttl, alias.getTTL());
        }
      }
    }
    if (type == Type.NAPTR) {
      return services(owner, answer, ttl);
    }
    List<SrvRecord> found = new ArrayList<>();
    boolean none = false;
    for (Record each : answer) {
      if (each instanceof SRVRecord srv && srv.getName().equals(owner)) {
        ttl = Math.min(ttl, srv.getTTL());
        none |= srv.getTarget().equals(Name.root);
        SrvRecord read =
            new SrvRecord(
                srv.getPriority(),
                srv.getWeight(),
                srv.getPort(),
                srv.getTarget().toString(true).toLowerCase(Locale.ROOT));
        if (read.usable()) {
          found.add(read);
        }
      }
    }
    return found.isEmpty() && !none
        ? new SrvAnswer.Absent(name + " names no switch")
        : new SrvAnswer.Found(found, Duration.ofSeconds(ttl));
  }

  private SrvAnswer services(Name owner, List<Record> answer, long aliases) {
    List<NAPTRRecord> found = new ArrayList<>();
    long ttl = aliases;
    for (Record each : answer) {
      if (each instanceof NAPTRRecord naptr
          && naptr.getName().equals(owner)
          && naptr.getFlags().equalsIgnoreCase("s")
          && naptr.getRegexp().isEmpty()
          && !naptr.getReplacement().equals(Name.root)) {
        ttl = Math.min(ttl, naptr.getTTL());
        found.add(naptr);
      }
    }
    found.sort(
        Comparator.comparingInt(NAPTRRecord::getOrder)
            .thenComparingInt(NAPTRRecord::getPreference));
    List<SrvAnswer.Service> services = new ArrayList<>();
    for (NAPTRRecord each : found) {
      services.add(
          new SrvAnswer.Service(
              each.getService().toUpperCase(Locale.ROOT),
              each.getReplacement().toString(true).toLowerCase(Locale.ROOT)));
    }
    return services.isEmpty()
        ? new SrvAnswer.Absent(name + " names no service")
        : new SrvAnswer.Services(services, Duration.ofSeconds(ttl));
  }
}

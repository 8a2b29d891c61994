// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.place;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/**
 * Changes a name's address by DNS UPDATE (RFC 2136) over TCP, proven by TSIG (RFC 8945), which the
 * server's answer has to be too.
 */
public final class DnsUpdate implements NameServer {
  // A phone that has asked just before the change asks again after this time.
  private static final long TTL_SECONDS = 30;
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final Name name;
  private final String host;
  private final int port;
  private final TSIG key;

  /**
   * Of this name, at that server.
   *
   * @param name a host's name without a final dot
   * @throws IOException if it or the key's name is none
   */
  public DnsUpdate(String name, String host, int port, TsigKey key) throws IOException {
    this.name = Name.fromString(name, Name.root);
    this.host = host;
    this.port = port;
    this.key =
        new TSIG(
            Name.fromString(key.algorithm(), Name.root),
            Name.fromString(key.name(), Name.root),
            Base64.getDecoder().decode(key.secret()));
  }

  @Override
  public void lead(InetAddress address) throws IOException {
    SimpleResolver server =
        new SimpleResolver(new InetSocketAddress(InetAddress.getByName(host), port));
    server.setTCP(true);
    server.setTimeout(TIMEOUT);
    server.setTSIGKey(key);
    Record record =
        address instanceof Inet4Address
            ? new ARecord(name, DClass.IN, TTL_SECONDS, address)
            : new AAAARecord(name, DClass.IN, TTL_SECONDS, address);
    Update update = new Update(zone(server));
    update.replace(record);
    Message answer = asked(server, update);
    if (answer.getRcode() != Rcode.NOERROR) {
      throw new IOException("it refuses the update: " + Rcode.string(answer.getRcode()));
    }
  }

  /** Of which zone the name is, as the server says that has it. */
  private Name zone(SimpleResolver server) throws IOException {
    Message answer = asked(server, Message.newQuery(Record.newRecord(name, Type.SOA, DClass.IN)));
    for (int section : List.of(Section.ANSWER, Section.AUTHORITY)) {
      Optional<Name> zone =
          answer.getSection(section).stream()
              .filter(r -> r.getType() == Type.SOA && name.subdomain(r.getName()))
              .map(Record::getName)
              .findFirst();
      if (zone.isPresent()) {
        return zone.get();
      }
    }
    throw new IOException("it does not serve " + name + ": " + Rcode.string(answer.getRcode()));
  }

  private Message asked(SimpleResolver server, Message question) throws IOException {
    Message answer = server.send(question);
    if (!answer.isVerified()) {
      throw new IOException(
          "its answer is not proven by the key: " + Rcode.string(answer.getRcode()));
    }
    return answer;
  }
}

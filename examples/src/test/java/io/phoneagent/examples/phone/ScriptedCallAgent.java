// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.mgcp.AddressPeer;
import io.phoneagent.mgcp.EndpointName;
import io.phoneagent.mgcp.IncomingCommand;
import io.phoneagent.mgcp.MgcpCommand;
import io.phoneagent.mgcp.MgcpLimits;
import io.phoneagent.mgcp.MgcpPeer;
import io.phoneagent.mgcp.MgcpResponse;
import io.phoneagent.mgcp.MgcpTimings;
import io.phoneagent.mgcp.MgcpTransactions;
import io.phoneagent.mgcp.MgcpVerb;
import io.phoneagent.mgcp.NamedEvent;
import io.phoneagent.mgcp.ParameterName;
import io.phoneagent.mgcp.Refusal;
import io.phoneagent.mgcp.ResponseListener;
import io.phoneagent.runtime.NioLoop;
import io.phoneagent.spi.DatagramPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * A small exchange: who lifts the handset hears dial tone and dials four digits, which are the name
 * of another gateway; that one rings; whoever hangs up ends the call. Over real UDP, on a loop of
 * its own.
 */
final class ScriptedCallAgent implements AutoCloseable {
  private static final String DIAL = "L/hd(A,E(S(L/dl),R(D/[0-9#*T](D),L/hu(N)),D((xxxx|x.T))))";

  /** One gateway that has announced itself. */
  private static final class Phone {
    private final EndpointName name;
    private final MgcpPeer peer;
    private Optional<Phone> other = Optional.empty();
    private String connection = "";
    private String description = "";
    private boolean talks;

    private Phone(EndpointName name, MgcpPeer peer) {
      this.name = name;
      this.peer = peer;
    }
  }

  /** A datagram as it was seen. */
  record Seen(InetSocketAddress from, InetSocketAddress to, ByteBuffer datagram) {
    byte[] octets() {
      byte[] octets = new byte[datagram.remaining()];
      datagram.duplicate().get(octets);
      return octets;
    }
  }

  private final NioLoop loop;
  private final DatagramPort port;
  private final MgcpTransactions transactions;
  private final Map<String, Phone> phones = new HashMap<>();
  private final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private int requests;

  ScriptedCallAgent() throws IOException {
    loop = NioLoop.start("call-agent", e -> failures.add(e.toString()));
    port =
        loop.openDatagram(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), this::received);
    transactions =
        new MgcpTransactions(
            loop,
            this::send,
            MgcpTimings.standard(),
            MgcpLimits.defaults().transactions(10_000),
            Math::random,
            this::command);
  }

  String address() {
    return "127.0.0.1:" + port.local().getPort();
  }

  List<Seen> seen() {
    return new ArrayList<>(seen);
  }

  List<String> failures() {
    return new ArrayList<>(failures);
  }

  private void received(ByteBuffer datagram, InetSocketAddress from) {
    remember(from, port.local(), datagram);
    transactions.receive(datagram, MgcpPeer.of(from));
  }

  private void send(ByteBuffer datagram, MgcpPeer to) {
    InetSocketAddress address = ((AddressPeer) to).address();
    remember(port.local(), address, datagram);
    port.send(datagram, address);
  }

  private void remember(InetSocketAddress from, InetSocketAddress to, ByteBuffer datagram) {
    byte[] octets = new byte[datagram.remaining()];
    datagram.duplicate().get(octets);
    seen.add(new Seen(from, to, ByteBuffer.wrap(octets)));
  }

  private void command(IncomingCommand incoming) {
    MgcpCommand command = incoming.command();
    incoming.respond(command.respond(200));
    String key = command.endpoint().domain();
    if (command.verb().equals(MgcpVerb.RESTART_IN_PROGRESS)) {
      if (command.parameter(ParameterName.RESTART_METHOD).filter("restart"::equals).isPresent()) {
        Phone phone = new Phone(command.endpoint(), incoming.from());
        phones.put(key, phone);
        waitForUser(phone);
      }
    } else if (command.verb().equals(MgcpVerb.NOTIFY) && phones.containsKey(key)) {
      try {
        notified(
            phones.get(key),
            NamedEvent.parseList(command.parameter(ParameterName.OBSERVED_EVENTS).orElse("")));
      } catch (Refusal refusal) {
        failures.add(refusal.comment());
      }
    }
  }

  private void notified(Phone phone, List<NamedEvent> events) {
    StringBuilder digits = new StringBuilder();
    String last = "";
    for (NamedEvent event : events) {
      last = event.name().toString();
      if (last.matches("D/[0-9]")) {
        digits.append(last.charAt(2));
      }
    }
    if (last.equals("L/hu")) {
      hungUp(phone);
    } else if (last.equals("L/hf")) {
      request(phone, "L/hu,L/hf", "L/wt");
    } else if (digits.length() > 0) {
      dialled(phone, digits.toString());
    } else if (last.equals("L/hd") && phone.other.isPresent()) {
      answered(phone, phone.other.get());
    }
  }

  private void waitForUser(Phone phone) {
    request(phone, DIAL, "");
  }

  private void request(Phone phone, String events, String signals) {
    tell(phone, requested(command(MgcpVerb.NOTIFICATION_REQUEST, phone), events, signals), r -> {});
  }

  private static MgcpCommand command(MgcpVerb verb, Phone phone) {
    return MgcpCommand.of(verb, 1, phone.name);
  }

  private MgcpCommand requested(MgcpCommand command, String events, String signals) {
    return command
        .with(ParameterName.REQUEST_IDENTIFIER, Integer.toHexString(++requests))
        .with(ParameterName.REQUESTED_EVENTS, events)
        .with(ParameterName.SIGNAL_REQUESTS, signals);
  }

  private void tell(Phone phone, MgcpCommand command, Consumer<MgcpResponse> then) {
    transactions.send(
        command,
        List.of(phone.peer),
        new ResponseListener() {
          @Override
          public void onResponse(MgcpResponse response) {
            if (response.isSuccess()) {
              then.accept(response);
            } else {
              failures.add(command.text() + response.text());
            }
          }

          @Override
          public void onTimeout() {
            failures.add("nobody answered " + command.text());
          }
        });
  }

  private static MgcpCommand connection(Phone phone, String mode) {
    return command(MgcpVerb.CREATE_CONNECTION, phone)
        .with(ParameterName.CALL_ID, "1A")
        .with(ParameterName.CONNECTION_OPTIONS, "p:20, a:PCMU")
        .with(ParameterName.MODE, mode);
  }

  private void dialled(Phone caller, String digits) {
    Phone called = phones.get("gw" + digits);
    if (called == null || called == caller || called.other.isPresent()) {
      request(caller, "L/hu", called == null ? "L/ro" : "L/bz");
      return;
    }
    caller.other = Optional.of(called);
    called.other = Optional.of(caller);
    tell(
        caller,
        requested(connection(caller, "recvonly"), "L/hu", "G/rt"),
        first -> {
          caller.connection = first.parameter(ParameterName.CONNECTION_ID).orElseThrow();
          caller.description = first.descriptions().get(0);
          ring(caller, called);
        });
  }

  private void ring(Phone caller, Phone called) {
    String number = caller.name.domain().substring(2);
    tell(
        called,
        requested(
                connection(called, "inactive"),
                "L/hd",
                "L/rg,L/ci(11/29/16/30,\"" + number + "\",\"Line " + number + "\")")
            .withDescription(caller.description),
        second -> {
          called.connection = second.parameter(ParameterName.CONNECTION_ID).orElseThrow();
          called.description = second.descriptions().get(0);
        });
  }

  private static MgcpCommand modified(Phone phone) {
    phone.talks = true;
    return command(MgcpVerb.MODIFY_CONNECTION, phone)
        .with(ParameterName.CALL_ID, "1A")
        .with(ParameterName.CONNECTION_ID, phone.connection)
        .with(ParameterName.MODE, "sendrecv");
  }

  private void answered(Phone called, Phone caller) {
    if (!called.talks) {
      tell(called, requested(modified(called), "L/hu,L/hf", ""), r -> {});
      tell(
          caller,
          requested(modified(caller), "L/hu,L/hf", "").withDescription(called.description),
          r -> {});
    }
  }

  private void hungUp(Phone phone) {
    Optional<Phone> other = phone.other;
    free(phone);
    waitForUser(phone);
    if (other.isPresent()) {
      boolean talked = other.get().talks;
      free(other.get());
      if (talked) {
        request(other.get(), "L/hu", "L/ro");
      } else {
        waitForUser(other.get());
      }
    }
  }

  private void free(Phone phone) {
    if (!phone.connection.isEmpty()) {
      tell(
          phone,
          command(MgcpVerb.DELETE_CONNECTION, phone)
              .with(ParameterName.CALL_ID, "1A")
              .with(ParameterName.CONNECTION_ID, phone.connection),
          r -> {});
    }
    phone.other = Optional.empty();
    phone.connection = "";
    phone.talks = false;
  }

  @Override
  public void close() {
    loop.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.TimelineEntry;
import io.phoneagent.mgcp.AnalogPort;
import io.phoneagent.mgcp.GatewayListener;
import io.phoneagent.mgcp.GatewayOptions;
import io.phoneagent.mgcp.MediaEngine;
import io.phoneagent.mgcp.MgcpCommand;
import io.phoneagent.mgcp.MgcpEndpoint;
import io.phoneagent.mgcp.MgcpGateway;
import io.phoneagent.mgcp.MgcpPeer;
import io.phoneagent.mgcp.NotifiedEntity;
import io.phoneagent.mgcp.RestartMethod;
import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * An adapter of analogue lines that a call agent of others controls by MGCP over UDP (RFC 3435),
 * without a switch of ours. One host is talked to and heard, the one that was named; whatever names
 * another one is refused. All of it, the lines too, belongs to one loop and may be used there only;
 * {@link #explain} alone may be asked on any thread.
 */
public final class MgcpAdapter {
  // A name that has no address is looked up again; a call agent that is lost may have moved.
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private final Loop loop;
  private final NetworkBinding network;
  private final KnownCallAgent agent;
  private final GatewayListener listener;
  private final DatagramPort port;
  private final MgcpGateway gateway;
  private final Executor lookUps;
  private final Timeline timeline = new Timeline();
  private final List<Runnable> waiting = new ArrayList<>();
  private String state = "off";
  private String lastRefusal = "";
  private boolean started;
  private boolean closed;
  private boolean looking;
  private boolean toldUnknown;

  /**
   * The same as {@link #open}.
   *
   * @param lookUps where names are looked up, which may take its time
   */
  MgcpAdapter(
      Loop loop,
      NetworkBinding network,
      NotifiedEntity callAgent,
      InetSocketAddress local,
      GatewayOptions options,
      GatewayListener listener,
      Executor lookUps)
      throws IOException {
    this.loop = loop;
    this.network = network;
    this.lookUps = lookUps;
    this.agent = new KnownCallAgent(callAgent);
    this.listener = listener;
    this.port = network.openDatagram(local, this::received);
    this.gateway =
        new MgcpGateway(
            loop, this::send, agent, options, new SecureRandom()::nextDouble, new Told());
  }

  /**
   * Opens its port; it says nothing before {@link #start}.
   *
   * @param network its sockets and names
   * @param callAgent who controls it; its name is looked up beside the loop
   * @param local the address and port to bind; port 2427 is usual, 0 takes a free one
   * @throws IOException if it cannot be bound
   */
  public static MgcpAdapter open(
      Loop loop,
      NetworkBinding network,
      NotifiedEntity callAgent,
      InetSocketAddress local,
      GatewayOptions options,
      GatewayListener listener)
      throws IOException {
    return new MgcpAdapter(
        loop, network, callAgent, local, options, listener, MgcpAdapter::onAThread);
  }

  private static void onAThread(Runnable lookUp) {
    Thread thread = new Thread(lookUp, "phoneagent-call-agent");
    thread.setDaemon(true);
    thread.start();
  }

  /** Notes what happens to the gateway, and tells it on. */
  private final class Told implements GatewayListener {
    @Override
    public void announcing(RestartMethod method, List<MgcpPeer> to) {
      become("announcing", "RSIP " + method.text() + " goes to " + texts(to));
      listener.announcing(method, to);
    }

    @Override
    public void inService(RestartMethod method) {
      become("in service", "the call agent has answered RSIP " + method.text());
      listener.inService(method);
    }

    @Override
    public void disconnected(List<MgcpPeer> tried) {
      become("disconnected", "no answer from " + texts(tried));
      lookUp();
      listener.disconnected(tried);
    }

    @Override
    public void restartRefused(int code, String comment) {
      become("refused", ("the call agent answers RSIP with " + code + " " + comment).trim());
      listener.restartRefused(code, comment);
    }

    @Override
    public void refused(MgcpCommand command, int code, String comment) {
      String refusal = command.verb() + " is answered with " + code + " " + comment;
      if (!refusal.equals(lastRefusal)) { // a flood of them would leave nothing else in it
        lastRefusal = refusal;
        become(state, refusal);
      }
      listener.refused(command, code, comment);
    }
  }

  private static String texts(List<MgcpPeer> peers) {
    return peers.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private void become(String next, String cause) {
    Instant now = Instant.ofEpochMilli(loop.clock().epochMillis());
    timeline.add(new TimelineEntry(now, "gateway", cause, state, next));
    state = next;
  }

  /** What has happened between it and its call agent, the latest last, and why. On any thread. */
  public List<TimelineEntry> explain() {
    return timeline.entries();
  }

  /**
   * Adds a line, aaln/1 and so on; all of them before {@link #start}.
   *
   * @throws IllegalArgumentException if there is one with that number
   */
  public MgcpEndpoint line(int number, AnalogPort phone, MediaEngine media) {
    return gateway.line(number, phone, media);
  }

  /** The bound address and port. */
  public InetSocketAddress local() {
    return port.local();
  }

  /** Announces the lines to the call agent (RSIP), once its address is known. */
  public void start() {
    lookUp();
  }

  private void lookUp() {
    if (looking || closed) {
      return;
    }
    looking = true;
    lookUps.execute(this::look);
  }

  /** Beside the loop: the system's resolver may take half a minute. */
  private void look() {
    List<InetAddress> found;
    try {
      found = network.resolve(agent.host());
    } catch (UnknownHostException | RuntimeException e) {
      found = List.of(); // a maker's resolver may have any defect
    }
    List<InetAddress> addresses = found;
    loop.execute(() -> known(addresses));
  }

  private void known(List<InetAddress> addresses) {
    looking = false;
    if (closed) {
      return;
    }
    if (!addresses.isEmpty()) {
      agent.found(addresses);
    }
    if (!agent.isKnown()) {
      if (!toldUnknown) {
        toldUnknown = true;
        become("looking", "the name " + agent.host() + " has no address");
        listener.callAgentUnknown(agent.host());
      }
      loop.schedule(LOOK_AGAIN, this::lookUp);
    } else if (!started) {
      started = true;
      become("waiting", "the call agent is at " + texts(agent.firstAddresses()));
      gateway.start();
    }
  }

  private void received(ByteBuffer datagram, InetSocketAddress from) {
    if (!closed) {
      gateway.receive(datagram, MgcpPeer.of(from));
    }
  }

  private void send(ByteBuffer datagram, MgcpPeer to) {
    port.send(datagram, KnownCallAgent.addressOf(to));
  }

  /**
   * Ends all connections, says so (RSIP forced), and closes the port after the answer, or after 20
   * s without one.
   *
   * @param gone called on the loop when that is done, however often it is closed
   */
  public void close(Runnable gone) {
    if (closed) {
      gone.run();
      return;
    }
    waiting.add(gone);
    if (waiting.size() > 1) {
      return;
    }
    become("off", "closed");
    gateway.stop(
        true,
        () -> {
          closed = true;
          port.close();
          List.copyOf(waiting).forEach(Runnable::run);
        });
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Line;
import io.phoneagent.Protocol;
import io.phoneagent.mgcp.AnalogPort;
import io.phoneagent.mgcp.MediaEngine;
import io.phoneagent.mgcp.MgcpEndpoint;
import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.LineDevice;
import io.phoneagent.spi.NetworkBinding;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A plain telephone at a line of an agent: the DNS switch is its call agent, by MGCP over the
 * line's flow. Given to {@link Line#device}; each is for one line of one agent. Its port and its
 * media are used on the agent's loop.
 */
public final class AnalogLine implements LineDevice {
  /** Makes what carries the line's audio. */
  @FunctionalInterface
  public interface Engines {
    /**
     * Makes it, once, before the agent starts.
     *
     * @param loop the agent's: what is opened on the network is heard there
     */
    MediaEngine on(Loop loop, NetworkBinding network);
  }

  private record Attached(Loop loop, MgcpEndpoint endpoint) {}

  private final AnalogPort port;
  private final Engines engines;
  private volatile Optional<Attached> attached = Optional.empty();

  private AnalogLine(AnalogPort port, Engines engines) {
    this.port = port;
    this.engines = engines;
  }

  /** A telephone behind this port. */
  public static AnalogLine of(AnalogPort port, Engines engines) {
    return new AnalogLine(port, engines);
  }

  @Override
  public Protocol protocol() {
    return Protocol.MGCP;
  }

  AnalogPort port() {
    return port;
  }

  MediaEngine media(Loop loop, NetworkBinding network) {
    return engines.on(loop, network);
  }

  void attach(Loop loop, MgcpEndpoint endpoint) {
    attached = Optional.of(new Attached(loop, endpoint));
  }

  boolean isAttached() {
    return attached.isPresent();
  }

  /**
   * Does something with the telephone on the agent's loop, such as telling that its handset was
   * lifted. On any thread; returns at once. Without effect before the agent is built.
   *
   * @param action must not block
   */
  public void use(Consumer<MgcpEndpoint> action) {
    attached.ifPresent(a -> a.loop().execute(() -> action.accept(a.endpoint())));
  }
}

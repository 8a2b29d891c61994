// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.IdentityStore;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What an agent lends to an address source, whose tasks may throw without ending in silence. */
final class SourceTools implements AddressContext {
  private final AgentParts parts;
  private final Platform platform;
  private final Consumer<Throwable> failed;

  /**
   * For one source.
   *
   * @param failed told of what one of its tasks has thrown, on the agent's loop
   */
  SourceTools(AgentParts parts, Platform platform, Consumer<Throwable> failed) {
    this.parts = parts;
    this.platform = platform;
    this.failed = failed;
  }

  @Override
  public Executor loop() {
    return task -> parts.loop().execute(() -> run(task));
  }

  @Override
  public Runnable schedule(Duration delay, Runnable task) {
    return parts.loop().schedule(delay, () -> run(task))::cancel;
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | LinkageError e) {
      failed.accept(e);
    }
  }

  @Override
  public long nanos() {
    return parts.loop().nanos();
  }

  @Override
  public IdentityStore store() {
    return platform.store();
  }

  @Override
  public <T> T shared(Class<T> type, String name, Supplier<T> made) {
    return platform.common().get(type, name, made);
  }
}

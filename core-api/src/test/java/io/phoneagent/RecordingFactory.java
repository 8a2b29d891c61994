// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.AgentFactory;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/** Stands for the code behind the API: keeps what the builder hands over, and builds nothing. */
public final class RecordingFactory implements AgentFactory {
  private static final AtomicReference<AgentConfiguration> LAST = new AtomicReference<>();

  /** For the service loader. */
  public RecordingFactory() {}

  /** What {@link PhoneAgentBuilder#build()} ends with here. */
  static final class NothingBehind extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public PhoneAgent create(AgentConfiguration configuration) {
    LAST.set(configuration);
    throw new NothingBehind();
  }

  @Override
  public AgentRuntime createRuntime(Optional<Executor> callbackExecutor, int httpThreads) {
    throw new NothingBehind();
  }

  /** What this builder would build from. */
  static AgentConfiguration configurationOf(PhoneAgentBuilder builder) {
    try {
      builder.build();
    } catch (NothingBehind e) {
      return Objects.requireNonNull(LAST.get());
    }
    throw new IllegalStateException("another factory was found first");
  }
}

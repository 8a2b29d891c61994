// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Line;
import io.phoneagent.MacAddress;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.ProbeContext;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Makes the lines of one agent: those of a switch, or those of a SIP registrar.
 *
 * @param switches or registrars, as far as they are known
 * @param hints told why the public address may have changed
 * @param seen told where the other end saw the line come from
 */
record AgentLines(
    AgentConfiguration configuration,
    Platform platform,
    AgentParts parts,
    Supplier<AgentSettings> settings,
    List<URI> switches,
    Consumer<String> hints,
    Consumer<InetAddress> seen) {

  /** All of them, in the order in which they were configured. */
  List<AgentLine> make(ProbeContext context, GuardedStore.Listener failures) {
    return settings.get().registrars().isEmpty()
        ? ofSwitch()
        : ofRegistrar(context, new GuardedStore(platform.store(), failures));
  }

  /** The telephone at a line, which is for that line alone. */
  static AnalogLine telephone(Line line) {
    if (line.device().orElseThrow(IllegalStateException::new) instanceof AnalogLine telephone
        && !telephone.isAttached()) {
      return telephone;
    }
    throw new InvalidSettingException(
        "line", line.name() + " has a device that is not an AnalogLine, or is another line's");
  }

  private List<AgentLine> ofSwitch() {
    HttpExchange http = platform.http();
    Random random = platform.random();
    String bootId = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
    UniqueAddresses unique =
        new UniqueAddresses(
            () -> settings.get().uniqueAddress(),
            detail ->
                parts
                    .loop()
                    .execute(() -> parts.disrupted("unique-address", detail, Optional.empty())));
    return configuration.lines().stream()
        .map(
            line ->
                new RunningLine(
                    parts,
                    line,
                    settings.get(),
                    switches,
                    CallHandling.of(configuration),
                    new SwitchRegistrar(
                        line, configuration.mac(), configuration.transport(), bootId, http, unique),
                    http::dropConnections,
                    hints,
                    seen))
        .collect(Collectors.toList());
  }

  private List<AgentLine> ofRegistrar(ProbeContext context, IdentityStore store) {
    RegistrarLine.Tools tools =
        new RegistrarLine.Tools(
            configuration.transport(),
            attempt -> InstanceId.of(mac(attempt), store, platform.random()),
            context::resolve,
            hints,
            seen);
    return configuration.lines().stream()
        .map(line -> ofRegistrar(line, tools))
        .collect(Collectors.toList());
  }

  private AgentLine ofRegistrar(Line line, RegistrarLine.Tools tools) {
    if (line.device().isPresent()) {
      throw new InvalidSettingException(
          "line", line.name() + " has a device; a SIP registrar does not know such lines");
    }
    return new RegistrarLine(
        parts, line, settings.get(), switches, CallHandling.of(configuration), tools);
  }

  private Optional<MacAddress> mac(RegistrationState.Attempt attempt) {
    return configuration.mac().isPresent() ? configuration.mac() : attempt.location().lease().mac();
  }
}

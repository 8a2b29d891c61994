// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.store.DurableStore;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.RegistrationRequest;
import io.phoneagent.testkit.VirtualTime;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that registers as fast as it can is killed: what it was told holds. */
class KilledStoreTest {
  private static final int TOLD = 1_500;

  @Test
  void everyAnsweredRegistrationSurvivesAKill(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("l.db");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> told = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
      while (told.size() < TOLD) {
        told.add(lines.readLine());
      }
      child.toHandle().destroyForcibly(); // the process's own would close the stream
      lines.lines().filter(l -> l.endsWith(".")).forEach(told::add);
    }
    assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    try (DurableStore<Location> store = LocationStore.open(file)) {
      Map<String, Binding> kept =
          store.load().stream()
              .flatMap(l -> l.binding().stream())
              .collect(Collectors.toMap(b -> b.number().e164(), Function.identity()));
      for (String line : told) {
        String[] words = line.split("[ .]", -1);
        Binding binding =
            Optional.ofNullable(kept.get(words[0])).orElseThrow(() -> new AssertionError(line));
        assertThat(binding.request().sequence()).isGreaterThanOrEqualTo(Long.parseLong(words[1]));
        if (binding.request().sequence() == Long.parseLong(words[1])) {
          assertThat(binding.current().key().keyId()).isEqualTo(words[2]);
        }
      }
    }
  }

  /** Registers 1,000 numbers round and round, and says so for each one answered. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      VirtualTime time = new VirtualTime();
      InetAddress address = AddressLiteral.parse("192.0.2.1").orElseThrow();
      Registry registry =
          new Registry(
              n ->
                  Optional.of(
                      new Account(n, Optional.empty(), Optional.empty(), false, "0".repeat(64))),
              LocationStore.open(Path.of(args[0])),
              (request, arrival) ->
                  Optional.of(new AssignedEndpoint(address, 5060, Transport.UDP, Optional.empty())),
              KeyMint.random(),
              RegistrySettings.DEFAULT,
              time,
              time,
              time);
      for (long sequence = 0; sequence < Long.MAX_VALUE; sequence++) {
        for (int i = 0; i < 1000; i++) {
          String number = "+1555123" + (1000 + i);
          RegistrationRequest request =
              RegistrationRequest.builder()
                  .mac(MacAddress.of("02:00:00:00:01:64"))
                  .localAddress(address)
                  .protocol(Protocol.SIP)
                  .transport(Transport.UDP)
                  .bootId("b")
                  .sequence(sequence)
                  .reason("r")
                  .build();
          long told = sequence;
          registry
              .register(
                  new PhoneNumber(number),
                  request,
                  new Arrival(new InetSocketAddress(address, 1), address))
              .thenAccept(
                  outcome -> {
                    if (outcome instanceof Outcome.Accepted accepted) {
                      System.out.println(
                          number + " " + told + " " + accepted.answer().flow().keyId() + ".");
                    }
                  })
              .toCompletableFuture()
              .join();
        }
      }
    }
  }
}

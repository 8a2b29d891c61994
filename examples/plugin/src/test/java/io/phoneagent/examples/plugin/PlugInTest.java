// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Lease;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.PublicRanges;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plug-ins as the SDK finds them. */
class PlugInTest {
  private static final InetAddress PHONE = IpLiteral.parse("127.0.0.1").orElseThrow();

  @TempDir Path folder;

  @AfterEach
  void forget() {
    System.clearProperty("vendor.wan-address-file");
    System.clearProperty("vendor.state-file");
  }

  private ProbeAnswer ask() {
    System.setProperty("vendor.wan-address-file", folder.resolve("wan").toString());
    PublicAddressProbe found =
        ServiceLoader.load(PublicAddressProbe.class).findFirst().orElseThrow();
    assertThat(found.id()).isEqualTo(folder.resolve("wan").toString());
    Lease lease =
        new Lease(
            "lan",
            PHONE,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    return found.create(new Ranges()).ask(lease).toCompletableFuture().join();
  }

  @Test
  void theAddressInTheFileIsFound() throws Exception {
    Files.writeString(folder.resolve("wan"), "9.9.9.9\n");
    assertThat(ask()).isEqualTo(new ProbeAnswer.Found(IpLiteral.parse("9.9.9.9").orElseThrow()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "none", "192.168.1.2", "9.9.9.9 and much more text than any address has"})
  void otherTextsAreNothing(String text) throws Exception {
    Files.writeString(folder.resolve("wan"), text);
    assertThat(ask()).isInstanceOf(ProbeAnswer.Nothing.class);
  }

  @Test
  void aMissingFileIsNothing() {
    assertThat(ask()).isInstanceOf(ProbeAnswer.Nothing.class);
  }

  @Test
  void theStoreRemembersOverARestart() {
    System.setProperty("vendor.state-file", folder.resolve("new/state").toString());
    IdentityStore before = ServiceLoader.load(IdentityStore.class).findFirst().orElseThrow();
    assertThat(before.get("addresses-of-switch.test")).isEmpty();
    before.put("addresses-of-switch.test", "192.0.2.1");
    before.put("addresses-of-switch.test", "192.0.2.1 2001:db8::1");
    IdentityStore after = ServiceLoader.load(IdentityStore.class).findFirst().orElseThrow();
    assertThat(after).isNotSameAs(before);
    assertThat(after.get("addresses-of-switch.test")).hasValue("192.0.2.1 2001:db8::1");
  }

  private static final class Ranges implements ProbeContext {
    @Override
    public HttpExchange http() {
      throw new UnsupportedOperationException();
    }

    @Override
    public NetworkBinding network() {
      throw new UnsupportedOperationException();
    }

    @Override
    public PublicRanges publicRanges() {
      return PublicRanges.none();
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long nanos() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void askNow(String cause) {
      throw new UnsupportedOperationException();
    }
  }
}

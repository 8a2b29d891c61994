// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;
import io.phoneagent.spi.AgentConfiguration;
import io.phoneagent.spi.HttpAnswer;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.HttpQuestion;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicAddressProbe;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins work by lying on the class path; what they clash over is said with the way out. */
class PlugInsTest {
  @TempDir Path folder;

  /** A builder whose class path has these plug-ins beside everything else. */
  private PhoneAgentBuilder builder(Class<?> port, String... plugIns) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(port.getName()), String.join("\n", plugIns));
    return PhoneAgent.builder()
        .dnsSwitch(URI.create("https://switch.test"))
        .line(Line.number("+15551230001").secret("hush"))
        .classLoader(
            new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, PlugInsTest.class.getClassLoader()));
  }

  private static AgentConfiguration built(PhoneAgentBuilder builder) {
    return RecordingFactory.configurationOf(builder);
  }

  @Test
  void aPlugInIsTaken() throws IOException {
    AgentConfiguration built = built(builder(AddressProvider.class, Modem.class.getName()));
    assertThat(built.addressProvider()).isInstanceOf(Modem.class);
    assertThat(built.probes()).isEmpty();
    assertThat(built.http()).isEmpty();
    assertThat(built.network()).isEmpty();
  }

  @Test
  void withoutPlugInTheBuiltInOneIsTaken() throws IOException {
    AgentConfiguration built = built(builder(Modem.class));
    assertThat(built.addressProvider().id()).isEqualTo("built-in");
    assertThat(built.identityStore()).isEmpty();
    assertThat(built.probes()).isEmpty();
    assertThat(built.http()).isEmpty();
    assertThat(built.network()).isEmpty();
  }

  @Test
  void theBuildersArgumentBeatsPlugIns() throws IOException {
    AddressProvider own = new Modem();
    PhoneAgentBuilder builder =
        builder(AddressProvider.class, Modem.class.getName(), Docking.class.getName());
    assertThat(built(builder.addressProvider(own)).addressProvider()).isSameAs(own);
    PublicAddressProbe probe = new FirstProbe();
    builder =
        builder(PublicAddressProbe.class, SecondProbe.class.getName())
            .addressProvider(own)
            .publicAddressProbe(probe);
    assertThat(built(builder).probes()).containsExactly(probe);
  }

  @Test
  void twoForOnePortAreNamedWithTheWayOut() throws IOException {
    PhoneAgentBuilder builder =
        builder(AddressProvider.class, Modem.class.getName(), Docking.class.getName());
    assertThatThrownBy(() -> built(builder))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining(Modem.class.getName())
        .hasMessageContaining(Docking.class.getName())
        .hasMessageContaining("PhoneAgentBuilder.addressProvider");
  }

  @Test
  void allProbesAreTaken() throws IOException {
    PhoneAgentBuilder builder =
        builder(PublicAddressProbe.class, FirstProbe.class.getName(), SecondProbe.class.getName());
    assertThat(built(builder.addressProvider(new Modem())).probes())
        .extracting(PublicAddressProbe::id)
        .containsExactly("first", "second");
  }

  @Test
  void aStoreIsTakenAndEachAgentHasItsOwn() throws IOException {
    String flash = Flash.class.getName();
    IdentityStore one = built(builder(IdentityStore.class, flash)).identityStore().orElseThrow();
    assertThat(one).isInstanceOf(Flash.class);
    assertThat(built(builder(IdentityStore.class, flash)).identityStore())
        .hasValueSatisfying(other -> assertThat(other).isInstanceOf(Flash.class).isNotSameAs(one));
  }

  @Test
  void aClientThatIsLentStaysOpenAndOneOfAPlugInIsTheAgentsToClose() throws IOException {
    CountingClient lent = new CountingClient();
    AgentConfiguration built =
        built(
            builder(HttpExchange.class, CountingClient.class.getName())
                .addressProvider(new Modem())
                .httpExchange(lent));
    HttpExchange http = built.http().orElseThrow();
    http.dropConnections();
    http.close();
    assertThat(lent.dropped.get()).isEqualTo(1);
    assertThat(lent.closed.get()).isZero();

    built =
        built(
            builder(HttpExchange.class, CountingClient.class.getName())
                .addressProvider(new Modem()));
    CountingClient own = (CountingClient) built.http().orElseThrow();
    own.close();
    assertThat(own.closed.get()).isEqualTo(1);
  }

  @Test
  void aPlugInThatFailsIsNamedWithItsReason() throws IOException {
    PhoneAgentBuilder builder = builder(AddressProvider.class, Broken.class.getName());
    assertThatThrownBy(() -> built(builder))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining(Broken.class.getName())
        .hasMessageContaining("no modem answers")
        .hasMessageContaining("PhoneAgentBuilder.addressProvider")
        .hasCauseInstanceOf(java.util.ServiceConfigurationError.class);
  }

  @Test
  void aPlugInThatIsMissingIsNamed() throws IOException {
    PhoneAgentBuilder builder = builder(AddressProvider.class, "com.acme.Missing");
    assertThatThrownBy(() -> built(builder))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining("com.acme.Missing");
    PhoneAgentBuilder wrongType = builder(AddressProvider.class, PlugInsTest.class.getName());
    assertThatThrownBy(() -> built(wrongType))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining(PlugInsTest.class.getName());
  }

  /** A class file of a Java that is still to come: the JVM names the class, not the jar. */
  @Test
  void aPlugInForANewerJavaIsNamedWithItsPlace() throws IOException {
    byte[] head = {
      (byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0
    };
    Files.write(folder.resolve("Tomorrow.class"), head);
    PhoneAgentBuilder builder = builder(AddressProvider.class, "Tomorrow");
    assertThatThrownBy(() -> built(builder))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining("Tomorrow")
        .hasMessageContaining("META-INF/services/" + AddressProvider.class.getName())
        .hasCauseInstanceOf(UnsupportedClassVersionError.class);
  }

  /** A plug-in. */
  public static class Modem implements AddressProvider {
    @Override
    public String id() {
      return "modem";
    }

    @Override
    public AddressSource create(AddressContext context) {
      throw new UnsupportedOperationException();
    }
  }

  /** Another one for the same port. */
  public static final class Docking extends Modem {}

  /** One that cannot be made. */
  public static final class Broken extends Modem {
    /** Fails. */
    public Broken() {
      throw new IllegalStateException("no modem answers");
    }
  }

  /** A plug-in. */
  public static class FirstProbe implements PublicAddressProbe {
    @Override
    public String id() {
      return "first";
    }

    @Override
    public Probe create(ProbeContext context) {
      throw new UnsupportedOperationException();
    }
  }

  /** Another one. */
  public static final class SecondProbe extends FirstProbe {
    @Override
    public String id() {
      return "second";
    }
  }

  /** A plug-in. */
  public static final class Flash implements IdentityStore {
    @Override
    public Optional<String> get(String name) {
      return Optional.empty();
    }

    @Override
    public void put(String name, String value) {
      throw new UnsupportedOperationException();
    }
  }

  /** A plug-in. */
  public static final class CountingClient implements HttpExchange {
    private final AtomicInteger dropped = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    @Override
    public CompletionStage<HttpAnswer> exchange(HttpQuestion question) {
      return CompletableFuture.failedFuture(new IOException(List.of(question).toString()));
    }

    @Override
    public void dropConnections() {
      dropped.incrementAndGet();
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}

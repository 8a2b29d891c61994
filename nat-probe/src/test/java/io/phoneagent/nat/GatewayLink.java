// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static io.phoneagent.nat.GatewayCodecTest.address;
import static io.phoneagent.nat.GatewayCodecTest.mapping;
import static io.phoneagent.nat.GatewayCodecTest.octets;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.spi.DatagramPort;
import io.phoneagent.spi.DatagramReceiver;
import io.phoneagent.spi.NetworkBinding;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.testkit.VirtualHost;
import io.phoneagent.testkit.VirtualNetwork;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;

/** A phone at 192.168.1.100, its gateway and a stranger on one link; each way takes 1 ms. */
abstract class GatewayLink {
  static final InetSocketAddress GROUP = new InetSocketAddress(address("224.0.0.1"), 5350);
  static final String NO_PCP = "00 81 0001 00000100";
  static final String NO_NAT_PMP = "02 80 00 01 00000000 00000100 000000000000000000000000";
  static final String RESTARTED = "02 80 00 00 00000000 00000000 000000000000000000000000";

  final VirtualTime time = new VirtualTime();
  final VirtualNetwork network = new VirtualNetwork(time, 1);
  final VirtualHost phone = network.host("192.168.1.100");
  final VirtualHost router = network.host("192.168.1.1");
  final VirtualHost stranger = network.host("192.168.1.66");
  final List<String> asked = new ArrayList<>();
  final List<String> hints = new ArrayList<>();
  final Context context = new Context();
  Optional<String> answer = Optional.empty();
  InetSocketAddress client = new InetSocketAddress(0);
  DatagramPort gateway;
  boolean multicast = true;
  boolean deaf;
  int joined;
  int doubts;

  private final class Context extends VirtualContext {
    Context() {
      super(time);
    }

    @Override
    public NetworkBinding network() {
      return (NetworkBinding)
          Proxy.newProxyInstance(
              NetworkBinding.class.getClassLoader(),
              new Class<?>[] {NetworkBinding.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("openMulticast")) {
                  return openMulticast(
                      (InetSocketAddress) arguments[0],
                      (String) arguments[1],
                      (DatagramReceiver) arguments[2]);
                }
                try {
                  return method.invoke(phone.network(), arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private DatagramPort openMulticast(
        InetSocketAddress group, String interfaceName, DatagramReceiver receiver)
        throws IOException {
      if (!multicast) {
        throw new IOException("no multicast");
      }
      joined++;
      return phone
          .network()
          .openMulticast(
              group,
              interfaceName,
              (data, from) -> {
                if (!deaf) {
                  receiver.received(data, from);
                }
              });
    }

    @Override
    public void askNow(String cause) {
      hints.add(cause);
    }

    @Override
    public void flowInDoubt() {
      doubts++;
    }
  }

  @BeforeEach
  void plugIn() throws IOException {
    network.delay(Duration.ofMillis(1));
    gateway = router.loop().openDatagram(new InetSocketAddress(router.address(), 5351), this::hear);
  }

  private void hear(ByteBuffer data, InetSocketAddress from) {
    byte[] octets = new byte[data.remaining()];
    data.get(octets);
    asked.add(HexFormat.of().formatHex(octets));
    client = from;
    // For a question by PCP the answer has its nonce and its port.
    answer
        .map(
            a ->
                octets.length == 60
                    ? a.replace("NONCE", HexFormat.of().formatHex(octets, 24, 36))
                        .replace("c350 c350", HexFormat.of().formatHex(octets, 40, 42) + "c350")
                    : a)
        .ifPresent(a -> gateway.send(ByteBuffer.wrap(octets(a)), from));
  }

  static String says(String epoch, String address) {
    return "00 80 0000 " + epoch + hex(address);
  }

  static String maps(String epoch, String address) {
    return mapping(epoch, "NONCE", "00000000000000000000ffff" + hex(address));
  }

  static String hex(String address) {
    return HexFormat.of().formatHex(address(address).getAddress());
  }

  Probe natPmp() {
    return PublicAddressProbe.natPmp().create(context);
  }

  Probe pcp() {
    return PublicAddressProbe.pcp().create(context);
  }

  static CompletableFuture<ProbeAnswer> begin(Probe probe) {
    return probe.ask(VirtualContext.lease()).toCompletableFuture();
  }

  static String text(CompletableFuture<ProbeAnswer> said) {
    assertThat(said).isDone();
    return said.join().said();
  }

  /** Asks, and gives it the time that one round trip takes. */
  String ask(Probe probe) {
    CompletableFuture<ProbeAnswer> said = begin(probe);
    time.advance(Duration.ofMillis(3));
    return text(said);
  }

  void announce(DatagramPort from, String what) {
    from.send(ByteBuffer.wrap(octets(what)), GROUP);
    time.advance(Duration.ofMillis(2));
  }
}

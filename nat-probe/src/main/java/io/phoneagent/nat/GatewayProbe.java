// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks the gateway of the lease, and hears what it announces in between. */
final class GatewayProbe implements Probe {
  /** Where gateways are asked. */
  static final int PORT = 5351;

  private static final int MOST_DATAGRAMS = 3;

  private final Dialect first;
  private final ProbeContext context;
  private final Random random;
  private Optional<Gateway> known = Optional.empty();

  GatewayProbe(Dialect first, ProbeContext context, Random random) {
    this.first = first;
    this.context = context;
    this.random = random;
  }

  /** What is known of one gateway, as long as the device is behind it. */
  private static final class Gateway {
    private final String interfaceName;
    private final InetSocketAddress address;
    private final Announcements announcements;
    private final HeldMapping mapping;
    private final List<GatewayQuestion> open = new ArrayList<>();
    private Dialect dialect;
    private boolean silent;

    Gateway(
        String interfaceName,
        InetSocketAddress address,
        Dialect dialect,
        Announcements announcements,
        HeldMapping mapping) {
      this.interfaceName = interfaceName;
      this.address = address;
      this.dialect = dialect;
      this.announcements = announcements;
      this.mapping = mapping;
    }

    /** Ends what is open; what is known of it stays. */
    void letGo(String why) {
      new ArrayList<>(open).forEach(q -> q.giveUp(why));
      announcements.close();
      mapping.letGo();
      silent = false;
    }

    boolean is(String onInterface, InetSocketAddress at) {
      return interfaceName.equals(onInterface) && address.equals(at);
    }
  }

  @Override
  public CompletionStage<ProbeAnswer> ask(Lease lease) {
    Optional<InetAddress> router = lease.gateway();
    if (!router.isPresent()
        || !(router.get() instanceof Inet4Address)
        || !(lease.address() instanceof Inet4Address own)) {
      return CompletableFuture.completedFuture(
          new ProbeAnswer.Nothing("no gateway of IPv4 is known that could be asked"));
    }
    Gateway gateway = behind(lease.interfaceName(), new InetSocketAddress(router.get(), PORT));
    gateway.announcements.hear(lease);
    GatewayQuestion question =
        new GatewayQuestion(
            context, gateway.address, own, gateway.mapping, gateway.announcements::heard);
    gateway.open.add(question);
    CompletableFuture<ProbeAnswer> answer = new CompletableFuture<>();
    try {
      question.begin(
          Asking.begin(gateway.dialect, gateway.silent ? 1 : MOST_DATAGRAMS),
          (end, dialect) -> {
            gateway.open.remove(question);
            gateway.silent = end instanceof Asking.Silent;
            gateway.dialect = gateway.silent ? first : dialect;
            answer.complete(answerOf(gateway, end));
          });
    } catch (IOException e) {
      gateway.open.remove(question);
      answer.complete(new ProbeAnswer.Nothing("no socket can be opened: " + e.getMessage()));
    }
    return answer;
  }

  private Gateway behind(String interfaceName, InetSocketAddress address) {
    if (known.isPresent() && known.get().is(interfaceName, address)) {
      return known.get();
    }
    known.ifPresent(g -> g.letGo("the device is behind another gateway now"));
    Gateway gateway =
        new Gateway(
            interfaceName,
            address,
            first,
            new Announcements(address, interfaceName, context),
            new HeldMapping(context, random));
    known = Optional.of(gateway);
    return gateway;
  }

  private ProbeAnswer answerOf(Gateway gateway, Asking end) {
    if (end instanceof Asking.Told told) {
      gateway.announcements.answered(told.address());
      return ProbeAnswer.of(told.address(), context.publicRanges());
    }
    return new ProbeAnswer.Nothing(
        end instanceof Asking.Refused refused
            ? refused.why()
            : "the gateway " + gateway.address.getAddress().getHostAddress() + " does not answer");
  }

  @Override
  public void suspend() {
    known.ifPresent(g -> g.letGo("the agent rests or ends"));
  }

  @Override
  public void close() {
    suspend();
  }
}

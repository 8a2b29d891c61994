// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.PublicRanges;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** Carries out a {@link Search} of the lease's gateway, and asks for what it has found. */
final class StatusPageSearch implements Probe {
  /** Between two pages of a search. */
  static final Duration PACE = Duration.ofMillis(50);

  /** A check waits for a search this long; what is left is asked for at the next one. */
  static final Duration AT_ONCE = Duration.ofSeconds(5);

  private final List<RouterFamily> families;
  private final WebServers servers;
  private final ProbeContext context;
  private final KnownPage known = new KnownPage();
  private Optional<Gateway> gateway = Optional.empty();
  private Runnable cancelPause = () -> {};
  private int rests;

  StatusPageSearch(List<RouterFamily> families, WebServers servers, ProbeContext context) {
    this.families = families;
    this.servers = servers;
    this.context = context;
  }

  /** What is searched, as long as the device is behind it. */
  private static final class Gateway {
    private final InetAddress address;
    private Search search;

    Gateway(InetAddress address, Search search) {
      this.address = address;
      this.search = search;
    }
  }

  @Override
  public CompletionStage<ProbeAnswer> ask(Lease lease) {
    cancelPause.run();
    if (!lease.gateway().isPresent()) {
      return CompletableFuture.completedFuture(
          new ProbeAnswer.Nothing("the gateway is not known, so there is none to ask"));
    }
    Gateway behind = behind(lease.gateway().get());
    if (behind.search.isRested(context.nanos())) {
      behind.search = begin();
    }
    CompletableFuture<ProbeAnswer> answer = new CompletableFuture<>();
    step(new Check(behind, lease, context.nanos(), rests, answer));
    return answer;
  }

  /** One search or question, begun after so many rests of the agent. */
  private record Check(
      Gateway gateway,
      Lease lease,
      long begunNanos,
      int rests,
      CompletableFuture<ProbeAnswer> answer) {}

  private Gateway behind(InetAddress router) {
    if (!gateway.isPresent() || !gateway.get().address.equals(router)) {
      gateway = Optional.of(new Gateway(router, begin()));
    }
    return gateway.get();
  }

  private Search begin() {
    List<Search.Candidate> candidates = new ArrayList<>();
    for (RouterFamily family : families) {
      if (family.password() != RouterFamily.Password.NEEDED || servers.hasCredentials()) {
        family.paths().forEach(path -> candidates.add(new Search.Candidate(family, path)));
      }
    }
    return Search.begin(candidates, context.nanos());
  }

  private void step(Check check) {
    Optional<Search.Candidate> next = check.gateway().search.next();
    if (!next.isPresent()) {
      check.answer().complete(new ProbeAnswer.Nothing(why(check.gateway().search)));
      return;
    }
    Search.Candidate page = next.get();
    URI uri = PageAddress.of(page.path()).on(check.gateway().address);
    CompletableFuture<Void> unused =
        servers
            .of(uri, check.lease())
            .get(uri, known.tag(uri, context.nanos()), 0)
            .thenAccept(fetched -> fetched(check, page, uri, fetched));
  }

  private void fetched(Check check, Search.Candidate page, URI uri, Fetched fetched) {
    if (check.rests() != rests) {
      check.answer().complete(new ProbeAnswer.Nothing("given up, as the agent rests or ends"));
      return;
    }
    Optional<Pattern> family = Optional.of(page.family().pattern());
    ProbeAnswer answer = known.read(uri, fetched, family, context.publicRanges(), context.nanos());
    Search before = check.gateway().search;
    if (!before.next().equals(Optional.of(page))) {
      // A later check has gone on meanwhile.
      check.answer().complete(answer);
      return;
    }
    Search after = before.on(event(fetched, answer, family), context.nanos());
    check.gateway().search = after;
    if (after instanceof Search.Settled) {
      check.answer().complete(answer);
    } else if (after instanceof Search.Looking looking
        && context.nanos() - check.begunNanos() > AT_ONCE.toNanos()) {
      check
          .answer()
          .complete(
              new ProbeAnswer.Nothing(
                  "its status page is being looked for, "
                      + looking.left().size()
                      + " are still to be tried"));
    } else if (after instanceof Search.Looking) {
      cancelPause = context.schedule(PACE, () -> step(check));
    } else {
      check.answer().complete(new ProbeAnswer.Nothing(why(after)));
    }
  }

  private static Search.Event event(Fetched fetched, ProbeAnswer answer, Optional<Pattern> family) {
    String why = answer.said();
    if (answer instanceof ProbeAnswer.Found) {
      return new Search.Event.Found();
    }
    if (answer instanceof ProbeAnswer.NotPublic named) {
      // A carrier's shared address is the firewall's own; a private one may be that of its LAN.
      return PublicRanges.isShared(named.address())
          ? new Search.Event.Found()
          : new Search.Event.Unusable(why);
    }
    if (fetched instanceof Fetched.Locked) {
      return new Search.Event.Locked(why);
    }
    if (fetched instanceof Fetched.Silent) {
      return new Search.Event.Silent(why);
    }
    return fetched instanceof Fetched.Shown shown
            && new Page(shown.page().body(), family).holdsAddress()
        ? new Search.Event.Unusable(why)
        : new Search.Event.NotThere(why);
  }

  private static String why(Search search) {
    return search instanceof Search.Resting resting
        ? resting.why()
            + "; its status page is looked for again in "
            + resting.pause().toMinutes()
            + " min"
        : "its status page is being looked for";
  }

  @Override
  public void suspend() {
    rests++;
    cancelPause.run();
  }

  @Override
  public void close() {
    suspend();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.Lease;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeAnswer;
import io.phoneagent.spi.ProbeContext;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** Asks for one page at each check. */
final class PageReading implements Probe {
  private final PageAddress page;
  private final Optional<Pattern> pattern;
  private final WebServers servers;
  private final ProbeContext context;
  private final KnownPage known = new KnownPage();

  PageReading(
      PageAddress page, Optional<Pattern> pattern, WebServers servers, ProbeContext context) {
    this.page = page;
    this.pattern = pattern;
    this.servers = servers;
    this.context = context;
  }

  @Override
  public CompletionStage<ProbeAnswer> ask(Lease lease) {
    Optional<URI> uri = page.under(lease);
    if (!uri.isPresent()) {
      return CompletableFuture.completedFuture(
          new ProbeAnswer.Nothing("the gateway is not known, so " + page + " has no host"));
    }
    WebServer server = servers.of(uri.get(), lease);
    return server
        .get(uri.get(), known.tag(uri.get(), context.nanos()), WebServer.MOST_REDIRECTS)
        .thenApply(
            fetched ->
                known.read(uri.get(), fetched, pattern, context.publicRanges(), context.nanos()));
  }
}

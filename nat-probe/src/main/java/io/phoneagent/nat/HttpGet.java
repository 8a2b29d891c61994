// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.PageProbe;
import io.phoneagent.spi.Probe;
import io.phoneagent.spi.ProbeContext;
import io.phoneagent.spi.Viewpoint;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads the public address off a page, with an HTTP GET. */
final class HttpGet implements PageProbe {
  private final PageAddress page;
  private final Optional<Pattern> pattern;
  private final Optional<Credentials> credentials;
  private final Viewpoint viewpoint;

  HttpGet(
      PageAddress page,
      Optional<Pattern> pattern,
      Optional<Credentials> credentials,
      Viewpoint viewpoint) {
    this.page = page;
    this.pattern = pattern;
    this.credentials = credentials;
    this.viewpoint = viewpoint;
  }

  @Override
  public PageProbe pattern(String regularExpression) {
    try {
      return new HttpGet(
          page, Optional.of(Pattern.compile(regularExpression)), credentials, viewpoint);
    } catch (PatternSyntaxException e) {
      throw new InvalidSettingException(
          "probe-pattern",
          "'"
              + regularExpression
              + "' is no regular expression: "
              + e.getDescription()
              + "; write it like 'WAN IP: ([0-9.]+)'");
    }
  }

  @Override
  public PageProbe credentials(String user, String password) {
    return new HttpGet(page, pattern, Optional.of(Credentials.of(user, password)), viewpoint);
  }

  @Override
  public String id() {
    return page.toString();
  }

  @Override
  public Viewpoint viewpoint() {
    return viewpoint;
  }

  @Override
  public Probe create(ProbeContext context) {
    return new PageReading(page, pattern, new WebServers(context, credentials), context);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.PageProbe;
import io.phoneagent.spi.PublicAddressProbe;
import io.phoneagent.spi.StatusPageProbe;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code bin/phone} that say how a firewall's page is read. */
final class ProbePageOptions {
  @Option(
      names = "--probe-pattern",
      paramLabel = "REGEX",
      description = "finds the address in the page; its first group, or all of it")
  private @Nullable String pattern;

  @Option(
      names = "--probe-user",
      paramLabel = "U",
      description = "who asks for the page, where that wants a password (HTTP Digest or Basic)")
  private @Nullable String user;

  @Option(names = "--probe-password", paramLabel = "P", description = "that password")
  private @Nullable String password;

  @Option(
      names = "--probe-password-file",
      paramLabel = "FILE",
      description = "a file that holds it")
  private @Nullable Path passwordFile;

  @Option(
      names = "--router-table",
      paramLabel = "FILE",
      description = "more routers for --probe status-page; see docs/router-pages.md")
  private @Nullable Path routerTable;

  private boolean page;
  private boolean statusPage;

  PageProbe page(String target) {
    page = true;
    PageProbe probe = PublicAddressProbe.httpGet(target);
    if (pattern != null) {
      probe = probe.pattern(pattern);
    }
    return user == null ? probe : probe.credentials(user, passwordText());
  }

  StatusPageProbe statusPage() {
    statusPage = true;
    StatusPageProbe probe = PublicAddressProbe.statusPage();
    if (routerTable != null) {
      probe = probe.routers(TextFile.read("--router-table", routerTable));
    }
    return user == null ? probe : probe.credentials(user, passwordText());
  }

  /** A flag that does nothing is a mistake that would be looked for in vain. */
  void refuseWhatIsNotUsed() {
    if (pattern != null && !page) {
      throw new InvalidSettingException(
          "--probe-pattern", "searches a page; give one with --probe http://HOST/PATH");
    }
    if (routerTable != null && !statusPage) {
      throw new InvalidSettingException(
          "--router-table", "is for --probe status-page; give that, too");
    }
    if (user != null && !page && !statusPage) {
      throw new InvalidSettingException(
          "--probe-user", "asks for a page; give --probe http://HOST/PATH or --probe status-page");
    }
    if (user == null && (password != null || passwordFile != null)) {
      throw new InvalidSettingException("--probe-user", "is missing; whose password is it?");
    }
  }

  private String passwordText() {
    if (password != null && passwordFile != null) {
      throw new InvalidSettingException(
          "--probe-password-file", "give this or --probe-password, not both");
    }
    if (passwordFile != null) {
      return TextFile.read("--probe-password-file", passwordFile).strip();
    }
    if (password == null) {
      throw new InvalidSettingException(
          "--probe-password-file", "is missing; give it or --probe-password");
    }
    return password;
  }
}

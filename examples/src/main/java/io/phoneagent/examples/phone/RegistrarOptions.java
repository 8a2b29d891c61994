// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.CallTarget;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Line;
import io.phoneagent.PhoneNumber;
import io.phoneagent.spi.RegistrarAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of {@code bin/phone} for a SIP registrar instead of a DNS switch. */
final class RegistrarOptions {
  @Option(
      names = "--registrar",
      paramLabel = "sip:HOST[:PORT][;transport=udp|tcp|tls]",
      description =
          "a SIP registrar to register with, instead of a switch; may be given several times, the"
              + " preferred one first")
  private List<String> registrars = new ArrayList<>();

  @Option(names = "--password", paramLabel = "P", description = "the line's password there")
  private @Nullable String password;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "a file that holds the password")
  private @Nullable Path passwordFile;

  @Option(
      names = "--user",
      paramLabel = "U",
      description = "what it knows the line by, such as 1001 (the number)")
  private @Nullable String user;

  @Option(names = "--auth-user", paramLabel = "U", description = "whose password it is (as --user)")
  private @Nullable String authenticationName;

  @Option(
      names = "--auth-realm",
      paramLabel = "R",
      description = "a realm in which calls are proven, if it is not the registrar's own")
  private @Nullable String realm;

  boolean given() {
    return !registrars.isEmpty();
  }

  List<URI> uris() {
    List<URI> uris = new ArrayList<>();
    for (String text : registrars) {
      try {
        uris.add(RegistrarAddress.of(URI.create(text)).uri());
      } catch (InvalidSettingException e) {
        throw new InvalidSettingException(
            "--registrar", String.valueOf(e.getMessage()).substring(e.setting().length() + 2));
      } catch (IllegalArgumentException e) {
        throw new InvalidSettingException(
            "--registrar", "'" + text + "' is no registrar; write it like sip:example.com");
      }
    }
    return uris;
  }

  /** The line as that registrar knows it: by its number, by a user name, or by both. */
  Line line(Optional<String> number) {
    Line made =
        named(number)
            .secret(
                SecretText.read(
                    "--password",
                    Optional.ofNullable(password),
                    Optional.ofNullable(passwordFile)));
    Line named = authenticationName == null ? made : made.authenticationName(authenticationName);
    return realm == null ? named : named.realm(realm);
  }

  private Line named(Optional<String> number) {
    if (number.isPresent() && !PhoneNumber.isE164(number.get())) {
      throw new InvalidSettingException(
          "--number",
          "'"
              + number.get()
              + "' is no number in E.164; write it like +15551230001, or give --user alone");
    }
    if (user == null) {
      return Line.number(
          number.orElseThrow(
              () ->
                  new InvalidSettingException(
                      "--user", "is missing; give it, or --number; write it like 1001")));
    }
    try {
      String known = user;
      return number.map(n -> Line.number(n).user(known)).orElseGet(() -> line(known));
    } catch (InvalidSettingException e) {
      throw new InvalidSettingException(
          "--user", "'" + user + "' is no user name; write it like 1001, without @ and host");
    }
  }

  private static Line line(String user) {
    return PhoneNumber.isE164(user) ? Line.number(user) : Line.extension(user);
  }

  /** Whom to call through it. */
  static String target(String text) {
    try {
      CallTarget.of(text);
    } catch (InvalidSettingException e) {
      throw new InvalidSettingException(
          "--call",
          "'" + text + "' names nobody; write it like 1002, +15551230001 or sip:1002@example.com");
    }
    return text;
  }

  /** What goes with a registrar only. */
  void refuseWithoutRegistrar() {
    refuse("--password", password != null);
    refuse("--password-file", passwordFile != null);
    refuse("--user", user != null);
    refuse("--auth-user", authenticationName != null);
    refuse("--auth-realm", realm != null);
  }

  private static void refuse(String flag, boolean given) {
    if (given) {
      throw new InvalidSettingException(flag, "goes with --registrar only; a switch has --secret");
    }
  }
}

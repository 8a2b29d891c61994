// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.dnsswitch.account.PlainDigests;
import io.phoneagent.dnsswitch.call.TrunkAccount;
import io.phoneagent.sip.DigestAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of the trunk, and of what it and the switch prove to each other. */
final class TrunkOptions {
  @Option(
      names = "--trunk",
      paramLabel = "sip:HOST:PORT",
      description =
          "the SIP peer for all other numbers; whatever comes from its host is taken for its, so no"
              + " phone can be there")
  private @Nullable String trunk;

  @Option(
      names = "--trunk-user",
      paramLabel = "U",
      description = "by which the switch proves its calls where the trunk asks for that")
  private @Nullable String user;

  @Option(
      names = "--trunk-secret",
      paramLabel = "S",
      description = "the secret of --trunk-user; seen by others on this machine")
  private @Nullable String secret;

  @Option(
      names = "--trunk-secret-file",
      paramLabel = "FILE",
      description = "the same, the first line of a file")
  private @Nullable Path secretFile;

  @Option(
      names = "--trunk-proves",
      paramLabel = "both|sha-256|md5",
      description =
          "by which digest the trunk has to prove its calls, too, with the same name and secret; md5"
              + " for one that gives up where it reads of another (nothing: whoever can forge its"
              + " address calls as the trunk)")
  private @Nullable String proves;

  /** The trunk, if there is one. */
  Optional<Trunk> trunk() {
    boolean proof = user != null || secret != null || secretFile != null || proves != null;
    if (trunk == null) {
      if (proof) {
        throw new InvalidSettingException("trunk", "is missing; give it, or no --trunk-...");
      }
      return Optional.empty();
    }
    Trunk named = Trunk.of(trunk);
    return Optional.of(proof ? named.with(account()) : named);
  }

  private TrunkAccount account() {
    if (user == null || user.isEmpty()) {
      throw new InvalidSettingException(
          "trunk-user", "is missing; give the name that the trunk knows the switch by");
    }
    if ((secret == null) == (secretFile == null)) {
      throw new InvalidSettingException(
          "trunk-secret", "give either --trunk-secret or --trunk-secret-file");
    }
    String text = secret == null ? "" : secret;
    if (secretFile != null) {
      try {
        text = Files.readString(secretFile).lines().findFirst().orElse("");
      } catch (IOException e) {
        throw new InvalidSettingException(
            "trunk-secret-file",
            secretFile + " cannot be read (" + e.getClass().getSimpleName() + ")");
      }
    }
    if (text.isEmpty() || (user + text).chars().anyMatch(Character::isISOControl)) {
      throw new InvalidSettingException(
          "trunk-secret", "needs one or more characters, and no control characters");
    }
    return new TrunkAccount(user, text, asked());
  }

  private List<DigestAlgorithm> asked() {
    return proves == null
        ? List.of()
        : PlainDigests.Offered.of("trunk-proves", proves).algorithms();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.AccountEditor;
import io.phoneagent.dnsswitch.account.PlainDigests;
import io.phoneagent.protocol.BasicAuthorization;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dns-switch account}: who may register. A running switch sees the change. */
@Command(
    name = "account",
    mixinStandardHelpOptions = true,
    description = "Adds, lists or removes the numbers that may register.",
    subcommands = {
      AccountCommand.Add.class,
      AccountCommand.ListAll.class,
      AccountCommand.Remove.class
    })
final class AccountCommand implements Callable<Integer> {
  /** A file that is read whole at each change is no place for more. */
  private static final int MOST_AT_ONCE = 100_000;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    tell(spec, "say add, list or remove; --help tells more");
    return 2;
  }

  private static void tell(@Nullable CommandSpec spec, String problem) {
    CommandLine command = spec(spec).commandLine();
    DnsSwitchCommand.tell(command.getErr(), command, problem);
  }

  private static CommandSpec spec(@Nullable CommandSpec spec) {
    if (spec == null) {
      throw new IllegalStateException("run by picocli only");
    }
    return spec;
  }

  /** {@code account add}. */
  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = "Adds numbers, or changes what is given of those that are there.")
  static final class Add implements Callable<Integer> {
    @Option(
        names = "--accounts",
        required = true,
        paramLabel = "FILE",
        description = "that of the switch's --accounts")
    private @Nullable Path accounts;

    @Option(names = "--number", required = true, paramLabel = "N", description = "E.164")
    private String number = "";

    @Option(
        names = "--count",
        paramLabel = "N",
        description = "so many numbers from that one on, all with the same secret (1)")
    private int count = 1;

    @Option(names = "--secret", paramLabel = "S", description = "seen by others on this machine")
    private @Nullable String secret;

    @Option(names = "--secret-file", paramLabel = "FILE", description = "its first line")
    private @Nullable Path secretFile;

    @Option(names = "--mac", paramLabel = "M", description = "the only device that may register")
    private @Nullable String mac;

    @Option(names = "--backup", paramLabel = "N", description = "rings when its phone does not")
    private @Nullable String backup;

    @Option(
        names = "--backup-over-trunk",
        paramLabel = "true|false",
        arity = "1",
        description = "whether the backup is called over the switch's --trunk (false)")
    private @Nullable Boolean overTrunk;

    @Option(
        names = "--digest",
        paramLabel = "both|sha-256|md5",
        description = "what its plain SIP phones are asked for; md5 for those that give up (both)")
    private @Nullable String digest;

    @Override
    public Integer call() throws IOException {
      List<PhoneNumber> phones = phones();
      Optional<MacAddress> device = Optional.ofNullable(mac).map(MacAddress::of);
      Optional<PhoneNumber> other = Optional.ofNullable(backup).map(PhoneNumber::of);
      if (other.isPresent() && phones.contains(other.get())) {
        throw new InvalidSettingException(
            "--backup", other.get() + " is the account's own number; give another one, or none");
      }
      if (device.isPresent() && phones.size() > 1) {
        throw new InvalidSettingException("--mac", "is one phone's; leave --count out");
      }
      if (secret != null && secretFile != null) {
        throw new InvalidSettingException("secret", "give --secret or --secret-file, not both");
      }
      Optional<String> given = secret();
      new AccountEditor(required(accounts))
          .put(
              phones,
              given,
              Optional.ofNullable(digest).map(d -> PlainDigests.Offered.of("--digest", d)),
              device,
              other,
              Optional.ofNullable(overTrunk));
      return 0;
    }

    private List<PhoneNumber> phones() {
      PhoneNumber first = PhoneNumber.of(number);
      if (count < 1 || count > MOST_AT_ONCE) {
        throw new InvalidSettingException("--count", count + " is not from 1 to " + MOST_AT_ONCE);
      }
      long digits = Long.parseLong(first.e164().substring(1));
      // One digit more, and it is a number of another place altogether.
      if (Long.toString(digits + count - 1).length() >= first.e164().length()) {
        throw new InvalidSettingException(
            "--number", first + " leaves no room for " + count + " numbers; give a lower one");
      }
      List<PhoneNumber> phones = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        phones.add(PhoneNumber.of("+" + (digits + i)));
      }
      return phones;
    }

    private static String firstLine(Path file) {
      try {
        return Files.readString(file).lines().findFirst().orElse("");
      } catch (IOException e) {
        throw new InvalidSettingException("--secret-file", "cannot be read: " + e);
      }
    }

    private Optional<String> secret() {
      String given = secret;
      if (secretFile != null) {
        given = firstLine(secretFile);
      }
      if (given != null && !BasicAuthorization.isSecret(given)) {
        throw new InvalidSettingException(
            "secret",
            "must be 1 to "
                + BasicAuthorization.MAX_SECRET
                + " characters without control characters");
      }
      return Optional.ofNullable(given);
    }
  }

  /** {@code account list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "A line a number, members separated by tabs; never a secret.")
  static final class ListAll implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(
        names = "--accounts",
        required = true,
        paramLabel = "FILE",
        description = "that of the switch's --accounts")
    private @Nullable Path accounts;

    @Option(names = "--number", paramLabel = "N", description = "this one only")
    private @Nullable String number;

    @Override
    public Integer call() {
      AccountEditor editor = new AccountEditor(required(accounts));
      PrintWriter lines = spec(spec).commandLine().getOut();
      Optional<PhoneNumber> only = Optional.ofNullable(number).map(PhoneNumber::of);
      int shown = 0;
      for (Account account : editor.all()) {
        if (only.isPresent() && !only.get().equals(account.number())) {
          continue;
        }
        shown++;
        lines.println(
            account.number()
                + "\tmac="
                + account.mac().map(MacAddress::text).orElse("any")
                + "\tbackup="
                + account.backup().map(PhoneNumber::e164).orElse("none")
                + "\tbackup-over-trunk="
                + account.backupOverTrunk());
      }
      lines.flush();
      if (only.isPresent() && shown == 0) {
        tell(spec, only.get() + " has no account");
        return 1;
      }
      return 0;
    }
  }

  /** {@code account remove}. */
  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "Removes a number; its phone is unregistered within a second.")
  static final class Remove implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(
        names = "--accounts",
        required = true,
        paramLabel = "FILE",
        description = "that of the switch's --accounts")
    private @Nullable Path accounts;

    @Option(names = "--number", required = true, paramLabel = "N", description = "E.164")
    private String number = "";

    @Override
    public Integer call() {
      PhoneNumber phone = PhoneNumber.of(number);
      if (new AccountEditor(required(accounts)).remove(phone)) {
        return 0;
      }
      tell(spec, phone + " has no account");
      return 1;
    }
  }

  private static Path required(@Nullable Path path) {
    if (path == null) {
      throw new InvalidSettingException("accounts", "is missing");
    }
    return path;
  }
}

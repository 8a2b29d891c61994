// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.account;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Changes an accounts file, from any process. */
public final class AccountEditor {
  private final AccountsFile file;

  /** An editor of that file; the first change makes it. */
  public AccountEditor(Path file) {
    this.file = new AccountsFile(file);
  }

  /**
   * All accounts, in the order of their numbers.
   *
   * @throws PhoneAgentException if the file is not there, or cannot be read
   */
  public Collection<Account> all() {
    return existing().values();
  }

  private SortedMap<String, Account> existing() {
    return file.readIfThere()
        .orElseThrow(
            () ->
                new PhoneAgentException(
                    "accounts file " + file + " is not there; the first account add makes it"));
  }

  /** The account of a number. */
  public Optional<Account> find(PhoneNumber number) {
    return Optional.ofNullable(file.read().get(number.e164()));
  }

  /**
   * Adds accounts, or changes what is given of those that are there; all of them or none.
   *
   * @param secret a number's new secret; empty to keep the one it has
   * @param offered what its plain phones are asked for; empty for both algorithms, or what was
   * @throws InvalidSettingException if one is new and has no digest of a secret
   */
  public void put(
      Collection<PhoneNumber> numbers,
      Optional<String> secret,
      Optional<PlainDigests.Offered> offered,
      Optional<MacAddress> mac,
      Optional<PhoneNumber> backup,
      Optional<Boolean> backupOverTrunk) {
    file.change(
        accounts -> {
          for (PhoneNumber number : numbers) {
            Optional<Account> before = Optional.ofNullable(accounts.get(number.e164()));
            if (secret.isEmpty() && offered.isPresent()) {
              throw new InvalidSettingException(
                  "digest", "the secret is needed with it: only its digests are kept");
            }
            String digest =
                secret
                    .map(s -> Account.ha1(number, s))
                    .or(() -> before.map(Account::ha1))
                    .orElseThrow(
                        () ->
                            new InvalidSettingException(
                                "secret",
                                "a new number needs one: --secret S or --secret-file FILE"));
            accounts.put(
                number.e164(),
                new Account(
                    number,
                    mac.or(() -> before.flatMap(Account::mac)),
                    backup.or(() -> before.flatMap(Account::backup)),
                    backupOverTrunk.orElse(before.map(Account::backupOverTrunk).orElse(false)),
                    digest,
                    secret
                        .map(s -> PlainDigests.of(number, s, offered(offered, before)))
                        .or(() -> before.map(Account::plain))
                        .orElse(PlainDigests.NONE)));
          }
        });
  }

  private static PlainDigests.Offered offered(
      Optional<PlainDigests.Offered> given, Optional<Account> before) {
    return given
        .or(
            () ->
                before
                    .map(Account::plain)
                    .filter(p -> !p.equals(PlainDigests.NONE))
                    .map(PlainDigests::offered))
        .orElse(PlainDigests.Offered.BOTH);
  }

  /**
   * Removes an account: whether there was one.
   *
   * @throws PhoneAgentException if the file is not there, or cannot be read
   */
  public boolean remove(PhoneNumber number) {
    if (!existing().containsKey(number.e164())) {
      return false; // nothing is written: a file that is misnamed is not made
    }
    AtomicBoolean there = new AtomicBoolean();
    file.change(accounts -> there.set(accounts.remove(number.e164()) != null));
    return there.get();
  }
}

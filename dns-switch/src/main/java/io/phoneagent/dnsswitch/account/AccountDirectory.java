// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.account;

import io.phoneagent.PhoneNumber;
import java.util.Optional;

/** The accounts as they are now. Thread-safe. */
public interface AccountDirectory {

  /** The account of a number. */
  Optional<Account> find(PhoneNumber number);

  /**
   * The account, if there is one and the secret is its own. An unknown number takes as long as a
   * wrong secret.
   */
  default Optional<Account> authenticate(PhoneNumber number, String secret) {
    Optional<Account> account = find(number);
    boolean accepted = account.orElse(NobodysAccount.INSTANCE).accepts(secret);
    return accepted ? account : Optional.empty();
  }
}

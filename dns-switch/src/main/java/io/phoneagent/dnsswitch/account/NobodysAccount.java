// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.account;

import io.phoneagent.PhoneNumber;
import java.util.Optional;

/** What the secret for an unknown number is compared with: a digest no secret is known to have. */
final class NobodysAccount {
  static final Account INSTANCE =
      new Account(
          new PhoneNumber("+999999999999999"),
          Optional.empty(),
          Optional.empty(),
          false,
          "0".repeat(64));

  private NobodysAccount() {}
}

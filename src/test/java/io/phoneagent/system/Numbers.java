// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.lab.Account;

/** The accounts that the tests share; each is the number of one device. */
final class Numbers {

  static final Account ANN = Account.of("+15551230001");
  static final Account BOB = Account.of("+15551230002");
  static final Account CID = Account.of("+15551230006");

  private Numbers() {}
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.AccountDirectory;
import io.phoneagent.dnsswitch.registry.Registry;
import io.phoneagent.sip.SipPeer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Decides where a call goes. Nobody spends money by accident: see each rule. */
final class Routing {
  private final AccountDirectory accounts;
  private final Registry registry;
  private final Optional<Peers.Trunk> trunk;
  private final Function<PhoneNumber, List<SipPeer>> phones;

  /**
   * Where a call goes, or why it goes nowhere.
   *
   * @param first all of the number's phones, which ring together
   */
  record Route(List<SipPeer> first, Optional<Destination> backup, int refusal) {}

  /**
   * A backup number and how it is reached.
   *
   * @param of whose backup it is
   */
  record Destination(PhoneNumber number, List<SipPeer> peers, PhoneNumber of) {
    boolean isOverTrunk() {
      return peers.get(0) instanceof Peers.Trunk;
    }
  }

  Routing(
      AccountDirectory accounts,
      Registry registry,
      Optional<Peers.Trunk> trunk,
      Function<PhoneNumber, List<SipPeer>> phones) {
    this.accounts = accounts;
    this.registry = registry;
    this.trunk = trunk;
    this.phones = phones;
  }

  /**
   * Routes a call.
   *
   * @param claimed the caller's number as it says itself
   */
  Route route(PhoneNumber called, SipPeer caller, String claimed) {
    if (caller instanceof Peers.Own phone && phone.number().equals(called)) {
      return new Route(List.of(), Optional.empty(), 486); // it talks to us
    }
    Optional<Account> account = accounts.find(called);
    if (account.isPresent()) {
      List<SipPeer> all = phones.apply(called);
      Optional<Destination> backup = backup(account.get(), caller, claimed);
      return new Route(all, backup, !all.isEmpty() || backup.isPresent() ? 0 : 480);
    }
    // Only accounts call out over the trunk: not strangers, and not the trunk itself.
    if (caller instanceof Peers.Own && trunk.isPresent()) {
      return new Route(List.of(trunk.get()), Optional.empty(), 0);
    }
    return new Route(List.of(), Optional.empty(), 404);
  }

  /** One link long: a backup's own backup is not rung; neither is the caller. */
  Optional<Destination> backup(Account account, SipPeer caller, String claimed) {
    Optional<PhoneNumber> number = registry.backup(account.number());
    if (number.isEmpty() || isSame(number.get(), claimed)) {
      return Optional.empty();
    }
    PhoneNumber backup = number.get();
    List<SipPeer> all = phones.apply(backup);
    if (!all.isEmpty()) {
      return Optional.of(new Destination(backup, all, account.number()));
    }
    boolean mayPay = !(caller instanceof Peers.Stranger) || account.backupOverTrunk();
    return accounts.find(backup).isEmpty() && mayPay
        ? trunk.map(t -> new Destination(backup, List.of(t), account.number()))
        : Optional.empty();
  }

  /** Gateways write a caller's number with the plus or without. */
  private static boolean isSame(PhoneNumber number, String claimed) {
    return number.e164().equals(claimed) || number.e164().substring(1).equals(claimed);
  }
}

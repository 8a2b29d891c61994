// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.account;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import io.phoneagent.runtime.Timers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts of a file that may change at any time. The file is looked at every second; while it
 * cannot be read, the last good accounts hold.
 */
public final class WatchedAccounts implements AccountDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedAccounts.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final AccountsFile file;
  private final Timers timers;
  private volatile Map<String, Account> accounts;
  private volatile Set<MacAddress> devices;
  private volatile Runnable changed = () -> {};
  private Object version;
  private volatile boolean closed;

  private WatchedAccounts(AccountsFile file, Timers timers) {
    this.file = file;
    this.timers = timers;
    this.version = file.version();
    this.accounts = Map.copyOf(file.read());
    this.devices = devices(accounts);
    if (version.equals(AccountsFile.ABSENT)) {
      LOG.warn("accounts file {} is not there: nobody can register until it is", file);
    }
    timers.schedule(INTERVAL, this::look);
  }

  /**
   * Reads the file and watches it from now on; without a file there are no accounts yet.
   *
   * @throws PhoneAgentException if the file cannot be read now
   */
  public static WatchedAccounts open(Path file, Timers timers) {
    return new WatchedAccounts(new AccountsFile(file), timers);
  }

  @Override
  public Optional<Account> find(PhoneNumber number) {
    return Optional.ofNullable(accounts.get(number.e164()));
  }

  private static Set<MacAddress> devices(Map<String, Account> accounts) {
    return accounts.values().stream()
        .flatMap(account -> account.mac().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether an account names this device. */
  public boolean names(MacAddress mac) {
    return devices.contains(mac);
  }

  /** Runs the task, on the timers' thread, after each change. */
  public void onChange(Runnable task) {
    changed = task;
  }

  /** Looks at the file no more. */
  public void close() {
    closed = true;
  }

  private void look() {
    if (closed) {
      return;
    }
    Object now = file.version();
    if (!now.equals(version)) {
      version = now;
      if (now.equals(AccountsFile.ABSENT)) {
        LOG.error("accounts file {} is gone; the accounts read before still hold", file);
        timers.schedule(INTERVAL, this::look);
        return;
      }
      try {
        accounts = Map.copyOf(file.read());
        devices = devices(accounts);
        LOG.info("accounts read again from {}: {}", file, accounts.size());
        changed.run();
      } catch (PhoneAgentException e) {
        LOG.error("{}; the accounts read before still hold", e.getMessage());
      }
    }
    timers.schedule(INTERVAL, this::look);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locations in one SQLite file, readable by its owner only: it holds keys. One thread writes; all
 * that waits when it is free goes into one transaction, synced to the disk before anyone is told.
 */
public final class SqliteLocationStore implements LocationStore {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteLocationStore.class);

  private static final int SCHEMA = 2;

  /** How long what may wait waits for others. */
  private static final long LINGER_MILLIS = 50;

  /** Enough to make the cost of a sync vanish; few enough that no answer waits for seconds. */
  private static final int MAX_BATCH = 2_000;

  private record Pending(Location location, List<CompletableFuture<Void>> told) {}

  private final Path file;
  private final Connection connection;
  private final PreparedStatement upsert;
  private final PreparedStatement delete;
  private final Thread writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Map<PhoneNumber, Pending> pending = new LinkedHashMap<>();
  private boolean urgent;
  private boolean closing;

  private SqliteLocationStore(Path file, Connection connection) throws SQLException {
    this.file = file;
    this.connection = connection;
    prepare();
    this.upsert = connection.prepareStatement(LocationRow.UPSERT);
    this.delete = connection.prepareStatement(LocationRow.DELETE);
    this.writer = new Thread(this::run, "location-store");
    writer.setDaemon(true);
  }

  /**
   * Opens or makes the file.
   *
   * @throws PhoneAgentException if it cannot be, or was written by a later version
   */
  public static SqliteLocationStore open(Path file) {
    try {
      createPrivate(file);
      Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath());
      SqliteLocationStore store = new SqliteLocationStore(file, connection);
      store.writer.start();
      return store;
    } catch (SQLException | IOException e) {
      throw new PhoneAgentException("location store " + file + " cannot be opened: " + e, e);
    }
  }

  private static void createPrivate(Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      return; // its mode is its owner's business
    }
  }

  private void prepare() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      // NORMAL would lose the last commits with the power; an answered registration must not be.
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute("PRAGMA busy_timeout=5000");
      int schema;
      try (ResultSet version = statement.executeQuery("PRAGMA user_version")) {
        schema = version.getInt(1);
      }
      if (schema > SCHEMA) {
        throw new PhoneAgentException(
            "location store "
                + file
                + " was written by a later version ("
                + schema
                + "); this one reads up to "
                + SCHEMA);
      }
      statement.execute(LocationRow.TABLE);
      statement.execute("PRAGMA user_version=" + SCHEMA);
    }
    connection.setAutoCommit(false);
  }

  @Override
  public List<Location> load() {
    List<Location> locations = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(LocationRow.SELECT)) {
      while (rows.next()) {
        String number = rows.getString(1);
        try {
          locations.add(LocationRow.read(rows));
        } catch (PhoneAgentException e) {
          // One damaged row must not keep all other phones from being called.
          LOG.error("location of {} cannot be read and is left out: {}", number, e.getMessage());
        }
      }
      connection.rollback(); // ends the read
      return locations;
    } catch (SQLException e) {
      throw new PhoneAgentException("location store " + file + " cannot be read: " + e, e);
    }
  }

  @Override
  public CompletionStage<Void> write(Location location) {
    CompletableFuture<Void> told = new CompletableFuture<>();
    add(location, told);
    return told;
  }

  @Override
  public void writeSoon(Location location) {
    add(location, null);
  }

  private void add(Location location, @Nullable CompletableFuture<Void> told) {
    lock.lock();
    try {
      if (closing) {
        if (told != null) {
          told.completeExceptionally(new PhoneAgentException("the location store is closed"));
        }
        return;
      }
      Pending before = pending.get(location.number());
      List<CompletableFuture<Void>> all = before == null ? new ArrayList<>(1) : before.told();
      if (told != null) {
        all.add(told);
        urgent = true;
      }
      boolean first = pending.isEmpty();
      pending.put(location.number(), new Pending(location, all));
      if (told != null || first) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (Optional<List<Pending>> batch = next(); batch.isPresent(); batch = next()) {
      commit(batch.get());
    }
  }

  /** What is to be written now; empty at the end. */
  private Optional<List<Pending>> next() {
    lock.lock();
    try {
      while (pending.isEmpty() && !closing) {
        changed.awaitUninterruptibly();
      }
      long left = TimeUnit.MILLISECONDS.toNanos(LINGER_MILLIS);
      while (!urgent && !closing && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (pending.isEmpty()) {
        return Optional.empty();
      }
      List<Pending> batch = new ArrayList<>(pending.values());
      if (batch.size() <= MAX_BATCH) {
        pending = new LinkedHashMap<>();
        urgent = false;
      } else {
        batch = new ArrayList<>(batch.subList(0, MAX_BATCH));
        batch.forEach(p -> pending.remove(p.location().number()));
      }
      return Optional.of(batch);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread but a JVM that ends.
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void commit(List<Pending> batch) {
    List<Pending> written = new ArrayList<>(batch.size());
    try {
      for (Pending entry : batch) {
        if (write(entry)) {
          written.add(entry);
        }
      }
      connection.commit();
    } catch (SQLException e) {
      LOG.error("location store {} cannot be written: {}", file, e.toString());
      rollback();
      batch.forEach(p -> failed(p, e));
      return;
    }
    written.forEach(p -> p.told().forEach(t -> t.complete(null)));
  }

  private boolean write(Pending entry) throws SQLException {
    Location location = entry.location();
    if (location.isEmpty()) {
      delete.setString(1, location.number().e164());
      delete.executeUpdate();
      return true;
    }
    try {
      LocationRow.write(location, upsert);
    } catch (RuntimeException e) {
      // One location that cannot be spelled must not take the others with it, nor this thread.
      LOG.error("location of {} cannot be written", location.number(), e);
      failed(entry, e);
      return false;
    }
    upsert.executeUpdate();
    return true;
  }

  private static void failed(Pending entry, Exception cause) {
    PhoneAgentException failure =
        new PhoneAgentException("the registration could not be stored", cause);
    entry.told().forEach(t -> t.completeExceptionally(failure));
  }

  private void rollback() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOG.error("location store {}: {}", file, e.toString());
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      writer.join(TimeUnit.SECONDS.toMillis(10));
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      LOG.error("location store {} cannot be closed: {}", file, e.toString());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.store;

import io.phoneagent.PhoneAgentException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
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
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * One table in one SQLite file, readable by its owner only. One thread writes; all that waits when
 * it is free goes into one transaction, synced to the disk before anyone is told. Of several values
 * for one key that wait, the last is written. Thread-safe.
 */
public final class SqliteTable<K, V> implements DurableStore<V> {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteTable.class);

  /** How long what may wait waits for others. */
  private static final long LINGER_MILLIS = 50;

  /** Enough to make the cost of a sync vanish; few enough that no answer waits for seconds. */
  private static final int MAX_BATCH = 2_000;

  private record Pending<V>(V value, List<CompletableFuture<Void>> told) {}

  private final RowForm<K, V> form;
  private final Path file;
  private final Connection connection;
  private final PreparedStatement upsert;
  private final PreparedStatement delete;
  private final Thread writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Map<K, Pending<V>> pending = new LinkedHashMap<>();
  private boolean urgent;
  private boolean closing;

  private SqliteTable(RowForm<K, V> form, Path file, Connection connection) throws SQLException {
    this.form = form;
    this.file = file;
    this.connection = connection;
    prepare();
    this.upsert = connection.prepareStatement(form.upsert());
    this.delete = connection.prepareStatement(form.delete());
    this.writer = new Thread(this::run, form.what() + "-store");
    writer.setDaemon(true);
  }

  /**
   * Opens or makes the file.
   *
   * @throws PhoneAgentException if it cannot be, or was written by a later version
   */
  public static <K, V> SqliteTable<K, V> open(Path file, RowForm<K, V> form) {
    try {
      createPrivate(file);
      SQLiteConfig settings = new SQLiteConfig();
      // Or each row would be followed by a question for the key that it was given.
      settings.setGetGeneratedKeys(false);
      // One thread at a time has the connection.
      settings.setOpenMode(SQLiteOpenMode.NOMUTEX);
      Connection connection = settings.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
      SqliteTable<K, V> table = new SqliteTable<>(form, file, connection);
      table.writer.start();
      return table;
    } catch (SQLException | IOException e) {
      throw new PhoneAgentException(
          form.what()
              + " store "
              + file
              + " cannot be opened; if it is damaged, move it away, and phones ask anew ("
              + e
              + ")",
          e);
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
      // Each row that changes costs a page of the log and its checksum. Of a new file only.
      statement.execute("PRAGMA page_size=2048");
      statement.execute("PRAGMA journal_mode=WAL");
      // NORMAL would lose the last commits with the power; an answer must not outlive its reason.
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute("PRAGMA busy_timeout=5000");
      // Of a page that has changed again and again only the last state is copied; 16 MB at most.
      statement.execute("PRAGMA wal_autocheckpoint=8000");
      // In KiB: the pages of ten thousand phones, so that a write need not read.
      statement.execute("PRAGMA cache_size=-32768");
      int version;
      try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
        version = row.getInt(1);
      }
      if (version != 0 && version != form.version()) {
        throw new PhoneAgentException(
            form.what()
                + " store "
                + file
                + " was written by "
                + (version > form.version() ? "a later version (" : "a snapshot before 0.1.0 (")
                + version
                + "); this one reads "
                + form.version()
                + (version > form.version() ? "" : ": remove it, and the phones register again"));
      }
      connection.setAutoCommit(false);
      statement.execute(form.create());
      statement.execute("PRAGMA user_version=" + form.version());
      connection.commit();
    }
  }

  /** All rows; a damaged one is left out, and that is logged. */
  @Override
  public List<V> load() {
    List<V> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(form.select())) {
      while (rows.next()) {
        String key = rows.getString(1);
        try {
          values.add(form.read(rows));
        } catch (PhoneAgentException e) {
          // One damaged row must not keep all other phones from being called.
          LOG.error(
              "{} of {} cannot be read and is left out: {}", form.what(), key, e.getMessage());
        }
      }
      connection.rollback(); // ends the read
      return values;
    } catch (SQLException e) {
      throw new PhoneAgentException(form.what() + " store " + file + " cannot be read: " + e, e);
    }
  }

  @Override
  public CompletionStage<Void> write(V value) {
    CompletableFuture<Void> told = new CompletableFuture<>();
    add(value, told);
    return told;
  }

  /** Writes it with the next that is written, at the latest after 50 ms. */
  @Override
  public void writeSoon(V value) {
    add(value, null);
  }

  private void add(V value, @Nullable CompletableFuture<Void> told) {
    lock.lock();
    try {
      if (closing) {
        if (told != null) {
          told.completeExceptionally(
              new PhoneAgentException("the " + form.what() + " store is closed"));
        }
        return;
      }
      K key = form.key(value);
      Pending<V> before = pending.get(key);
      List<CompletableFuture<Void>> all = before == null ? new ArrayList<>(1) : before.told();
      if (told != null) {
        all.add(told);
        urgent = true;
      }
      boolean first = pending.isEmpty();
      pending.put(key, new Pending<>(value, all));
      if (told != null || first) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (Optional<List<Pending<V>>> batch = next(); batch.isPresent(); batch = next()) {
      commit(batch.get());
    }
  }

  /** What is to be written now; empty at the end. */
  private Optional<List<Pending<V>>> next() {
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
      List<Pending<V>> batch = new ArrayList<>(pending.values());
      if (batch.size() <= MAX_BATCH) {
        pending = new LinkedHashMap<>();
        urgent = false;
      } else {
        batch = new ArrayList<>(batch.subList(0, MAX_BATCH));
        batch.forEach(p -> pending.remove(form.key(p.value())));
      }
      return Optional.of(batch);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread but a JVM that ends.
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void commit(List<Pending<V>> batch) {
    List<Pending<V>> written = new ArrayList<>(batch.size());
    try {
      for (Pending<V> entry : batch) {
        if (write(entry)) {
          written.add(entry);
        }
      }
      connection.commit();
    } catch (SQLException e) {
      LOG.error("{} store {} cannot be written: {}", form.what(), file, e.toString());
      rollback();
      batch.forEach(p -> failed(p, e));
      return;
    }
    written.forEach(p -> p.told().forEach(t -> t.complete(null)));
  }

  private boolean write(Pending<V> entry) throws SQLException {
    V value = entry.value();
    if (form.isNothing(value)) {
      form.writeKey(form.key(value), delete);
      delete.executeUpdate();
      return true;
    }
    try {
      form.write(value, upsert);
    } catch (RuntimeException e) {
      // One value that cannot be spelled must not take the others with it, nor this thread.
      LOG.error("{} of {} cannot be written", form.what(), form.key(value), e);
      failed(entry, e);
      return false;
    }
    upsert.executeUpdate();
    return true;
  }

  private void failed(Pending<V> entry, Exception cause) {
    PhoneAgentException failure =
        new PhoneAgentException("the " + form.what() + " could not be stored", cause);
    entry.told().forEach(t -> t.completeExceptionally(failure));
  }

  private void rollback() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOG.error("{} store {}: {}", form.what(), file, e.toString());
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
      LOG.error("{} store {} cannot be closed: {}", form.what(), file, e.toString());
    }
  }
}

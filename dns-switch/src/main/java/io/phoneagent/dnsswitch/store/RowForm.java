// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * How values stand in a table, one each row. Called on one thread at a time.
 *
 * @param <K> what a row is found by
 * @param <V> what it tells
 */
public interface RowForm<K, V> {

  /** What a table holds, for people: "location". */
  String what();

  /** The number of the form; a file of another one is refused. */
  int version();

  /** Makes the table where there is none. */
  String create();

  /** Selects all rows; the key stands in the first column. */
  String select();

  /** Writes a row or replaces it. */
  String upsert();

  /** Deletes the row of a key, the only parameter. */
  String delete();

  /** By what a value is found. */
  K key(V value);

  /** Whether the value is told by there being no row. */
  boolean isNothing(V value);

  /** Fills the upsert. */
  void write(V value, PreparedStatement row) throws SQLException;

  /** Fills the delete. */
  void writeKey(K key, PreparedStatement row) throws SQLException;

  /**
   * Reads a row.
   *
   * @throws io.phoneagent.PhoneAgentException if it is damaged
   */
  V read(ResultSet row) throws SQLException;
}

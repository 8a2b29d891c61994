// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.address;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.store.RowForm;
import io.phoneagent.protocol.AddressLiteral;
import java.net.InetAddress;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** A lease as a row. */
final class AddressRow implements RowForm<InetAddress, AddressLease> {
  @Override
  public String what() {
    return "address";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public String create() {
    return "CREATE TABLE IF NOT EXISTS address ("
        + "address TEXT PRIMARY KEY, mac TEXT NOT NULL, number TEXT, until INTEGER NOT NULL"
        + ") WITHOUT ROWID";
  }

  @Override
  public String select() {
    return "SELECT address, mac, number, until FROM address";
  }

  @Override
  public String upsert() {
    return "INSERT OR REPLACE INTO address (address, mac, number, until) VALUES (?,?,?,?)";
  }

  @Override
  public String delete() {
    return "DELETE FROM address WHERE address=?";
  }

  @Override
  public InetAddress key(AddressLease lease) {
    return lease.address();
  }

  @Override
  public boolean isNothing(AddressLease lease) {
    return false; // what has run out is remembered for its phone
  }

  @Override
  public void write(AddressLease lease, PreparedStatement row) throws SQLException {
    row.setString(1, AddressLiteral.format(lease.address()));
    row.setString(2, lease.mac().text());
    row.setString(3, lease.number().map(PhoneNumber::e164).orElse(null));
    row.setLong(4, lease.until().toEpochMilli());
  }

  @Override
  public void writeKey(InetAddress address, PreparedStatement row) throws SQLException {
    row.setString(1, AddressLiteral.format(address));
  }

  @Override
  public AddressLease read(ResultSet row) throws SQLException {
    try {
      return new AddressLease(
          AddressLiteral.parse(row.getString(1))
              .orElseThrow(() -> new PhoneAgentException("its address is none")),
          MacAddress.of(row.getString(2)),
          Optional.ofNullable(row.getString(3)).map(PhoneNumber::new),
          Instant.ofEpochMilli(row.getLong(4)));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new PhoneAgentException("its row is damaged", e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.store.RowForm;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.protocol.AddressLiteral;
import java.net.InetSocketAddress;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A contact as a row. Only those that datagrams reach are kept: a connection ends with the switch.
 */
final class ContactRow implements RowForm<Contact.Place, Contact> {

  @Override
  public String what() {
    return "contact";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public String create() {
    return "CREATE TABLE IF NOT EXISTS contact (number TEXT NOT NULL, id TEXT NOT NULL,"
        + " uri TEXT NOT NULL, address TEXT NOT NULL, port INTEGER NOT NULL, instance TEXT,"
        + " reg_id INTEGER, routes TEXT NOT NULL, call_id TEXT NOT NULL,"
        + " sequence INTEGER NOT NULL, registered_at INTEGER NOT NULL, until INTEGER NOT NULL,"
        + " round_trip INTEGER NOT NULL, user_agent TEXT NOT NULL, PRIMARY KEY (number, id)"
        + ") WITHOUT ROWID";
  }

  @Override
  public String select() {
    return "SELECT number, id, uri, address, port, instance, reg_id, routes, call_id, sequence,"
        + " registered_at, until, round_trip, user_agent FROM contact";
  }

  @Override
  public String upsert() {
    return "INSERT OR REPLACE INTO contact (number, id, uri, address, port, instance, reg_id,"
        + " routes, call_id, sequence, registered_at, until, round_trip, user_agent)"
        + " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  }

  @Override
  public String delete() {
    return "DELETE FROM contact WHERE number=? AND id=?";
  }

  @Override
  public Contact.Place key(Contact contact) {
    return contact.place();
  }

  @Override
  public boolean isNothing(Contact contact) {
    return contact.until().equals(Instant.EPOCH);
  }

  @Override
  public void writeKey(Contact.Place key, PreparedStatement row) throws SQLException {
    row.setString(1, key.number().e164());
    row.setString(2, key.id());
  }

  @Override
  public void write(Contact contact, PreparedStatement row) throws SQLException {
    InetSocketAddress address = contact.path().address();
    writeKey(key(contact), row);
    row.setString(3, contact.uri());
    row.setString(4, AddressLiteral.format(address.getAddress()));
    row.setInt(5, address.getPort());
    row.setString(6, contact.instance().orElse(null));
    row.setObject(7, contact.regId().isPresent() ? contact.regId().getAsInt() : null);
    row.setString(8, String.join("\n", contact.routes()));
    row.setString(9, contact.order().callId());
    row.setLong(10, contact.order().sequence());
    row.setLong(11, contact.registeredAt().toEpochMilli());
    row.setLong(12, contact.kept().toEpochMilli());
    row.setLong(13, contact.roundTrip().toNanos());
    row.setString(14, contact.userAgent());
  }

  @Override
  public Contact read(ResultSet row) throws SQLException {
    try {
      int regId = row.getInt(7);
      boolean hasRegId = !row.wasNull();
      String routes = row.getString(8);
      String id = row.getString(2);
      String uri = row.getString(3);
      return new Contact(
          new PhoneNumber(row.getString(1)),
          id,
          uri.equals(id) ? id : uri, // one text in memory, too
          FlowSource.udp(
              new InetSocketAddress(
                  AddressLiteral.parse(row.getString(4))
                      .orElseThrow(() -> new PhoneAgentException("its address is none")),
                  row.getInt(5))),
          Optional.ofNullable(row.getString(6)),
          hasRegId ? OptionalInt.of(regId) : OptionalInt.empty(),
          routes.isEmpty() ? List.of() : List.of(routes.split("\n")),
          new Contact.Order(row.getString(9), row.getLong(10)),
          Instant.ofEpochMilli(row.getLong(11)),
          Instant.ofEpochMilli(row.getLong(12)),
          Instant.ofEpochMilli(row.getLong(12)),
          Duration.ofNanos(row.getLong(13)),
          row.getString(14));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new PhoneAgentException("its row is damaged", e);
    }
  }
}

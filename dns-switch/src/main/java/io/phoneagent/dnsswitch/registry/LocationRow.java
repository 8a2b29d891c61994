// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.store.RowForm;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A location as a row, found by the number's digits: a row by an integer stands in one page whole,
 * where one by a text of more than a quarter of a page is written in two.
 */
final class LocationRow implements RowForm<PhoneNumber, Location> {
  private final OctetWriter octets = new OctetWriter();

  @Override
  public String what() {
    return "location";
  }

  @Override
  public int version() {
    return 4;
  }

  @Override
  public String create() {
    return "CREATE TABLE IF NOT EXISTS phone ("
        + "number INTEGER PRIMARY KEY, held_by TEXT, backup TEXT, binding BLOB)";
  }

  @Override
  public String select() {
    return "SELECT number, held_by, backup, binding FROM phone";
  }

  @Override
  public String upsert() {
    return "INSERT OR REPLACE INTO phone (number, held_by, backup, binding) VALUES (?,?,?,?)";
  }

  @Override
  public String delete() {
    return "DELETE FROM phone WHERE number=?";
  }

  @Override
  public PhoneNumber key(Location location) {
    return location.number();
  }

  @Override
  public boolean isNothing(Location location) {
    return location.isEmpty();
  }

  @Override
  public void writeKey(PhoneNumber number, PreparedStatement row) throws SQLException {
    row.setLong(1, digits(number));
  }

  private static long digits(PhoneNumber number) {
    return Long.parseLong(number.e164(), 1, number.e164().length(), 10);
  }

  @Override
  public void write(Location location, PreparedStatement row) throws SQLException {
    row.setLong(1, digits(location.number()));
    row.setString(2, location.heldBy().map(MacAddress::text).orElse(null));
    row.setString(3, location.backup().map(PhoneNumber::e164).orElse(null));
    row.setBytes(4, location.binding().map(this::spelled).orElse(null));
  }

  private byte[] spelled(Binding binding) {
    BindingOctets.write(octets.clear(), binding);
    return octets.toArray();
  }

  @Override
  public Location read(ResultSet row) throws SQLException {
    try {
      PhoneNumber number = new PhoneNumber("+" + row.getLong(1));
      byte @Nullable [] binding = row.getBytes(4);
      return new Location(
          number,
          Optional.ofNullable(row.getString(2)).map(MacAddress::of),
          Optional.ofNullable(row.getString(3)).map(PhoneNumber::new),
          Optional.ofNullable(binding).map(octets -> BindingOctets.read(number, octets)));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new PhoneAgentException("its row is damaged", e);
    }
  }
}

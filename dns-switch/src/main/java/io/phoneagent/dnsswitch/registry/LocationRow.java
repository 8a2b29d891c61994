// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.store.RowForm;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.protocol.FlowKey;
import io.phoneagent.protocol.MessageReader;
import io.phoneagent.protocol.MessageWriter;
import io.phoneagent.protocol.RegistrationAnswer;
import io.phoneagent.protocol.RegistrationRecord;
import io.phoneagent.protocol.RegistrationRecord.Cause;
import io.phoneagent.protocol.RegistrationRecord.Previous;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A location as a row. Messages are kept as the JSON they were. Times, history and causes are a
 * line each: {@code times REGISTERED EXPIRES}, {@code was UNTIL PUBLIC OBSERVED FLOW}, {@code why
 * AT CAUSE}; they are most of a row and written with each registration, and JSON would cost four
 * times as much. Paths are a line each: {@code current|second|good SOURCE TRANSPORT MILLIS}.
 */
final class LocationRow implements RowForm<PhoneNumber, Location> {
  private static final String OTHERS =
      "held_by, backup, request, answer, record, bound, counter, previous_id,"
          + " previous_key, previous_nonce, previous_counter, paths";

  @Override
  public String what() {
    return "location";
  }

  @Override
  public int version() {
    return 3;
  }

  /**
   * By the number's digits: a row by an integer stands in one page whole, where one by a text of
   * more than a quarter of a page is written in two.
   */
  @Override
  public String create() {
    return "CREATE TABLE IF NOT EXISTS phone ("
        + "number INTEGER PRIMARY KEY, held_by TEXT, backup TEXT, request BLOB, answer BLOB,"
        + " record BLOB, bound INTEGER, counter INTEGER, previous_id TEXT, previous_key BLOB,"
        + " previous_nonce TEXT, previous_counter INTEGER, paths TEXT)";
  }

  /** Before, the table was called location, and its key was the number with its plus sign. */
  @Override
  public List<String> upgrade(int from) {
    return List.of(
        "INSERT INTO phone (number, "
            + OTHERS
            + ") SELECT CAST(substr(number, 2) AS INTEGER), "
            + OTHERS
            + " FROM location",
        "DROP TABLE location");
  }

  @Override
  public String select() {
    return "SELECT number, " + OTHERS + " FROM phone";
  }

  @Override
  public String upsert() {
    return "INSERT OR REPLACE INTO phone (number, "
        + OTHERS
        + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)";
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
    for (int i = 4; i <= 13; i++) {
      row.setNull(i, Types.NULL);
    }
    if (location.binding().isEmpty()) {
      return;
    }
    Binding binding = location.binding().get();
    row.setBytes(4, MessageWriter.write(binding.request()));
    row.setBytes(5, MessageWriter.write(binding.answer()));
    row.setBytes(6, story(binding).getBytes(StandardCharsets.UTF_8));
    row.setBoolean(7, binding.bound());
    row.setLong(8, binding.current().counter());
    if (binding.previous().isPresent()) {
      KeyState previous = binding.previous().get();
      row.setString(9, previous.key().keyId());
      row.setBytes(10, previous.key().key());
      row.setString(11, previous.key().nonce());
      row.setLong(12, previous.counter());
    }
    row.setString(13, paths(binding.paths()));
  }

  @Override
  public Location read(ResultSet row) throws SQLException {
    try {
      PhoneNumber number = new PhoneNumber("+" + row.getLong(1));
      byte @Nullable [] request = row.getBytes(4);
      return new Location(
          number,
          Optional.ofNullable(row.getString(2)).map(MacAddress::of),
          Optional.ofNullable(row.getString(3)).map(PhoneNumber::new),
          request == null ? Optional.empty() : Optional.of(binding(number, request, row)));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new PhoneAgentException("its row is damaged", e);
    }
  }

  private static Binding binding(PhoneNumber number, byte[] request, ResultSet row)
      throws SQLException {
    RegistrationAnswer answer = MessageReader.registrationAnswer(row.getBytes(5));
    Story record = story(row.getBytes(6));
    String previousId = row.getString(9);
    return new Binding(
        number,
        MessageReader.registrationRequest(request),
        answer,
        record.registeredAt(),
        record.expiresAt(),
        new KeyState(answer.flow(), row.getLong(8)),
        row.getBoolean(7),
        previousId == null
            ? Optional.empty()
            : Optional.of(
                new KeyState(
                    FlowKey.of(previousId, row.getBytes(10), row.getString(11)), row.getLong(12))),
        paths(row.getString(13)),
        record.previous(),
        record.causes());
  }

  /** What is told of a binding's past. */
  private record Story(
      Instant registeredAt, Instant expiresAt, List<Previous> previous, List<Cause> causes) {}

  private static String story(Binding binding) {
    StringBuilder text = new StringBuilder(512).append("times ");
    text.append(binding.registeredAt().toEpochMilli()).append(' ');
    text.append(binding.expiresAt().toEpochMilli()).append('\n');
    for (Previous was : binding.history()) {
      text.append("was ")
          .append(was.until().toEpochMilli())
          .append(' ')
          .append(was.publicAddress().map(AddressLiteral::format).orElse("-"))
          .append(' ')
          .append(AddressLiteral.format(was.observedAddress()))
          .append(' ')
          .append(was.flowAddress().map(AddressLiteral::format).orElse("-"))
          .append('\n');
    }
    for (Cause why : binding.causes()) {
      text.append("why ")
          .append(why.at().toEpochMilli())
          .append(' ')
          .append(why.cause().replace('\n', ' '))
          .append('\n');
    }
    return text.toString();
  }

  private static Story story(byte[] octets) {
    if (octets.length > 0 && octets[0] == '{') { // as the first schema kept it
      RegistrationRecord record = MessageReader.registrationRecord(octets);
      return new Story(
          record.registeredAt(), record.expiresAt(), record.previous(), record.causes());
    }
    Instant registeredAt = Instant.EPOCH;
    Instant expiresAt = Instant.EPOCH;
    List<Previous> previous = new ArrayList<>();
    List<Cause> causes = new ArrayList<>();
    for (String line : new String(octets, StandardCharsets.UTF_8).split("\n", -1)) {
      String[] words = line.split(" ", 3);
      if (words.length < 3) {
        continue;
      }
      Instant at = Instant.ofEpochMilli(Long.parseLong(words[1]));
      switch (words[0]) {
        case "times" -> {
          registeredAt = at;
          expiresAt = Instant.ofEpochMilli(Long.parseLong(words[2]));
        }
        case "why" -> causes.add(new Cause(at, words[2]));
        default -> previous.add(was(at, words[2].split(" ", -1)));
      }
    }
    return new Story(registeredAt, expiresAt, previous, causes);
  }

  private static Previous was(Instant until, String[] addresses) {
    return new Previous(
        AddressLiteral.parse(addresses[0]),
        AddressLiteral.parse(addresses[1])
            .orElseThrow(() -> new InvalidSettingException("record", "no address")),
        AddressLiteral.parseWithPort(addresses[2]),
        until);
  }

  private static String paths(FlowPaths paths) {
    StringBuilder text = new StringBuilder();
    paths.current().ifPresent(p -> line(text, "current", p));
    paths.second().ifPresent(p -> line(text, "second", p));
    paths.lastGood().forEach(p -> line(text, "good", p));
    return text.toString();
  }

  private static void line(StringBuilder text, String role, VerifiedPath path) {
    text.append(role)
        .append(' ')
        .append(AddressLiteral.format(path.source()))
        .append(' ')
        .append(path.transport().label())
        .append(' ')
        .append(path.verifiedAt().toEpochMilli())
        .append('\n');
  }

  private static FlowPaths paths(String text) {
    Optional<VerifiedPath> current = Optional.empty();
    Optional<VerifiedPath> second = Optional.empty();
    List<VerifiedPath> good = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      String[] words = line.split(" ", -1);
      if (words.length != 4) {
        throw new InvalidSettingException("paths", "a line has not four words");
      }
      VerifiedPath path =
          new VerifiedPath(
              AddressLiteral.parseWithPort(words[1])
                  .orElseThrow(() -> new InvalidSettingException("paths", "no address")),
              Transport.valueOf(words[2].toUpperCase(Locale.ROOT)),
              Instant.ofEpochMilli(Long.parseLong(words[3])));
      switch (words[0]) {
        case "current" -> current = Optional.of(path);
        case "second" -> second = Optional.of(path);
        default -> good.add(path);
      }
    }
    return new FlowPaths(current, second, good);
  }
}

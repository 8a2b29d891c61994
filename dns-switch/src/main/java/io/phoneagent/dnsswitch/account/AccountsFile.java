// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.account;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Accounts as a JSON file: {@code {"accounts": [{"number", "mac"?, "backup"?, "backupOverTrunk"?,
 * "ha1", "digest"?, "ha1Bare"?, "ha1Md5"?, "ha1BareMd5"?}]}}. One with another member is refused: a
 * misspelt "mac" would let any device hold the number, and writing would lose it. Written whole,
 * beside the old one, then renamed over it, readable by its owner only.
 */
final class AccountsFile {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final String EXAMPLE =
      "{\"accounts\": [{\"number\": \"+15551230001\", \"ha1\": \"64 hexadecimal digits\"}]}"
          + ", or let 'dns-switch account add' write it";

  /** The version of no file. */
  static final Object ABSENT = "absent";

  private final Path path;

  AccountsFile(Path path) {
    this.path = path.toAbsolutePath();
  }

  /** The accounts by number; none if there is no file. */
  SortedMap<String, Account> read() {
    return readIfThere().orElseGet(TreeMap::new);
  }

  /** The accounts by number; empty if there is no file. */
  Optional<SortedMap<String, Account>> readIfThere() {
    byte[] json;
    try {
      json = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new PhoneAgentException("accounts file " + path + " cannot be read: " + e, e);
    }
    return Optional.of(accounts(json));
  }

  private SortedMap<String, Account> accounts(byte[] json) {
    SortedMap<String, Account> accounts = new TreeMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      boolean there = false;
      expect(parser.nextToken() == JsonToken.START_OBJECT, "must hold one object: " + EXAMPLE);
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        expect(
            name.equals("accounts"),
            "\"" + name + "\" is no member of it; the only one is \"accounts\": " + EXAMPLE);
        there = true;
        expect(parser.currentToken() == JsonToken.START_ARRAY, "\"accounts\" must be an array");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          Account account = account(parser, accounts.size());
          expect(
              accounts.put(account.number().e164(), account) == null,
              account.number() + " stands twice");
        }
      }
      expect(parser.nextToken() == null, "has something after its object");
      expect(there, "has no member \"accounts\"; write " + EXAMPLE);
      return accounts;
    } catch (JsonProcessingException e) {
      // Not the parser's text: it quotes the file.
      var where = e.getLocation();
      throw new PhoneAgentException(
          "accounts file "
              + path
              + " is not JSON, or has a member twice"
              + (where == null ? "" : ": line " + where.getLineNr()));
    } catch (IOException e) {
      throw new PhoneAgentException("accounts file " + path + " cannot be read", e);
    }
  }

  private void expect(boolean holds, String problem) {
    if (!holds) {
      throw new PhoneAgentException("accounts file " + path + ": " + problem);
    }
  }

  private Account account(JsonParser parser, int index) throws IOException {
    String where = "account " + (index + 1) + ": ";
    expect(parser.currentToken() == JsonToken.START_OBJECT, where + "must be an object");
    Map<String, String> texts = new HashMap<>();
    boolean overTrunk = false;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "number", "mac", "backup", "ha1", "digest", "ha1Bare", "ha1Md5", "ha1BareMd5" -> {
          expect(value == JsonToken.VALUE_STRING, where + name + " must be a string");
          texts.put(name, parser.getText());
        }
        case "backupOverTrunk" -> {
          expect(value.isBoolean(), where + "backupOverTrunk must be true or false");
          overTrunk = value == JsonToken.VALUE_TRUE;
        }
        default ->
            expect(
                false,
                where
                    + "\""
                    + name
                    + "\" is no member of an account; they are number, mac, backup,"
                    + " backupOverTrunk, ha1, digest, ha1Bare, ha1Md5 and ha1BareMd5");
      }
    }
    try {
      String number = texts.get("number");
      String ha1 = texts.get("ha1");
      if (number == null || ha1 == null) {
        throw new InvalidSettingException(number == null ? "number" : "ha1", "is missing");
      }
      return new Account(
          new PhoneNumber(number),
          Optional.ofNullable(texts.get("mac")).map(MacAddress::of),
          Optional.ofNullable(texts.get("backup")).map(PhoneNumber::new),
          overTrunk,
          ha1,
          new PlainDigests(
              Optional.ofNullable(texts.get("digest"))
                  .map(d -> PlainDigests.Offered.of("digest", d))
                  .orElse(PlainDigests.NONE.offered()),
              Optional.ofNullable(texts.get("ha1Bare")),
              Optional.ofNullable(texts.get("ha1Md5")),
              Optional.ofNullable(texts.get("ha1BareMd5"))));
    } catch (InvalidSettingException e) {
      throw new PhoneAgentException("accounts file " + path + ": " + where + e.getMessage());
    }
  }

  /** Changes the accounts while no other process does. */
  void change(Consumer<SortedMap<String, Account>> change) {
    Path lockFile = path.resolveSibling(path.getFileName() + ".lock");
    try {
      Path directory = path.getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      // The file's lock is between processes; threads of one would fail instead of waiting.
      synchronized (AccountsFile.class) {
        try (FileChannel channel =
                FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          SortedMap<String, Account> accounts = read();
          change.accept(accounts);
          if (lock.isValid()) {
            write(accounts);
          }
        }
      }
    } catch (IOException e) {
      throw new PhoneAgentException("accounts file " + path + " cannot be written: " + e, e);
    }
  }

  private void write(SortedMap<String, Account> accounts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeArrayFieldStart("accounts");
      for (Account account : accounts.values()) {
        json.writeStartObject();
        json.writeStringField("number", account.number().e164());
        if (account.mac().isPresent()) {
          json.writeStringField("mac", account.mac().get().text());
        }
        if (account.backup().isPresent()) {
          json.writeStringField("backup", account.backup().get().e164());
        }
        json.writeBooleanField("backupOverTrunk", account.backupOverTrunk());
        json.writeStringField("ha1", account.ha1());
        if (!account.plain().equals(PlainDigests.NONE)) {
          write(account.plain(), json);
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    bytes.write('\n');
    FileAttribute<?> ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path directory = path.getParent();
    Path fresh =
        Files.createTempFile(
            directory == null ? Path.of(".") : directory, ".accounts", ".tmp", ownerOnly);
    try {
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer data = ByteBuffer.wrap(bytes.toByteArray());
        while (data.hasRemaining()) {
          channel.write(data);
        }
        channel.force(true);
      }
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static void write(PlainDigests plain, JsonGenerator json) throws IOException {
    json.writeStringField("digest", plain.offered().text());
    if (plain.bare().isPresent()) {
      json.writeStringField("ha1Bare", plain.bare().get());
    }
    if (plain.md5().isPresent()) {
      json.writeStringField("ha1Md5", plain.md5().get());
    }
    if (plain.bareMd5().isPresent()) {
      json.writeStringField("ha1BareMd5", plain.bareMd5().get());
    }
  }

  /** Changes whenever the file does; the same while it does not. */
  Object version() {
    try {
      var attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return List.of(
          attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
    } catch (IOException e) {
      return ABSENT;
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The members of a JSON object, each asked for by name and type. An absent member and a null one
 * are the same. Members nobody asks for are ignored; errors name the member by its path.
 */
final class JsonMembers {
  // Names stay canonicalized: without that, the parser reads through a decoder that takes octets
  // that are not UTF-8 for question marks. Its table of names is bounded and resists collisions.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.MAX_DEPTH)
                  .maxStringLength(Limits.MAX_STRING)
                  .maxNameLength(Limits.MAX_STRING)
                  .maxNumberLength(Limits.MAX_DIGITS)
                  .maxDocumentLength(Limits.MAX_ANSWER)
                  .build())
          .build();

  private final String path;
  private final Map<String, Object> values;

  private JsonMembers(String path, Map<String, Object> values) {
    this.path = path;
    this.values = values;
  }

  /** Reads a document that is one object and nothing after it. */
  static JsonMembers read(byte[] json, int limit) {
    if (json.length > limit) {
      throw new MalformedMessageException(
          "", "the message has " + json.length + " bytes; at most " + limit + " are read");
    }
    if (isWide(json)) {
      throw new MalformedMessageException("", "the message is not JSON in UTF-8");
    }
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedMessageException("", "the message is not a JSON object");
      }
      JsonMembers members = new JsonMembers("", object(parser));
      if (parser.nextToken() != null) {
        throw new MalformedMessageException("", "something follows the JSON object");
      }
      return members;
    } catch (StreamConstraintsException e) {
      throw new MalformedMessageException("", "the message exceeds a limit on depth or length");
    } catch (IOException e) {
      throw notJson(e);
    }
  }

  /**
   * Whether it begins in UTF-16 or UTF-32, which the parser would read too: with a mark of their
   * octets' order, or with the zeros beside the ASCII character that any message begins with.
   */
  private static boolean isWide(byte[] json) {
    for (int i = 0; i < Math.min(4, json.length); i++) {
      if (json[i] == 0 || json[i] == (byte) 0xFE || json[i] == (byte) 0xFF) {
        return true;
      }
    }
    return false;
  }

  /** The parser's own words may quote a secret, so only where it stopped is told. */
  private static MalformedMessageException notJson(IOException e) {
    String where = "";
    if (e instanceof JsonProcessingException json && json.getLocation() != null) {
      where = " (stopped at byte " + json.getLocation().getByteOffset() + ")";
    }
    return new MalformedMessageException("", "the message is not JSON in UTF-8" + where);
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> members = new HashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (members.put(name, value(parser)) != null) {
        throw new MalformedMessageException(name, "stands twice in one object");
      }
    }
    members.values().removeIf(Missing.NULL::equals);
    return members;
  }

  /** A string, number, boolean, list, map or {@link Missing#NULL}. */
  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? (Object) new BigDecimal(parser.getText())
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> decimal(parser.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> Missing.NULL;
    };
  }

  /** The number; one with an exponent beyond what an int holds is no number of ours. */
  private static Object decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return Double.valueOf(text);
    }
  }

  private enum Missing {
    NULL
  }

  /** Its members as text: those of a list with commas between them. */
  Map<String, String> flat() {
    Map<String, String> texts = new TreeMap<>();
    values.forEach((member, value) -> texts.put(member, flat(member, value)));
    return texts;
  }

  private String flat(String member, Object value) {
    if (value instanceof List<?> list) {
      StringBuilder text = new StringBuilder();
      for (Object item : list) {
        if (!(item instanceof String)) {
          throw wrong(member, "must be a list of strings");
        }
        text.append(text.length() == 0 ? "" : ",").append(item);
      }
      return text.toString();
    }
    if (value instanceof Map) {
      throw wrong(member, "must be a string, a number, true, false or a list of strings");
    }
    return value instanceof BigDecimal number && Math.abs((long) number.scale()) < 20
        ? number.toPlainString()
        : value.toString();
  }

  private String name(String member) {
    return path.isEmpty() ? member : path + "." + member;
  }

  MalformedMessageException wrong(String member, String problem) {
    return new MalformedMessageException(name(member), problem);
  }

  private <T> Optional<T> typed(String member, Class<T> type, String expected) {
    Object value = values.get(member);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw wrong(member, "must be " + expected);
    }
    return Optional.of(type.cast(value));
  }

  <T> T required(String member, Optional<T> value) {
    if (!value.isPresent()) {
      throw wrong(member, "is missing");
    }
    return value.get();
  }

  Optional<String> text(String member) {
    return typed(member, String.class, "a string");
  }

  String requiredText(String member) {
    return required(member, text(member));
  }

  long requiredLong(String member, long min, long max) {
    return required(member, number(member, min, max));
  }

  Optional<Long> number(String member, long min, long max) {
    Optional<Long> value = typed(member, Long.class, "a whole number");
    value.ifPresent(
        v -> {
          if (v < min || v > max) {
            throw wrong(member, v + " is not from " + min + " to " + max);
          }
        });
    return value;
  }

  /** Seconds with up to three decimals. */
  Duration requiredSeconds(String member) {
    Number value = required(member, typed(member, Number.class, "a number of seconds"));
    BigDecimal seconds =
        value instanceof BigDecimal d
            ? d
            : BigDecimal.valueOf(value instanceof Long whole ? whole : Long.MAX_VALUE);
    // The exponent first: 1e999999 has few characters and needs much memory as an integer.
    if ((long) seconds.precision() - seconds.scale() > 12
        || seconds.signum() <= 0
        || seconds.compareTo(BigDecimal.valueOf(Limits.MAX_SECONDS)) > 0
        || seconds.scale() > 40) {
      throw wrong(member, "is not from 0.001 to " + Limits.MAX_SECONDS + " seconds");
    }
    return Duration.ofMillis(seconds.movePointRight(3).longValue());
  }

  Optional<Instant> instant(String member) {
    // Up to the year 9999.
    return number(member, 0, 253_402_300_799_999L).map(Instant::ofEpochMilli);
  }

  Instant requiredInstant(String member) {
    return required(member, instant(member));
  }

  Optional<InetAddress> address(String member) {
    return text(member)
        .map(
            text ->
                AddressLiteral.parse(text)
                    .orElseThrow(
                        () -> wrong(member, "must be an IPv4 or IPv6 address, not a name")));
  }

  InetAddress requiredAddress(String member) {
    return required(member, address(member));
  }

  Optional<InetSocketAddress> socketAddress(String member) {
    return text(member)
        .map(
            text ->
                AddressLiteral.parseWithPort(text)
                    .orElseThrow(
                        () -> wrong(member, "must be like 192.0.2.1:5060 or [2001:db8::1]:5060")));
  }

  Optional<PhoneNumber> phoneNumber(String member) {
    Optional<String> text = text(member);
    if (text.isPresent() && !PhoneNumber.isE164(text.get())) {
      throw wrong(member, "must be E.164: + and 2 to 15 digits, such as +15551230001");
    }
    return text.map(PhoneNumber::new);
  }

  MacAddress requiredMac(String member) {
    try {
      return MacAddress.of(requiredText(member));
    } catch (InvalidSettingException e) {
      throw wrong(member, "must be the device's MAC address, such as 02:00:00:00:01:64");
    }
  }

  <E extends Enum<E>> E requiredWord(String member, Class<E> words) {
    String text = requiredText(member);
    E[] all = words.getEnumConstants();
    for (E word : all) {
      if (word.name().equalsIgnoreCase(text) && text.equals(spelled(word))) {
        return word;
      }
    }
    throw wrong(
        member,
        "has a value that is not known here; known are "
            + Arrays.stream(all).map(JsonMembers::spelled).collect(Collectors.joining(", ")));
  }

  private static String spelled(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  byte[] requiredOctets(String member) {
    try {
      return Base64.getDecoder().decode(requiredText(member));
    } catch (IllegalArgumentException e) {
      throw wrong(member, "must be base64");
    }
  }

  JsonMembers requiredObject(String member) {
    return asObject(name(member), required(member, Optional.ofNullable(values.get(member))));
  }

  private static JsonMembers asObject(String path, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new MalformedMessageException(path, "must be an object");
    }
    Map<String, Object> members = new HashMap<>();
    map.forEach((name, member) -> members.put((String) name, member));
    return new JsonMembers(path, members);
  }

  /** A list of objects; an absent one is empty. */
  <T> List<T> objects(String member, Function<JsonMembers, T> reader) {
    List<T> list = new ArrayList<>();
    List<?> items = typed(member, List.class, "an array").orElseGet(ArrayList::new);
    if (items.size() > Limits.MAX_HISTORY) {
      throw wrong(member, "has more than " + Limits.MAX_HISTORY + " entries");
    }
    for (int i = 0; i < items.size(); i++) {
      list.add(reader.apply(asObject(name(member) + "[" + i + "]", items.get(i))));
    }
    return list;
  }

  /** Builds a value and names its member when the value itself refuses. */
  static <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (InvalidSettingException e) {
      String problem = String.valueOf(e.getMessage()).substring(e.setting().length() + 2);
      throw new MalformedMessageException(e.setting(), problem);
    }
  }
}

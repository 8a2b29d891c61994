// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The call agent's wishes for a connection (L:, RFC 3435, section 3.2.2.10): all fields in order,
 * with names for those that telephones use.
 *
 * @param fields each {@code name:value}
 */
public record ConnectionOptions(List<Field> fields) {
  /** One wish; its name in small letters. */
  public record Field(String name, String value) {
    public Field {
      name = name.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
      return name + ':' + value;
    }
  }

  private static final Set<String> KNOWN =
      Set.of("p", "a", "b", "e", "gc", "t", "s", "r", "k", "nt", "mp", "fmtp", "o", "v");
  private static final ConnectionOptions NONE = new ConnectionOptions(List.of());

  public ConnectionOptions {
    fields = List.copyOf(fields);
  }

  /** No wishes. */
  public static ConnectionOptions none() {
    return NONE;
  }

  /**
   * Reads a list such as {@code p:20, a:PCMU, e:on}.
   *
   * @throws Refusal 510, 524, 525, 532 or 535 for what is no list, there twice, unknown or
   *     impossible
   */
  public static ConnectionOptions parse(String text) throws Refusal {
    List<Field> fields = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String part : Text.list(text)) {
      int colon = part.indexOf(':');
      if (colon < 1 || !ParameterName.isName(part.substring(0, colon).trim())) {
        throw new Refusal(ReturnCode.PROTOCOL_ERROR, "an option is name:value");
      }
      Field field = new Field(part.substring(0, colon).trim(), part.substring(colon + 1).trim());
      if (!seen.add(field.name())) {
        throw new Refusal(ReturnCode.INCONSISTENT_OPTIONS, field.name() + " is there twice");
      }
      fields.add(field);
    }
    ConnectionOptions options = new ConnectionOptions(fields);
    options.check();
    return options;
  }

  private void check() throws Refusal {
    for (Field field : fields) {
      // What a cable's head end wants to know of its own reservations is no matter of a telephone.
      boolean optional = field.name().startsWith("x-") || field.name().startsWith("dq-");
      if (!optional && !KNOWN.contains(field.name())) {
        throw new Refusal(
            ReturnCode.UNKNOWN_OPTION, "unknown option " + Text.printable(field.name(), 16));
      }
    }
    if (value("p").isPresent() && packetization() < 0) {
      throw new Refusal(ReturnCode.UNSUPPORTED_PACKETIZATION, "p: is milliseconds from 1 to 200");
    }
    onOrOff("e");
    onOrOff("s");
  }

  private void onOrOff(String name) throws Refusal {
    Optional<String> value = value(name).map(text -> text.toLowerCase(Locale.ROOT));
    if (value.isPresent() && !value.get().equals("on") && !value.get().equals("off")) {
      throw new Refusal(ReturnCode.UNSUPPORTED_OPTION_VALUE, name + ": is on or off");
    }
  }

  /**
   * The value of a field, if it is there.
   *
   * @param name in small letters
   */
  public Optional<String> value(String name) {
    for (Field field : fields) {
      if (field.name().equals(name)) {
        return Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  /** Milliseconds of audio in a packet, the upper end of a range; -1 where nothing is said. */
  public int packetization() {
    String text = value("p").orElse("");
    int dash = text.indexOf('-');
    int most = Text.number(dash < 0 ? text : text.substring(dash + 1));
    int least = dash < 0 ? most : Text.number(text.substring(0, dash));
    return least >= 1 && least <= most && most <= 200 ? most : -1;
  }

  /** The codecs that are wanted, the best first; in capital letters. */
  public List<String> algorithms() {
    List<String> names = new ArrayList<>();
    for (String name : value("a").orElse("").split(";", -1)) {
      if (!name.trim().isEmpty()) {
        names.add(name.trim().toUpperCase(Locale.ROOT));
      }
    }
    return names;
  }

  /** Whether echo is cancelled; it is where nothing is said. */
  public boolean echoCancellation() {
    return !value("e").filter("off"::equalsIgnoreCase).isPresent();
  }

  /** Whether nothing is sent in silence; it is not where nothing is said. */
  public boolean silenceSuppression() {
    return value("s").filter("on"::equalsIgnoreCase).isPresent();
  }

  /**
   * The type of service for media, as two hexadecimal digits in RFC 3435; empty if nothing is said.
   */
  public Optional<String> typeOfService() {
    return value("t");
  }

  /** These, and of the others what these do not say: as a modification is meant. */
  ConnectionOptions over(ConnectionOptions before) {
    List<Field> all = new ArrayList<>(fields);
    for (Field field : before.fields) {
      if (!value(field.name()).isPresent()) {
        all.add(field);
      }
    }
    return new ConnectionOptions(all);
  }

  @Override
  public String toString() {
    List<String> texts = new ArrayList<>();
    for (Field field : fields) {
      texts.add(field.toString());
    }
    return String.join(", ", texts);
  }
}

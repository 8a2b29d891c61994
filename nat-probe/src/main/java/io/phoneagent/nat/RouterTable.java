// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phoneagent.InvalidSettingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Families of routers, as {@code router-pages.conf} describes them. */
final class RouterTable {
  /** What stands for an address in a pattern. */
  static final String PLACEHOLDER = "{ip}";

  private static final String ADDRESS = "([0-9]{1,3}(?:\\.[0-9]{1,3}){3})(?![0-9]|\\.[0-9])";
  // Tags and what else may stand between a label and its value, but no other label.
  private static final String GAP_PLACEHOLDER = "{gap}";
  private static final String GAP = "(?:<[^>]{0,200}>|&nbsp;|[\\s:=\"'(\\[]){0,40}";

  private static final String BUILT_IN = "router-pages.conf";
  private static final int LONGEST = 256 * 1024;
  private static final int MOST_FAMILIES = 200;
  private static final int MOST_PATHS = 4;

  private RouterTable() {}

  /** The one that the SDK brings. */
  static List<RouterFamily> builtIn() {
    try (InputStream in =
        Objects.requireNonNull(RouterTable.class.getResourceAsStream(BUILT_IN), BUILT_IN)) {
      ByteArrayOutputStream octets = new ByteArrayOutputStream();
      byte[] piece = new byte[4096];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        octets.write(piece, 0, n);
      }
      return read(new String(octets.toByteArray(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The families of a table, in its order.
   *
   * @throws InvalidSettingException names the line that is wrong, and says how to mend it
   */
  static List<RouterFamily> read(String text) {
    if (text.length() > LONGEST) {
      throw new InvalidSettingException(
          "router-table", "it is longer than " + LONGEST + " characters; keep what is needed");
    }
    Map<String, RouterFamily> families = new LinkedHashMap<>();
    Optional<Draft> open = Optional.empty();
    String[] lines = text.split("\r?\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].trim();
      int number = i + 1;
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("[")) {
        open.ifPresent(d -> add(families, d));
        open = Optional.of(new Draft(number, line));
      } else {
        open.orElseThrow(() -> wrong(number, "begin with the family's name, like [acme-3000]"))
            .take(number, line);
      }
    }
    open.ifPresent(d -> add(families, d));
    return List.copyOf(families.values());
  }

  /** First those of the one table, then those of the other that have another name. */
  static List<RouterFamily> joined(List<RouterFamily> first, List<RouterFamily> then) {
    Map<String, RouterFamily> joined = new LinkedHashMap<>();
    first.forEach(f -> joined.putIfAbsent(f.name(), f));
    then.forEach(f -> joined.putIfAbsent(f.name(), f));
    return List.copyOf(joined.values());
  }

  private static void add(Map<String, RouterFamily> families, Draft draft) {
    RouterFamily family = draft.family();
    if (families.putIfAbsent(family.name(), family) != null) {
      throw wrong(draft.line, "there is a [" + family.name() + "] before; give it another name");
    }
    if (families.size() > MOST_FAMILIES) {
      throw wrong(draft.line, "there are more than " + MOST_FAMILIES + " families; leave some out");
    }
  }

  private static InvalidSettingException wrong(int line, String problem) {
    return new InvalidSettingException("router-table", "line " + line + ": " + problem);
  }

  /** One family, as far as it has been read. */
  private static final class Draft {
    private final int line;
    private final String name;
    private final List<String> paths = new ArrayList<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private Optional<Pattern> pattern = Optional.empty();
    private Optional<RouterFamily.Password> password = Optional.empty();

    Draft(int line, String header) {
      this.line = line;
      if (!header.matches("\\[[a-z0-9][a-z0-9.-]{0,39}]")) {
        throw wrong(
            line, "write the family's name like [acme-3000]: a-z, 0-9, '-' and '.', 40 at most");
      }
      this.name = header.substring(1, header.length() - 1);
    }

    void take(int number, String text) {
      int equals = text.indexOf('=');
      String key = equals < 0 ? text : text.substring(0, equals).trim();
      String value = equals < 0 ? "" : text.substring(equals + 1).trim();
      if (value.isEmpty()) {
        throw wrong(number, "write it like path = /status.htm");
      }
      if (key.equals("path")) {
        paths.add(path(number, value));
      } else if (values.putIfAbsent(key, value) != null) {
        throw wrong(number, "there is a second '" + key + "'; only path may be given again");
      } else if (key.equals("pattern")) {
        pattern = Optional.of(pattern(number, value));
      } else if (key.equals("password")) {
        password = Optional.of(password(number, value));
      } else if (!key.equals("source") && !key.equals("models")) {
        throw wrong(
            number,
            "'"
                + Page.shown(key, 40)
                + "' is not known; there are models, path, password, pattern and source");
      }
    }

    private String path(int number, String value) {
      if (paths.size() == MOST_PATHS) {
        throw wrong(number, "a family has at most " + MOST_PATHS + " paths; make another family");
      }
      try {
        URI uri = new URI(value);
        if (value.startsWith("/") && !value.startsWith("//") && uri.getRawFragment() == null) {
          return value;
        }
      } catch (URISyntaxException e) {
        throw wrong(number, "'" + value + "' is no path; write it like /status.htm");
      }
      throw wrong(number, "'" + value + "' is no path; write it like /status.htm");
    }

    private static Pattern pattern(int number, String value) {
      int at = value.indexOf(PLACEHOLDER);
      if (at < 0 || value.indexOf(PLACEHOLDER, at + 1) >= 0) {
        throw wrong(number, "write " + PLACEHOLDER + " once where the address stands");
      }
      try {
        Pattern made =
            Pattern.compile(
                value.replace(PLACEHOLDER, ADDRESS).replace(GAP_PLACEHOLDER, GAP),
                Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
        if (made.matcher("").groupCount() != 1) {
          throw wrong(number, "write groups like (?:...); only " + PLACEHOLDER + " is one");
        }
        return made;
      } catch (PatternSyntaxException e) {
        throw wrong(number, "it is no regular expression: " + e.getDescription());
      }
    }

    private static RouterFamily.Password password(int number, String value) {
      for (RouterFamily.Password each : RouterFamily.Password.values()) {
        if (each.name().toLowerCase(Locale.ROOT).equals(value)) {
          return each;
        }
      }
      throw wrong(number, "write password = none, optional or needed");
    }

    RouterFamily family() {
      if (paths.isEmpty()) {
        throw missing("path = /status.htm");
      }
      return new RouterFamily(
          name,
          paths,
          password.orElseThrow(() -> missing("password = none, optional or needed")),
          pattern.orElseThrow(() -> missing("pattern = WAN IP: " + PLACEHOLDER)),
          Optional.ofNullable(values.get("source"))
              .orElseThrow(() -> missing("source = where this is documented")));
    }

    private InvalidSettingException missing(String what) {
      return wrong(line, "[" + name + "] has no line like: " + what);
    }
  }
}

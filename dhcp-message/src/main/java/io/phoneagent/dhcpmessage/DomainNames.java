// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcpmessage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Domain names as DNS writes them, one after the other, compressed or not (RFC 1035, RFC 3397). */
final class DomainNames {
  private static final int MOST_NAMES = 32;
  private static final int LONGEST_NAME = 253;

  private final byte[] octets;
  private int next;

  private DomainNames(byte[] octets, int from) {
    this.octets = octets;
    this.next = from;
  }

  /**
   * The names, at most 32; none where anything about them is wrong.
   *
   * @param from where they begin; pointers count from there
   */
  static List<String> read(byte[] octets, int from) {
    DomainNames names = new DomainNames(octets, from);
    List<String> found = new ArrayList<>();
    while (names.next < octets.length && found.size() < MOST_NAMES) {
      String name = names.name(from);
      if (name.isEmpty()) {
        return List.of();
      }
      found.add(name);
    }
    return found;
  }

  /** One name; empty where it is damaged. A pointer leads backwards only, so there is no loop. */
  private String name(int base) {
    StringBuilder name = new StringBuilder();
    int at = next;
    int earliest = at;
    boolean jumped = false;
    while (at < octets.length && name.length() <= LONGEST_NAME) {
      int length = octets[at] & 0xFF;
      if (length == 0) {
        next = jumped ? next : at + 1;
        return name.length() > LONGEST_NAME ? "" : name.toString();
      }
      if (length >= 0xC0) {
        if (at + 1 >= octets.length) {
          return "";
        }
        int target = base + ((length & 0x3F) << 8 | (octets[at + 1] & 0xFF));
        if (target >= earliest) {
          return "";
        }
        next = jumped ? next : at + 2;
        jumped = true;
        at = target;
        earliest = target;
        continue;
      }
      if (length > 63 || at + length >= octets.length || !isLabel(at + 1, length)) {
        return "";
      }
      name.append(name.length() == 0 ? "" : ".")
          .append(new String(octets, at + 1, length, StandardCharsets.US_ASCII));
      at += length + 1;
    }
    return "";
  }

  private boolean isLabel(int from, int length) {
    for (int i = from; i < from + length; i++) {
      int c = octets[i];
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }
}

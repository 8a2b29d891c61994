// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcpmessage;

import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The options of a message (RFC 2132), each as the octets it has, and read as what it means. One
 * that does not read as what it should be counts as absent: what a server says wrong about one
 * thing does not spoil the rest. Immutable.
 */
public final class DhcpOptions {
  /** The codes that are read or written here, by the names of RFC 2132 and those after it. */
  public static final int SUBNET_MASK = 1;

  public static final int ROUTERS = 3;
  public static final int NAME_SERVERS = 6;
  public static final int HOST_NAME = 12;
  public static final int DOMAIN = 15;
  public static final int MTU = 26;
  public static final int BROADCAST = 28;
  public static final int STATIC_ROUTES = 33;
  public static final int NTP_SERVERS = 42;
  public static final int VENDOR = 43;
  public static final int REQUESTED_ADDRESS = 50;
  public static final int LEASE_TIME = 51;
  public static final int OVERLOAD = 52;
  public static final int MESSAGE_TYPE = 53;
  public static final int SERVER = 54;
  public static final int WANTED = 55;
  public static final int MESSAGE = 56;
  public static final int LONGEST_MESSAGE = 57;
  public static final int RENEWAL_TIME = 58;
  public static final int REBINDING_TIME = 59;
  public static final int VENDOR_CLASS = 60;
  public static final int CLIENT = 61;
  public static final int TFTP_SERVER = 66;
  public static final int BOOT_FILE = 67;
  public static final int USER_CLASS = 77;
  public static final int RELAY_AGENT = 82;
  public static final int DOMAIN_SEARCH = 119;
  public static final int SIP_SERVERS = 120;
  public static final int CLASSLESS_ROUTES = 121;
  public static final int VENDOR_CLASSES = 124;
  public static final int VENDORS = 125;
  public static final int TFTP_ADDRESSES = 150;
  public static final int PROVISIONING_159 = 159;
  public static final int PROVISIONING_160 = 160;

  /** What every IPv4 host takes in one piece (RFC 791); less would be an attack or a mistake. */
  private static final int SMALLEST_MTU = 576;

  private final SortedMap<Integer, byte[]> values;

  /** Copies the map; the arrays are its own from now on. */
  public DhcpOptions(Map<Integer, byte[]> values) {
    this.values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** In the order of their codes; not to be written to. */
  public SortedMap<Integer, byte[]> values() {
    return values;
  }

  /** As they came; not to be written to. */
  public Optional<byte[]> octets(int code) {
    return Optional.ofNullable(values.get(code));
  }

  private Optional<byte[]> octets(int code, int length) {
    return octets(code).filter(o -> o.length == length);
  }

  /** One address. */
  public Optional<Inet4Address> address(int code) {
    return octets(code, 4).map(o -> Ipv4.of(o, 0));
  }

  /** Empty where there are none, or not only whole ones. */
  public List<Inet4Address> addresses(int code) {
    byte[] octets = octets(code).orElse(new byte[0]);
    return octets.length % 4 == 0 ? addresses(octets, 0) : List.of();
  }

  /** Those of them that one device can have. */
  public List<Inet4Address> hosts(int code) {
    return addresses(code).stream().filter(Ipv4::isHost).collect(Collectors.toList());
  }

  private static List<Inet4Address> addresses(byte[] octets, int from) {
    List<Inet4Address> found = new ArrayList<>();
    for (int i = from; i + 4 <= octets.length; i += 4) {
      found.add(Ipv4.of(octets, i));
    }
    return found;
  }

  /** Seconds, or another number of 32 bits without a sign. */
  public Optional<Long> number(int code) {
    return octets(code, 4).map(o -> Ipv4.number(o, 0) & 0xFFFF_FFFFL);
  }

  /** In printable ASCII; a zero at the end, which some servers send, is left out. */
  public Optional<String> text(int code) {
    return octets(code).flatMap(DhcpOptions::text);
  }

  private static Optional<String> text(byte[] octets) {
    int end = octets.length;
    while (end > 0 && octets[end - 1] == 0) {
      end--;
    }
    for (int i = 0; i < end; i++) {
      if (octets[i] < 0x20 || octets[i] == 0x7F) {
        return Optional.empty();
      }
    }
    return end == 0
        ? Optional.empty()
        : Optional.of(new String(octets, 0, end, StandardCharsets.US_ASCII));
  }

  /** Option 15, where it is one name: it may be written into the system's files. */
  public Optional<String> domain() {
    return text(DOMAIN).filter(d -> d.matches("[A-Za-z0-9_.-]{1,253}"));
  }

  /** Option 53. */
  public Optional<MessageType> type() {
    return octets(MESSAGE_TYPE, 1).flatMap(o -> MessageType.of(o[0]));
  }

  /** Of option 1, where its ones come before its zeros. */
  public Optional<Integer> prefixLength() {
    return address(SUBNET_MASK)
        .map(Ipv4::bits)
        .filter(mask -> (~mask & (~mask + 1)) == 0)
        .map(Integer::bitCount);
  }

  /** Option 26, in octets. */
  public Optional<Integer> mtu() {
    return octets(MTU, 2)
        .map(o -> (o[0] & 0xFF) << 8 | (o[1] & 0xFF))
        .filter(mtu -> mtu >= SMALLEST_MTU);
  }

  /** Option 119 (RFC 3397). */
  public List<String> domainSearch() {
    return octets(DOMAIN_SEARCH).map(o -> DomainNames.read(o, 0)).orElse(List.of());
  }

  /** Option 120: names or addresses, in the order of preference (RFC 3361). */
  public List<String> sipServers() {
    byte[] octets = octets(SIP_SERVERS).orElse(new byte[0]);
    if (octets.length > 1 && octets[0] == 0) {
      return DomainNames.read(octets, 1);
    }
    List<String> servers = new ArrayList<>();
    if (octets.length % 4 == 1 && octets[0] == 1) {
      addresses(octets, 1).forEach(a -> servers.add(a.getHostAddress()));
    }
    return servers;
  }

  /** Option 125: what each maker, by its IANA enterprise number, has to say (RFC 3925). */
  public Map<Long, byte[]> vendors() {
    byte[] octets = octets(VENDORS).orElse(new byte[0]);
    Map<Long, byte[]> found = new TreeMap<>();
    int at = 0;
    while (at + 5 <= octets.length) {
      int end = at + 5 + (octets[at + 4] & 0xFF);
      if (end > octets.length) {
        return Map.of();
      }
      byte[] said = new byte[end - at - 5];
      System.arraycopy(octets, at + 5, said, 0, said.length);
      found.put(Ipv4.number(octets, at) & 0xFFFF_FFFFL, said);
      at = end;
    }
    return at == octets.length ? found : Map.of();
  }

  /** Whether a list of codes, as in option 55, has this one. */
  public static boolean contains(byte[] codes, int code) {
    for (byte c : codes) {
      if ((c & 0xFF) == code) {
        return true;
      }
    }
    return false;
  }

  /** By their codes, the octets in hexadecimal digits. */
  public SortedMap<Integer, String> hex() {
    SortedMap<Integer, String> hex = new TreeMap<>();
    values.forEach((code, octets) -> hex.put(code, hex(octets)));
    return hex;
  }

  /** Octets in lower-case hexadecimal digits. */
  public static String hex(byte[] octets) {
    StringBuilder digits = new StringBuilder();
    for (byte octet : octets) {
      digits
          .append(Character.forDigit(octet >> 4 & 0xF, 16))
          .append(Character.forDigit(octet & 0xF, 16));
    }
    return digits.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DhcpOptions options && hex().equals(options.hex());
  }

  @Override
  public int hashCode() {
    return hex().hashCode();
  }

  @Override
  public String toString() {
    return hex().toString();
  }
}

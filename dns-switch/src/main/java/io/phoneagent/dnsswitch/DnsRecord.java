// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.dnsswitch.place.TsigKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The name that leads to the switch, and who is told where.
 *
 * @param name a host's name
 * @param server the name server's host or address
 * @param port its port
 * @param key proves to it that we may
 */
public record DnsRecord(String name, String server, int port, TsigKey key) {
  private static final int DNS_PORT = 53;
  private static final int LONGEST_KEY_FILE = 16_384;

  /**
   * Reads what the flags say.
   *
   * @param server {@code HOST} or {@code HOST:PORT}, an address of IPv6 in brackets
   * @param keyFile as {@code tsig-keygen} writes it
   * @throws InvalidSettingException if one is wrong
   */
  public static DnsRecord of(String name, String server, Path keyFile) {
    String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (!plain.matches("([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?[.])+[A-Za-z0-9-]{1,63}")
        || plain.length() > 253) {
      throw new InvalidSettingException(
          "dns-name", "'" + name + "' is no host's name, such as switch.example.com");
    }
    boolean withPort = server.matches(".*[^:]:[0-9]{1,5}") || server.matches("\\[.*\\]:[0-9]{1,5}");
    String both = withPort ? server : server + ":" + DNS_PORT;
    String host = HostPort.host("dns-server", both);
    int port = HostPort.port("dns-server", both);
    if (port == 0) {
      throw new InvalidSettingException("dns-server", "'" + server + "' has port 0");
    }
    return new DnsRecord(plain, host, port, key(keyFile));
  }

  private static TsigKey key(Path file) {
    try {
      if (Files.size(file) > LONGEST_KEY_FILE) {
        throw new InvalidSettingException("dns-key", file + " is longer than a key's file can be");
      }
      return TsigKey.parse(Files.readString(file, StandardCharsets.ISO_8859_1))
          .orElseThrow(
              () ->
                  new InvalidSettingException(
                      "dns-key",
                      file
                          + " is not one key with algorithm (hmac-sha224, -sha256, -sha384 or"
                          + " -sha512) and secret, as tsig-keygen writes it"));
    } catch (IOException e) {
      throw new InvalidSettingException(
          "dns-key", file + " cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }
}

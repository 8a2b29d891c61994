// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.runtime;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A default route of IPv4, as Linux lists it in {@code /proc/net/route}. */
record DefaultRoute(String interfaceName, InetAddress gateway, int metric) {
  private static final String ANY = "00000000";

  /** The default routes, the preferred first; lines that are none are passed over. */
  static List<DefaultRoute> parse(String table) {
    List<DefaultRoute> routes = new ArrayList<>();
    for (String line : table.split("\n", -1)) {
      String[] columns = line.trim().split("\\s+", -1);
      if (columns.length >= 8
          && columns[1].equals(ANY)
          && columns[7].equals(ANY)
          && columns[2].matches("[0-9A-Fa-f]{8}")
          && !columns[2].equals(ANY)
          && columns[6].matches("[0-9]{1,9}")) {
        routes.add(new DefaultRoute(columns[0], address(columns[2]), Integer.parseInt(columns[6])));
      }
    }
    routes.sort(Comparator.comparingInt(DefaultRoute::metric));
    return routes;
  }

  /** The kernel prints the four octets as one number in the machine's own order: little-endian. */
  private static InetAddress address(String hex) {
    int number = Integer.parseUnsignedInt(hex, 16);
    byte[] octets = {
      (byte) number, (byte) (number >> 8), (byte) (number >> 16), (byte) (number >> 24)
    };
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }
}

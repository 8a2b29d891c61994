// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The DHCP servers that firewalls have, each with the same short leases: 20 s, to be renewed after
 * 6 s and from anybody after 12 s.
 */
public enum DhcpServer {
  /** The one of most home routers. */
  DNSMASQ {
    @Override
    List<String> command(Path folder, String first, String last) {
      return List.of(
          "dnsmasq",
          "--keep-in-foreground",
          "--conf-file",
          "--user=root",
          "--pid-file=",
          "--log-facility=-",
          "--port=0",
          "--interface=lan",
          "--except-interface=lo",
          "--bind-interfaces",
          "--dhcp-authoritative",
          "--no-ping",
          "--dhcp-leasefile=" + folder.resolve("dnsmasq.leases"),
          // Two minutes are the least it leases for; the times below are what counts.
          "--dhcp-range=" + first + "," + last + ",2m",
          "--dhcp-option=option:dns-server,192.168.1.1",
          "--dhcp-option=option:T1,6",
          "--dhcp-option=option:T2,12");
    }
  },

  /** That of BusyBox. */
  UDHCPD {
    @Override
    List<String> command(Path folder, String first, String last) {
      return List.of(
          "udhcpd",
          "-f",
          file(
              folder,
              "udhcpd.conf",
              "interface lan",
              "start " + first,
              "end " + last,
              "lease_file " + folder.resolve("udhcpd.leases"),
              "pidfile " + folder.resolve("udhcpd.pid"),
              "auto_time 1",
              "min_lease 10",
              "opt lease 20",
              "opt subnet 255.255.255.0",
              "opt router 192.168.1.1",
              "opt dns 192.168.1.1",
              "opt 0x3a 00000006",
              "opt 0x3b 0000000c"));
    }
  },

  /** That of the Internet Systems Consortium, until 2022. */
  ISC {
    @Override
    List<String> command(Path folder, String first, String last) {
      Path leases = folder.resolve("dhcpd.leases");
      touch(leases);
      String configuration =
          file(
              folder,
              "dhcpd.conf",
              "authoritative; ping-check false;",
              "default-lease-time 20; max-lease-time 20; min-lease-time 10;",
              "subnet 192.168.1.0 netmask 255.255.255.0 {",
              "  range " + first + " " + last + ";",
              "  option routers 192.168.1.1; option domain-name-servers 192.168.1.1;",
              "  option dhcp-renewal-time 6; option dhcp-rebinding-time 12;",
              "}");
      return List.of(
          "dhcpd",
          "-4",
          "-f",
          "-cf",
          configuration,
          "-lf",
          leases.toString(),
          "-pf",
          folder.resolve("dhcpd.pid").toString(),
          "lan");
    }
  },

  /** Its successor. */
  KEA {
    @Override
    List<String> command(Path folder, String first, String last) {
      String configuration =
          file(
              folder,
              "kea.json",
              "{\"Dhcp4\": {",
              "\"interfaces-config\": {\"interfaces\": [\"lan\"]},",
              "\"lease-database\": {\"type\": \"memfile\", \"name\": \""
                  + folder.resolve("kea.leases")
                  + "\"},",
              "\"authoritative\": true,",
              "\"valid-lifetime\": 20, \"renew-timer\": 6, \"rebind-timer\": 12,",
              "\"subnet4\": [{\"subnet\": \"192.168.1.0/24\",",
              "\"pools\": [{\"pool\": \"" + first + " - " + last + "\"}],",
              "\"option-data\": [{\"name\": \"routers\", \"data\": \"192.168.1.1\"},",
              "{\"name\": \"domain-name-servers\", \"data\": \"192.168.1.1\"}]}],",
              "\"loggers\": [{\"name\": \"kea-dhcp4\", \"severity\": \"INFO\",",
              "\"output_options\": [{\"output\": \"stdout\"}]}]}}");
      return List.of(
          "env",
          "KEA_PIDFILE_DIR=" + folder,
          "KEA_LOCKFILE_DIR=" + folder,
          "kea-dhcp4",
          "-c",
          configuration);
    }
  };

  abstract List<String> command(Path folder, String first, String last);

  /** Starts it on the firewall of site 1; what it has leased before, it remembers. */
  public RunningProgram start(Lab lab) {
    return start(lab, "fw1", 100);
  }

  /**
   * Starts it on a firewall whose network is 192.168.1.0/24.
   *
   * @param first the first of a hundred hosts that it has addresses for; with other ones it
   *     remembers nothing
   */
  public RunningProgram start(Lab lab, String firewall, int first) {
    String name = "dhcp-" + name() + "-" + firewall + "-" + first;
    Path folder = lab.state().resolve(name);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String network = "192.168.1.";
    int last = Math.min(254, first + 99);
    return lab.start(
        name, firewall, new ArrayList<>(command(folder, network + first, network + last)));
  }

  private static String file(Path folder, String name, String... lines) {
    try {
      return Files.write(folder.resolve(name), List.of(lines)).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void touch(Path file) {
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import io.phoneagent.dhcp.DhcpLease;
import io.phoneagent.dhcp.DhcpLease.Route;
import io.phoneagent.dhcp.linux.LinuxLeaseApplier;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Applies leases to eth0, one after the other, and prints what the interface has after each. */
final class AppliedLeases {
  private AppliedLeases() {}

  /**
   * Runs it.
   *
   * @param args the resolver's file
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    LinuxLeaseApplier applier = new LinuxLeaseApplier(Optional.of(Path.of(args[0])));
    DhcpLease moved = lease("192.168.1.101", "192.168.1.1", Optional.of("10.7.0.0"));
    applier.apply(lease("192.168.1.100", "192.168.1.1", Optional.of("10.7.0.0")));
    show("first", args[0]);
    applier.apply(moved);
    show("moved", args[0]);
    applier.apply(lease("192.168.1.101", "192.168.1.2", Optional.empty()));
    show("rerouted", args[0]);
    applier.remove(moved);
    show("removed", args[0]);
    DhcpLease first = lease("192.168.1.100", "192.168.1.1", Optional.of("10.7.0.0"));
    applier.apply(first);
    run("ip", "link", "set", "eth0", "down");
    run("ip", "link", "set", "eth0", "up");
    applier.apply(first);
    show("reset", args[0]);
    run("ip", "address", "flush", "dev", "eth0", "to", "192.168.1.0/24");
    applier.apply(first);
    show("flushed", args[0]);
    // What a run has left that was killed, of which the next knows the address alone.
    new LinuxLeaseApplier(Optional.empty())
        .remove(
            new DhcpLease(
                "eth0",
                first.address(),
                32,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    show("abandoned", args[0]);
    applier.remove(first);
    Path absent = Path.of(args[0] + "-absent");
    LinuxLeaseApplier other = new LinuxLeaseApplier(Optional.of(absent));
    other.apply(moved);
    System.out.println("== written " + Files.exists(absent));
    other.remove(moved);
    System.out.println("== absent " + !Files.exists(absent));
  }

  private static DhcpLease lease(String address, String gateway, Optional<String> network)
      throws IOException {
    List<Route> routes = new ArrayList<>();
    routes.add(new Route(ipv4("0.0.0.0"), 0, Optional.of(ipv4(gateway))));
    if (network.isPresent()) {
      routes.add(new Route(ipv4(network.get()), 16, Optional.empty()));
    }
    return new DhcpLease(
        "eth0",
        ipv4(address),
        24,
        routes,
        List.of(ipv4(gateway)),
        Optional.of("lab.test"),
        Optional.of(1400),
        Optional.of(Duration.ofHours(1)));
  }

  private static Inet4Address ipv4(String literal) throws IOException {
    return (Inet4Address) InetAddress.getByName(literal);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static void show(String step, String resolver) throws IOException, InterruptedException {
    String script = "echo == $0; ip -o -4 address show eth0; ip route; ip link show eth0; cat $1";
    new ProcessBuilder("sh", "-c", script, step, resolver).inheritIO().start().waitFor();
  }
}

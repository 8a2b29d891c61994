// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/**
 * A source of the firewall's public address. A description: {@link #create} makes what runs.
 *
 * <p>A probe that has not answered within 10 s counts as having found nothing, and is asked again
 * at the next check; so does one that throws or answers null.
 *
 * <p>A plug-in is a class with a public constructor without parameters that a jar provides as this
 * service, in its module descriptor and in {@code META-INF/services}; all that are found are asked.
 */
public interface PublicAddressProbe {

  /** Its name in logs, events and verdicts, such as {@code http://192.168.1.1/status}. */
  String id();

  /** From where it looks. One that is not on the firewall says so. */
  default Viewpoint viewpoint() {
    return Viewpoint.GATEWAY;
  }

  /** Makes the probe. */
  Probe create(ProbeContext context);

  /**
   * An HTTP GET to a service on the firewall.
   *
   * @param target a path on the firewall, such as {@code /status}, or a whole {@code http} address
   * @throws io.phoneagent.InvalidSettingException if it is neither
   */
  static PageProbe httpGet(String target) {
    return BuiltIn.only(FirewallProbes.class, "io.phoneagent:nat-probe").get(target, "");
  }

  /**
   * An HTTP GET whose answer is searched with a pattern.
   *
   * @param target as in {@link #httpGet(String)}
   * @param pattern a regular expression; its first group, or all of it, is the address
   * @throws io.phoneagent.InvalidSettingException if the pattern is no regular expression
   */
  static PageProbe httpGet(String target, String pattern) {
    return BuiltIn.only(FirewallProbes.class, "io.phoneagent:nat-probe").get(target, pattern);
  }

  /**
   * An HTTP GET to the lease's gateway, whose page need not be known: the pages of known families
   * of routers are asked for one after the other, until one has the public address. That one is
   * asked at each check from then on. Where none has, all are asked again after a quarter of an
   * hour, or when there is another gateway. Without {@link StatusPageProbe#credentials} only pages
   * that are shown without a password are found.
   */
  static StatusPageProbe statusPage() {
    return BuiltIn.only(FirewallProbes.class, "io.phoneagent:nat-probe").statusPage();
  }

  /**
   * Asks the lease's gateway by NAT-PMP (RFC 6886), and by PCP where it speaks only that. Its
   * announcements make all sources be asked at once; what they say is never taken itself. A gateway
   * that has not answered within 1.75 s is asked with one datagram from then on, and waited for 250
   * ms, until it is heard again.
   */
  static PublicAddressProbe natPmp() {
    return BuiltIn.only(FirewallProbes.class, "io.phoneagent:nat-probe").natPmp();
  }

  /**
   * The same by PCP (RFC 6887), and by NAT-PMP where the gateway speaks only that. PCP tells the
   * public address of a mapping: each question asks for the same one, of a UDP port at which
   * nothing is heard, and deletes it however it ends; a lost deletion is made up for by its
   * lifetime of 60 s.
   */
  static PublicAddressProbe pcp() {
    return BuiltIn.only(FirewallProbes.class, "io.phoneagent:nat-probe").pcp();
  }

  /**
   * Asks the lease's gateway by UPnP, as the Internet Gateway Device that it is (IGD 1 and 2):
   * finds it by SSDP, reads its description and asks it by SOAP. Its events (GENA) and what it
   * announces make all sources be asked at once; what they say is never taken itself. Nothing but
   * the gateway's own address is asked, whatever it refers to. Where nothing answers within 2 s,
   * the gateway is looked for again beside the checks, each half minute at most, and no check waits
   * for that.
   *
   * <p>The events come to a TCP port on the lease's address, which is open to the gateway alone and
   * only while there is a subscription. Where a network takes no connections ({@link
   * NetworkBinding#openListener}) the gateway is asked at each check.
   */
  static PublicAddressProbe igd() {
    return BuiltIn.only(FirewallProbes.class, "io.phoneagent:nat-probe").igd();
  }

  /**
   * Asks a STUN server on the internet what it sees (RFC 8489), over UDP and without credentials.
   * Its name is looked up off the agent's thread, and anew every five minutes and after silence. A
   * server that has not answered within 3.5 s is asked with one datagram from then on, and waited
   * for half a second, until it answers again. To another server that it names nobody goes.
   *
   * @param server {@code HOST} or {@code HOST:PORT}, an address of IPv6 in brackets; without a port
   *     it is 3478
   * @throws io.phoneagent.InvalidSettingException if it is none of these
   */
  static PublicAddressProbe stun(String server) {
    return BuiltIn.only(FirewallProbes.class, "io.phoneagent:nat-probe").stun(server);
  }
}

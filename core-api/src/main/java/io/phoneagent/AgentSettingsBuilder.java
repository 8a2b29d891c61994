// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

import io.phoneagent.spi.IpLiteral;
import io.phoneagent.spi.RegistrarAddress;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Collects settings; each method names the setting as it is written in a map or in JSON. All throw
 * {@link InvalidSettingException} if the value is out of its range. Not thread-safe.
 */
public final class AgentSettingsBuilder {
  private static final Duration DAY = Duration.ofDays(1);

  List<URI> switches = new ArrayList<>();
  List<URI> registrars = new ArrayList<>();
  FailbackMode failbackMode = FailbackMode.WHEN_BACK;
  Duration failbackInterval = Duration.ofMinutes(1);
  int failoverTries = 2;
  Duration checkInterval = Duration.ofSeconds(30);
  Optional<Duration> checkIntervalAtRest = Optional.empty();
  // Spreads phones that were switched on together, and keeps the interval recognisable.
  double checkJitter = 0.05;
  Optional<InetAddress> staticPublicAddress = Optional.empty();
  Optional<Duration> keepAliveInterval = Optional.empty();
  Optional<Duration> registrationExpiry = Optional.empty();
  Duration retryInterval = Duration.ofMinutes(1);
  // What desk phones wait after a 403.
  Duration retryAfterRefusal = Duration.ofMinutes(20);
  Duration startUpDelay = Duration.ZERO;
  Duration maximumWaitingDelay = Duration.ofMinutes(10);
  boolean unregisterOnReboot;
  boolean uniqueAddress;
  KeepAliveMode keepAliveMode = KeepAliveMode.FIXED;

  AgentSettingsBuilder() {}

  /** Begins with what holds there. */
  AgentSettingsBuilder(AgentSettings from) {
    switches = from.dnsSwitches();
    registrars = from.registrars();
    failbackMode = from.failbackMode();
    failbackInterval = from.failbackInterval();
    failoverTries = from.failoverTries();
    checkInterval = from.checkInterval();
    checkIntervalAtRest = from.checkIntervalAtRest();
    checkJitter = from.checkJitter();
    staticPublicAddress = from.staticPublicAddress();
    keepAliveInterval = from.keepAliveInterval();
    registrationExpiry = from.registrationExpiry();
    retryInterval = from.retryInterval();
    retryAfterRefusal = from.retryAfterRefusal();
    startUpDelay = from.startUpDelay();
    maximumWaitingDelay = from.maximumWaitingDelay();
    unregisterOnReboot = from.unregisterOnReboot();
    uniqueAddress = from.uniqueAddress();
    keepAliveMode = from.keepAliveMode();
  }

  /**
   * {@code dns-switches}: the switches to register with, the preferred one first. When one does not
   * answer, the next is taken. Up to 8; default: none, which takes a network that names one: by
   * DHCP option 120, option 66 or the domain of option 15, where the agent leases its address.
   *
   * <p>{@code https+srv://example.com} stands for the switches that the domain names in DNS, as SRV
   * records of {@code _phoneagent._tcp.example.com} (RFC 2782). Their certificates have to be for
   * {@code example.com}.
   *
   * @param uris HTTPS addresses, such as {@code https://switch.example}, or domains; a port is from
   *     1 to 65535
   */
  public AgentSettingsBuilder dnsSwitches(List<URI> uris) {
    Objects.requireNonNull(uris, "dns-switches");
    if (uris.size() > 8) {
      throw new InvalidSettingException("dns-switches", uris.size() + " are more than 8");
    }
    List<URI> checked = new ArrayList<>();
    for (URI uri : uris) {
      checked.add(checked(Objects.requireNonNull(uri, "dns-switches")));
    }
    switches = checked;
    return this;
  }

  /** The address as it is kept: a scheme is the same in capitals (RFC 3986, section 3.1). */
  private static URI checked(URI given) {
    String scheme = String.valueOf(given.getScheme()).toLowerCase(Locale.ROOT);
    boolean domain = scheme.equals("https+srv");
    if (!domain && !scheme.equals("https") && !scheme.equals("http")) {
      throw wrong(
          given,
          " is no HTTPS address; write it like https://switch.example,"
              + " or https+srv://example.com for the switches that a domain names in DNS");
    }
    URI uri = URI.create(scheme + given.toString().substring(scheme.length()));
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw wrong(uri, " must have neither a user, a query nor a fragment");
    }
    if (uri.getHost() == null) {
      throw wrong(
          uri, " has to name a host, of letters, digits, hyphens and dots, or an IP address");
    }
    if (domain && !(uri.getPort() < 0 && uri.getRawPath().isEmpty() && isDomain(uri.getHost()))) {
      throw wrong(uri, " has to be a domain alone; DNS says the port: https+srv://example.com");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw wrong(uri, " has a port that is not from 1 to 65535");
    }
    return uri;
  }

  /** Without what may be a credential. */
  private static InvalidSettingException wrong(URI uri, String problem) {
    String shown = uri.toString().replaceAll("//[^/]*@", "//...@").replaceAll("[?#].*", "");
    return new InvalidSettingException("dns-switches", "'" + shown + "'" + problem);
  }

  /** Of at most 200 octets, so that there is room for the service in front of it. */
  private static boolean isDomain(String host) {
    return host.length() <= 200 && !IpLiteral.parse(host).isPresent() && host.charAt(0) != '[';
  }

  /**
   * {@code registrars}: the SIP registrars to register with instead of DNS switches, the preferred
   * one first; each {@code sip:HOST[:PORT][;transport=udp|tcp|tls]}, or {@code sips:} for TLS. When
   * one does not answer, the next is taken. Where no port is given, DNS says which servers the
   * domain has, and over what they are reached (RFC 3263). Up to 8; default: none.
   */
  public AgentSettingsBuilder registrars(List<URI> uris) {
    Objects.requireNonNull(uris, "registrars");
    if (uris.size() > 8) {
      throw new InvalidSettingException("registrars", uris.size() + " are more than 8");
    }
    List<URI> checked = new ArrayList<>();
    for (URI uri : uris) {
      checked.add(RegistrarAddress.of(Objects.requireNonNull(uri, "registrars")).uri());
    }
    registrars = checked;
    return this;
  }

  /**
   * {@code failback-mode}, {@code when-back} or {@code never}: whether a line returns to the
   * preferred switch when that answers again; never while a call is under way. Default: when-back.
   */
  public AgentSettingsBuilder failbackMode(FailbackMode mode) {
    failbackMode = Objects.requireNonNull(mode, "failback-mode");
    return this;
  }

  /**
   * {@code failback-interval}: how often the preferred switch is asked whether it is back, from 5 s
   * to a day. Default: 1 minute.
   */
  public AgentSettingsBuilder failbackInterval(Duration interval) {
    failbackInterval = in("failback-interval", interval, Duration.ofSeconds(5), DAY);
    return this;
  }

  /**
   * {@code failover-tries}: after this many registrations without an answer the next switch is
   * taken, from 1 to 10. Default: 2, which takes 6.2 s where nothing answers at all.
   */
  public AgentSettingsBuilder failoverTries(int tries) {
    if (tries < 1 || tries > 10) {
      throw new InvalidSettingException("failover-tries", tries + " is not from 1 to 10");
    }
    failoverTries = tries;
    return this;
  }

  /**
   * {@code check-interval}: how often the public address is looked at, from 100 ms to a day.
   * Default: 30 s.
   */
  public AgentSettingsBuilder checkInterval(Duration interval) {
    checkInterval = in("check-interval", interval, Duration.ofMillis(100), DAY);
    return this;
  }

  /**
   * {@code check-interval-at-rest}: what the check interval grows to while nothing is new, twofold
   * with each look, from 100 ms to a day; less than the check interval counts as that. Anything
   * that happens to the phone's address, its flow or its firewall makes it the check interval
   * again. Default: it does not grow.
   */
  public AgentSettingsBuilder checkIntervalAtRest(Optional<Duration> longest) {
    checkIntervalAtRest =
        longest.map(l -> in("check-interval-at-rest", l, Duration.ofMillis(100), DAY));
    return this;
  }

  /**
   * {@code check-jitter}: the share of the check interval, from 0 to 0.5, by which each look is
   * moved at random. Default: 0.05.
   */
  public AgentSettingsBuilder checkJitter(double share) {
    if (!(share >= 0 && share <= 0.5)) {
      throw new InvalidSettingException("check-jitter", share + " is not from 0 to 0.5");
    }
    checkJitter = share;
    return this;
  }

  /**
   * {@code static-public-address}: the firewall's public address where it never changes; no source
   * is asked for it then. Default: none.
   */
  public AgentSettingsBuilder staticPublicAddress(Optional<InetAddress> address) {
    staticPublicAddress = Objects.requireNonNull(address, "static-public-address");
    return this;
  }

  /**
   * {@code keep-alive-interval}: how often the flow is kept alive, from 1 s to 5 minutes, and never
   * less often than the switch asks for. Default: as the switch says. Changing it registers anew.
   */
  public AgentSettingsBuilder keepAliveInterval(Optional<Duration> interval) {
    keepAliveInterval =
        Objects.requireNonNull(interval, "keep-alive-interval")
            .map(i -> in("keep-alive-interval", i, Duration.ofSeconds(1), Duration.ofMinutes(5)));
    return this;
  }

  /**
   * {@code registration-expiry}: a registration is renewed as though it held for this long only,
   * that is after four fifths of it, from 1 minute to a day. Default: as the switch says. Changing
   * it registers anew.
   */
  public AgentSettingsBuilder registrationExpiry(Optional<Duration> expiry) {
    Objects.requireNonNull(expiry, "registration-expiry");
    registrationExpiry = expiry.map(e -> in("registration-expiry", e, Duration.ofMinutes(1), DAY));
    return this;
  }

  /**
   * {@code retry-interval}: the longest wait between two tries while the switch does not answer,
   * from 1 s to an hour; the first tries follow sooner. Default: 1 minute.
   */
  public AgentSettingsBuilder retryInterval(Duration interval) {
    retryInterval = in("retry-interval", interval, Duration.ofSeconds(1), Duration.ofHours(1));
    return this;
  }

  /**
   * {@code retry-after-refusal}: the longest wait between two tries while the switch refuses the
   * registration (401, 403, 409), from 30 s to a day; the first tries follow sooner. Default: 20
   * minutes.
   */
  public AgentSettingsBuilder retryAfterRefusal(Duration interval) {
    retryAfterRefusal = in("retry-after-refusal", interval, Duration.ofSeconds(30), DAY);
    return this;
  }

  /**
   * {@code start-up-delay}: the agent begins at a random moment within this time after its start,
   * up to 10 minutes, so that a town's phones do not register at once when its power is back.
   * Default: 0, at once.
   */
  public AgentSettingsBuilder startUpDelay(Duration longest) {
    startUpDelay = in("start-up-delay", longest, Duration.ZERO, Duration.ofMinutes(10));
    return this;
  }

  /**
   * {@code maximum-waiting-delay}: a plain telephone (MGCP) announces its restart to the switch at
   * a random moment within this time, up to an hour, or as soon as the switch asks it, somebody
   * calls it, or its handset is lifted (RFC 3435, section 4.4.6). Holds from the next restart on.
   * Default: 10 minutes; 0: at once.
   */
  public AgentSettingsBuilder maximumWaitingDelay(Duration longest) {
    maximumWaitingDelay = in("maximum-waiting-delay", longest, Duration.ZERO, Duration.ofHours(1));
    return this;
  }

  /**
   * {@code unregister-on-reboot}, {@code true} or {@code false}: whether each line, before its
   * first registration after the start, takes back what the switch has of it, as desk phones do on
   * a reboot: whatever was there before the reboot is gone. Default: false; a registration replaces
   * the one before it in any case.
   */
  public AgentSettingsBuilder unregisterOnReboot(boolean unregister) {
    unregisterOnReboot = unregister;
    return this;
  }

  /**
   * Sets {@code keep-alive-mode}: whether the phone measures, on a second local port or connection,
   * how long its firewall keeps an idle mapping, and keeps the flow alive just under that. {@link
   * KeepAliveMode#FIXED} by default.
   */
  public AgentSettingsBuilder keepAliveMode(KeepAliveMode mode) {
    keepAliveMode = Objects.requireNonNull(mode, "keep-alive-mode");
    return this;
  }

  /**
   * {@code unique-address}, {@code true} or {@code false}: whether the device asks each switch for
   * an address that no other phone of the switch has, and goes by it towards the switch, so that
   * phones which have the same address behind two firewalls are told apart. A switch that has none
   * to give is registered with all the same; the listener is told. Default: false. Changing it
   * registers anew.
   */
  public AgentSettingsBuilder uniqueAddress(boolean wanted) {
    uniqueAddress = wanted;
    return this;
  }

  /**
   * Sets one by its name.
   *
   * @throws InvalidSettingException if there is no such name, or the value is out of its range; an
   *     empty value is the default, where that is to have none
   */
  public AgentSettingsBuilder set(String name, String value) {
    SettingName.named(Objects.requireNonNull(name, "name"))
        .set(this, Objects.requireNonNull(value, name).trim());
    return this;
  }

  /** Sets all of these by their names. */
  public AgentSettingsBuilder setAll(Map<String, String> values) {
    Objects.requireNonNull(values, "values").forEach(this::set);
    return this;
  }

  /** The settings. */
  public AgentSettings build() {
    return new AgentSettings(this);
  }

  private static Duration in(String name, Duration value, Duration least, Duration most) {
    Objects.requireNonNull(value, name);
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new InvalidSettingException(
          name,
          SettingText.readable(value)
              + " is not from "
              + SettingText.readable(least)
              + " to "
              + SettingText.readable(most));
    }
    return value;
  }
}

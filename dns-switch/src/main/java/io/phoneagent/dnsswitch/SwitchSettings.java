// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.dnsswitch.address.AddressRange;
import io.phoneagent.spi.PublicAddressProbe;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that can be set about a switch. Immutable; everything but the data directory has a default.
 */
public final class SwitchSettings {
  /** The longest time that an answer to a phone can hold. */
  private static final String LONGEST = "3660d";

  private final Path data;
  private final InetSocketAddress http;
  private final boolean insecureHttp;
  private final Optional<Path> tlsCertificate;
  private final Optional<Path> tlsKey;
  private final List<String> tlsNames;
  private final InetSocketAddress signalling;
  private final Optional<InetSocketAddress> signallingTls;
  private final Optional<Advertisement> advertise;
  private final List<PublicAddressProbe> probes;
  private final Duration checkEvery;
  private final Optional<DnsRecord> dnsRecord;
  private final Path accounts;
  private final Optional<Trunk> trunk;
  private final PortRange mediaPorts;
  private final Duration backupAfter;
  private final List<String> treatAsPublic;
  private final Duration expiresIn;
  private final Duration keepAlive;
  private final int phonesPerSource;
  private final AddressRange addressPool;
  private final Duration addressLease;
  private final Optional<InetSocketAddress> dhcp;
  private final List<Inet4Address> dhcpNameServers;

  private SwitchSettings(Builder builder) {
    this.data = builder.data;
    this.http = builder.http;
    this.insecureHttp = builder.insecureHttp;
    this.tlsCertificate = builder.tlsCertificate;
    this.tlsKey = builder.tlsKey;
    this.tlsNames = List.copyOf(builder.tlsNames);
    this.signalling = builder.signalling;
    this.signallingTls = builder.signallingTls;
    this.advertise = builder.advertise;
    this.probes = List.copyOf(builder.probes);
    this.checkEvery = inRange("check-every", "1s", builder.checkEvery);
    this.dnsRecord = builder.dnsRecord;
    this.accounts = builder.accounts.orElse(data.resolve("accounts.json"));
    this.trunk = builder.trunk;
    this.mediaPorts = builder.mediaPorts;
    this.backupAfter = builder.backupAfter;
    this.treatAsPublic = List.copyOf(builder.treatAsPublic);
    // As short as a phone may ask for, no shorter: each registration is written to the disk.
    this.expiresIn = inRange("expires-in", "1m", builder.expiresIn).truncatedTo(SECONDS);
    this.keepAlive = inRange("keep-alive", "1ms", builder.keepAlive);
    this.phonesPerSource = builder.phonesPerSource;
    this.addressPool = builder.addressPool;
    this.addressLease = inRange("address-lease", "1s", builder.addressLease).truncatedTo(SECONDS);
    this.dhcp = builder.dhcp;
    this.dhcpNameServers = List.copyOf(builder.dhcpNameServers);
    if (dhcp.isEmpty() && !dhcpNameServers.isEmpty()) {
      throw new InvalidSettingException("dhcp-dns", "is said by DHCP only; give --dhcp too");
    }
    if (probes.isEmpty() && advertise.filter(a -> a.address().isEmpty()).isPresent()) {
      throw new InvalidSettingException(
          "advertise", "names a port only; give its address, or --probe to find it out");
    }
    if (dnsRecord.isPresent() && probes.isEmpty() && advertise.isEmpty()) {
      throw new InvalidSettingException(
          "dns-name", "needs a public address to lead to; give --probe or --advertise");
    }
    if (phonesPerSource < 1) {
      throw new InvalidSettingException("phones-per-source", "must be 1 or more");
    }
    if (tlsCertificate.isPresent() != tlsKey.isPresent()) {
      throw new InvalidSettingException(
          "tls-cert", "and --tls-key go together; give both or neither");
    }
    if (insecureHttp && tlsCertificate.isPresent()) {
      throw new InvalidSettingException(
          "insecure-http", "leaves no use for --tls-cert; give one or the other");
    }
  }

  private static Duration inRange(String name, String least, Duration time) {
    if (time.compareTo(DurationText.parse(name, least)) < 0
        || time.compareTo(DurationText.parse(name, LONGEST)) > 0) {
      throw new InvalidSettingException(name, "must be from " + least + " to " + LONGEST);
    }
    return time;
  }

  /**
   * A builder of which nothing else must be set.
   *
   * @param data the directory for what outlives the switch: locations, its CA, by default accounts
   */
  public static Builder builder(Path data) {
    return new Builder(data);
  }

  /** The directory for what outlives the switch. */
  public Path data() {
    return data;
  }

  /** Where registrations come in. */
  public InetSocketAddress http() {
    return http;
  }

  /** Whether they come in without TLS. */
  public boolean insecureHttp() {
    return insecureHttp;
  }

  /** The operator's own certificate chain, PEM. */
  public Optional<Path> tlsCertificate() {
    return tlsCertificate;
  }

  /** The operator's own key, PEM. */
  public Optional<Path> tlsKey() {
    return tlsKey;
  }

  /** Further names that the certificate of our own making is for. */
  public List<String> tlsNames() {
    return tlsNames;
  }

  /** Where flows come in, UDP and TCP; TCP connections may begin with TLS. */
  public InetSocketAddress signalling() {
    return signalling;
  }

  /** Where flows under TLS come in, if not at the port after that. */
  public Optional<InetSocketAddress> signallingTls() {
    return signallingTls;
  }

  /** What is assigned instead of the switch's own address. */
  public Optional<Advertisement> advertise() {
    return advertise;
  }

  /** What says the gateway's public address; empty where that does not change. */
  public List<PublicAddressProbe> probes() {
    return probes;
  }

  /** How often they are asked, a second or more. */
  public Duration checkEvery() {
    return checkEvery;
  }

  /** The name that is to lead to the public address. */
  public Optional<DnsRecord> dnsRecord() {
    return dnsRecord;
  }

  /** The accounts file. */
  public Path accounts() {
    return accounts;
  }

  /** The peer beyond which all other numbers are. */
  public Optional<Trunk> trunk() {
    return trunk;
  }

  /** The ports media is relayed on. */
  public PortRange mediaPorts() {
    return mediaPorts;
  }

  /** How long a phone may be silent before its backup rings too. */
  public Duration backupAfter() {
    return backupAfter;
  }

  /** Address ranges that count as public too, in CIDR form. */
  public List<String> treatAsPublic() {
    return treatAsPublic;
  }

  /** How long a registration holds, in whole seconds: a minute to 3660 days. */
  public Duration expiresIn() {
    return expiresIn;
  }

  /** How often a phone speaks on an idle flow. */
  public Duration keepAlive() {
    return keepAlive;
  }

  /**
   * How many phones one source, an IPv4 address or an IPv6 /64, may have: what it may have of
   * connections at a time and of requests a second. Programs on the switch's own machine are not
   * limited.
   */
  public int phonesPerSource() {
    return phonesPerSource;
  }

  /** The unique addresses that it hands out. */
  public AddressRange addressPool() {
    return addressPool;
  }

  /**
   * How long a unique address holds that no registration renews, in whole seconds: a second to 3660
   * days.
   */
  public Duration addressLease() {
    return addressLease;
  }

  /** Where relay agents forward DHCP to; empty where none are served. */
  public Optional<InetSocketAddress> dhcp() {
    return dhcp;
  }

  /** The name servers that DHCP tells, in the order of preference; at most 16. */
  public List<Inet4Address> dhcpNameServers() {
    return dhcpNameServers;
  }

  /** Collects {@link SwitchSettings}. */
  public static final class Builder {
    private final Path data;
    private InetSocketAddress http = HostPort.toBind("http", "0.0.0.0:8443");
    private boolean insecureHttp;
    private Optional<Path> tlsCertificate = Optional.empty();
    private Optional<Path> tlsKey = Optional.empty();
    private final List<String> tlsNames = new ArrayList<>();
    private InetSocketAddress signalling = HostPort.toBind("signalling", "0.0.0.0:5060");
    private Optional<InetSocketAddress> signallingTls = Optional.empty();
    private Optional<Advertisement> advertise = Optional.empty();
    private final List<PublicAddressProbe> probes = new ArrayList<>();
    private Duration checkEvery = Duration.ofSeconds(30);
    private Optional<DnsRecord> dnsRecord = Optional.empty();
    private Optional<Path> accounts = Optional.empty();
    private Optional<Trunk> trunk = Optional.empty();
    private PortRange mediaPorts = PortRange.DEFAULT;
    private Duration backupAfter = Duration.ofMillis(900);
    private final List<String> treatAsPublic = new ArrayList<>();
    private Duration expiresIn = Duration.ofHours(1);
    private Duration keepAlive = Duration.ofSeconds(15);
    private int phonesPerSource = 1024;
    private AddressRange addressPool = AddressRange.DEFAULT;
    private Duration addressLease = Duration.ofDays(7);
    private Optional<InetSocketAddress> dhcp = Optional.empty();
    private final List<Inet4Address> dhcpNameServers = new ArrayList<>();

    private Builder(Path data) {
      this.data = data;
    }

    /** Sets {@link SwitchSettings#http()}. */
    public Builder http(InetSocketAddress value) {
      http = value;
      return this;
    }

    /** Sets {@link SwitchSettings#insecureHttp()}. */
    public Builder insecureHttp(boolean value) {
      insecureHttp = value;
      return this;
    }

    /** Sets {@link SwitchSettings#tlsCertificate()}. */
    public Builder tlsCertificate(Path value) {
      tlsCertificate = Optional.of(value);
      return this;
    }

    /** Sets {@link SwitchSettings#tlsKey()}. */
    public Builder tlsKey(Path value) {
      tlsKey = Optional.of(value);
      return this;
    }

    /** Adds to {@link SwitchSettings#tlsNames()}. */
    public Builder tlsName(String value) {
      tlsNames.add(value);
      return this;
    }

    /** Sets {@link SwitchSettings#signallingTls()}. */
    public Builder signallingTls(InetSocketAddress value) {
      signallingTls = Optional.of(value);
      return this;
    }

    /** Sets {@link SwitchSettings#signalling()}. */
    public Builder signalling(InetSocketAddress value) {
      signalling = value;
      return this;
    }

    /** Sets {@link SwitchSettings#advertise()}. */
    public Builder advertise(Advertisement value) {
      advertise = Optional.of(value);
      return this;
    }

    /** Adds to {@link SwitchSettings#probes()}. */
    public Builder probe(PublicAddressProbe value) {
      probes.add(value);
      return this;
    }

    /** Sets {@link SwitchSettings#checkEvery()}. */
    public Builder checkEvery(Duration value) {
      checkEvery = value;
      return this;
    }

    /** Sets {@link SwitchSettings#dnsRecord()}. */
    public Builder dnsRecord(DnsRecord value) {
      dnsRecord = Optional.of(value);
      return this;
    }

    /** Sets {@link SwitchSettings#accounts()}. */
    public Builder accounts(Path value) {
      accounts = Optional.of(value);
      return this;
    }

    /** Sets {@link SwitchSettings#trunk()}. */
    public Builder trunk(Trunk value) {
      trunk = Optional.of(value);
      return this;
    }

    /** Sets {@link SwitchSettings#mediaPorts()}. */
    public Builder mediaPorts(PortRange value) {
      mediaPorts = value;
      return this;
    }

    /** Sets {@link SwitchSettings#backupAfter()}. */
    public Builder backupAfter(Duration value) {
      backupAfter = value;
      return this;
    }

    /** Adds to {@link SwitchSettings#treatAsPublic()}. */
    public Builder treatAsPublic(String value) {
      treatAsPublic.add(value);
      return this;
    }

    /** Sets {@link SwitchSettings#expiresIn()}. */
    public Builder expiresIn(Duration value) {
      expiresIn = value;
      return this;
    }

    /** Sets {@link SwitchSettings#keepAlive()}. */
    public Builder keepAlive(Duration value) {
      keepAlive = value;
      return this;
    }

    /** Sets {@link SwitchSettings#phonesPerSource()}. */
    public Builder phonesPerSource(int value) {
      phonesPerSource = value;
      return this;
    }

    /** Sets {@link SwitchSettings#addressPool()}. */
    public Builder addressPool(AddressRange value) {
      addressPool = value;
      return this;
    }

    /** Sets {@link SwitchSettings#addressLease()}. */
    public Builder addressLease(Duration value) {
      addressLease = value;
      return this;
    }

    /** Sets {@link SwitchSettings#dhcp()}. */
    public Builder dhcp(InetSocketAddress value) {
      dhcp = Optional.of(value);
      return this;
    }

    /** Adds to {@link SwitchSettings#dhcpNameServers()}. */
    public Builder dhcpNameServer(Inet4Address value) {
      dhcpNameServers.add(value);
      return this;
    }

    /**
     * The settings.
     *
     * @throws InvalidSettingException if some do not go together
     */
    public SwitchSettings build() {
      return new SwitchSettings(this);
    }
  }
}

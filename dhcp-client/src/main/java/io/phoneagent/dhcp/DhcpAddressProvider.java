// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dhcp;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.dhcpmessage.DhcpOptions;
import io.phoneagent.spi.AddressContext;
import io.phoneagent.spi.AddressProvider;
import io.phoneagent.spi.AddressSource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Leases the device's address by DHCP (RFC 2131), gives it to an interface and keeps it; or only
 * asks what else the network has to say, {@link Builder#informOnly}. For one agent on an interface,
 * since a server gives a device one address: several numbers are lines of one agent. Immutable;
 * {@link Builder} is not thread-safe.
 *
 * <pre>{@code
 * AddressProvider provider =
 *     DhcpAddressProvider.builder("eth0").hostName("phone-17").vendorClass("acme-phone").build();
 * }</pre>
 */
public final class DhcpAddressProvider implements AddressProvider {
  private final DhcpConfiguration configuration;

  private DhcpAddressProvider(DhcpConfiguration configuration) {
    this.configuration = configuration;
  }

  /**
   * Begins with what fits most devices.
   *
   * @param interfaceName such as {@code eth0}
   * @throws InvalidSettingException if no interface can have this name
   */
  public static Builder builder(String interfaceName) {
    if (!interfaceName.matches("[^\\s/]{1,64}")) {
      throw new InvalidSettingException(
          "interface", "'" + interfaceName + "' is no interface's name; write it like eth0");
    }
    return new Builder(interfaceName);
  }

  @Override
  public String id() {
    return configuration.holder().isPresent() ? "dhcp-inform" : "dhcp";
  }

  @Override
  public boolean namesSwitches() {
    return true;
  }

  @Override
  public AddressSource create(AddressContext context) {
    if (configuration.holder().isPresent()) {
      AddressSource holder = configuration.holder().get().create(context);
      return new InformAddressSource(context, configuration, holder);
    }
    return new DhcpAddressSource(context, configuration);
  }

  /** Says what is special about a device. */
  public static final class Builder {
    private static final int LONGEST_VALUE = 255;

    /** Option 121 before 3 and 33, as RFC 3442 demands. */
    private static final int[] ALWAYS_WANTED = {
      DhcpOptions.SUBNET_MASK,
      DhcpOptions.CLASSLESS_ROUTES,
      DhcpOptions.ROUTERS,
      DhcpOptions.STATIC_ROUTES,
      DhcpOptions.NAME_SERVERS,
      DhcpOptions.DOMAIN,
      DhcpOptions.MTU,
      DhcpOptions.BROADCAST,
      DhcpOptions.NTP_SERVERS,
      DhcpOptions.VENDOR,
      DhcpOptions.RENEWAL_TIME,
      DhcpOptions.REBINDING_TIME,
      DhcpOptions.TFTP_SERVER,
      DhcpOptions.BOOT_FILE,
      DhcpOptions.DOMAIN_SEARCH,
      DhcpOptions.SIP_SERVERS,
      DhcpOptions.VENDORS,
      DhcpOptions.TFTP_ADDRESSES,
      DhcpOptions.PROVISIONING_159,
      DhcpOptions.PROVISIONING_160
    };

    private final String interfaceName;
    private final ByteArrayOutputStream wanted = new ByteArrayOutputStream();
    private final Map<Integer, byte[]> said = new TreeMap<>();
    private AddressCheck check = AddressCheck.FAST;
    private Optional<LinkSocket.Opener> link = Optional.empty();
    private Optional<LeaseApplier> applier = Optional.empty();
    private Optional<AddressProvider> holder = Optional.empty();
    private Supplier<Random> random = SecureRandom::new;

    private Builder(String interfaceName) {
      this.interfaceName = interfaceName;
      for (int code : ALWAYS_WANTED) {
        wanted.write(code);
      }
    }

    /**
     * The device's name, for the server's list (option 12).
     *
     * @param name a label of letters, digits and hyphens, at most 63
     */
    public Builder hostName(String name) {
      if (!name.matches("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")) {
        throw new InvalidSettingException(
            "host-name", "'" + name + "' is none; use letters, digits and hyphens");
      }
      return say(DhcpOptions.HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * The kind of the device (option 60), such as {@code acme-phone}: servers choose by it what
     * else they say.
     */
    public Builder vendorClass(String name) {
      return say(DhcpOptions.VENDOR_CLASS, name.getBytes(StandardCharsets.UTF_8));
    }

    /** The group that its user belongs to (option 77, RFC 3004). */
    public Builder userClass(String name) {
      byte[] text = name.getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream counted = new ByteArrayOutputStream();
      counted.write(text.length);
      counted.write(text, 0, text.length);
      return say(DhcpOptions.USER_CLASS, counted.toByteArray());
    }

    /**
     * Says whatever else, such as option 124 (RFC 3925), whenever it asks for an address.
     *
     * @param code 1 to 254, none of those that the protocol itself uses
     * @param value 1 to 255 octets
     * @throws InvalidSettingException if it cannot be said
     */
    public Builder say(int code, byte[] value) {
      boolean taken =
          (code >= DhcpOptions.REQUESTED_ADDRESS && code <= DhcpOptions.REBINDING_TIME)
              || code == DhcpOptions.CLIENT;
      if (code < 1 || code > 254 || taken || value.length < 1 || value.length > LONGEST_VALUE) {
        throw new InvalidSettingException(
            "dhcp-option",
            "option "
                + code
                + " of "
                + value.length
                + " octets cannot be said; give 1 to 255 octets, and none of 50 to 59 and 61");
      }
      said.put(code, value.clone());
      return this;
    }

    /**
     * Asks for another option; what comes stands in {@link io.phoneagent.LeaseDetails#options}.
     *
     * @param code 1 to 254
     */
    public Builder want(int code) {
      if (code < 1 || code > 254) {
        throw new InvalidSettingException("dhcp-option", code + " is none; give 1 to 254");
      }
      if (!DhcpOptions.contains(wanted.toByteArray(), code)) {
        wanted.write(code);
      }
      return this;
    }

    /** How to look whether another device has the address; {@link AddressCheck#FAST} by default. */
    public Builder addressCheck(AddressCheck how) {
      this.check = how;
      return this;
    }

    /** What gives the address to the interface, in place of the system's. */
    public Builder applier(LeaseApplier applies) {
      this.applier = Optional.of(applies);
      return this;
    }

    /** What opens the link, in place of the system's. */
    public Builder link(LinkSocket.Opener opens) {
      this.link = Optional.of(opens);
      return this;
    }

    /**
     * Leases nothing: another provider has the interface's address, such as {@link
     * AddressProvider#operatingSystem(String)}, and DHCP is only asked what else there is
     * (DHCPINFORM, RFC 2131, 3.4). No {@link LeaseApplier} is used then, and no address checked.
     */
    public Builder informOnly(AddressProvider has) {
      this.holder = Optional.of(has);
      return this;
    }

    /** For tests. */
    Builder random(Supplier<Random> source) {
      this.random = source;
      return this;
    }

    /**
     * Makes the provider.
     *
     * @throws io.phoneagent.PhoneAgentException if no link or applier is given and this operating
     *     system has none of its own
     */
    public DhcpAddressProvider build() {
      return new DhcpAddressProvider(
          new DhcpConfiguration(
              interfaceName,
              Identity.Codes.of(wanted.toByteArray()),
              new DhcpOptions(said),
              check,
              link.orElseGet(() -> DhcpPlatform.own().link()),
              applier.orElseGet(() -> DhcpPlatform.own().applier()),
              holder,
              random));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a phone tells the switch: the body of a PUT. The number is in the path. Holds no secret.
 *
 * <p>Within one {@link #bootId()} the {@link #sequence()} rises with every new registration; a
 * repeat of the same one (because the answer was lost) gets the same answer again.
 */
public final class RegistrationRequest {
  private static final int MAX_BOOT_ID = 64;
  private static final int MAX_REASON = 256;

  private final MacAddress mac;
  private final InetAddress localAddress;
  private final Optional<InetAddress> uniqueAddress;
  private final Optional<InetAddress> publicAddress;
  private final Optional<PhoneNumber> backupNumber;
  private final Protocol protocol;
  private final Transport transport;
  private final String bootId;
  private final long sequence;
  private final String reason;

  private RegistrationRequest(Builder builder) {
    this.mac = required("mac", builder.mac);
    this.localAddress = required("localAddress", builder.localAddress);
    this.uniqueAddress = builder.uniqueAddress;
    this.publicAddress = builder.publicAddress;
    this.backupNumber = builder.backupNumber;
    this.protocol = required("protocol", builder.protocol);
    this.transport = required("transport", builder.transport);
    this.bootId = required("bootId", builder.bootId);
    this.sequence = builder.sequence;
    this.reason = required("reason", builder.reason);
    if (bootId.isEmpty() || bootId.length() > MAX_BOOT_ID || !isVisibleAscii(bootId)) {
      throw new InvalidSettingException(
          "bootId", "must be 1 to " + MAX_BOOT_ID + " visible ASCII characters");
    }
    if (sequence < 0) {
      throw new InvalidSettingException("sequence", sequence + " is below 0");
    }
    if (reason.length() > MAX_REASON || !isPlain(reason)) {
      throw new InvalidSettingException(
          "reason",
          "must be at most "
              + MAX_REASON
              + " characters, none a control character, a line separator or one that turns text");
    }
  }

  private static boolean isVisibleAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 127) {
        return false;
      }
    }
    return true;
  }

  /** Half of a surrogate pair can be read from JSON and never be written again. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isISOControl(c) || Character.isSurrogate(c) || isLayout(c)) {
        return false;
      }
    }
    return true;
  }

  /** What makes another line, or turns the rest of one, for whoever looks at a log. */
  private static boolean isLayout(char c) {
    return (c >= '\u2028' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
  }

  private static <T> T required(String member, @Nullable T value) {
    if (value == null) {
      throw new InvalidSettingException(member, "is missing");
    }
    return value;
  }

  /** A builder of which the members without {@code Optional} must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** The device. */
  public MacAddress mac() {
    return mac;
  }

  /** The address the firewall leased to the device. */
  public InetAddress localAddress() {
    return localAddress;
  }

  /** The unique address the switch handed out before, if any. */
  public Optional<InetAddress> uniqueAddress() {
    return uniqueAddress;
  }

  /** The firewall's public address as the phone found it: a claim, never a destination. */
  public Optional<InetAddress> publicAddress() {
    return publicAddress;
  }

  /** Where calls go when the phone cannot be reached; beats the account's. */
  public Optional<PhoneNumber> backupNumber() {
    return backupNumber;
  }

  /** What the phone speaks. */
  public Protocol protocol() {
    return protocol;
  }

  /** What is to carry the flow. */
  public Transport transport() {
    return transport;
  }

  /** Opaque; another one after every start of the agent. */
  public String bootId() {
    return bootId;
  }

  /** Rises within a boot. */
  public long sequence() {
    return sequence;
  }

  /** Why the phone registers, for people. */
  public String reason() {
    return reason;
  }

  /** A builder that starts from this request. */
  public Builder toBuilder() {
    Builder builder =
        new Builder()
            .mac(mac)
            .localAddress(localAddress)
            .protocol(protocol)
            .transport(transport)
            .bootId(bootId)
            .sequence(sequence)
            .reason(reason);
    builder.uniqueAddress = uniqueAddress;
    builder.publicAddress = publicAddress;
    builder.backupNumber = backupNumber;
    return builder;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RegistrationRequest that
        && mac.equals(that.mac)
        && localAddress.equals(that.localAddress)
        && uniqueAddress.equals(that.uniqueAddress)
        && publicAddress.equals(that.publicAddress)
        && backupNumber.equals(that.backupNumber)
        && protocol == that.protocol
        && transport == that.transport
        && bootId.equals(that.bootId)
        && sequence == that.sequence
        && reason.equals(that.reason);
  }

  @Override
  public int hashCode() {
    return Objects.hash(mac, localAddress, publicAddress, bootId, sequence);
  }

  @Override
  public String toString() {
    return "RegistrationRequest[mac="
        + mac
        + ", localAddress="
        + AddressLiteral.format(localAddress)
        + publicAddress.map(a -> ", publicAddress=" + AddressLiteral.format(a)).orElse("")
        + ", bootId="
        + bootId
        + ", sequence="
        + sequence
        + ", reason="
        + reason
        + "]";
  }

  /** Collects the members of a {@link RegistrationRequest}. */
  public static final class Builder {
    private @Nullable MacAddress mac;
    private @Nullable InetAddress localAddress;
    private Optional<InetAddress> uniqueAddress = Optional.empty();
    private Optional<InetAddress> publicAddress = Optional.empty();
    private Optional<PhoneNumber> backupNumber = Optional.empty();
    private @Nullable Protocol protocol;
    private @Nullable Transport transport;
    private @Nullable String bootId;
    private long sequence;
    private @Nullable String reason;

    private Builder() {}

    /** Sets {@link RegistrationRequest#mac()}. */
    public Builder mac(MacAddress value) {
      mac = value;
      return this;
    }

    /** Sets {@link RegistrationRequest#localAddress()}. */
    public Builder localAddress(InetAddress value) {
      localAddress = value;
      return this;
    }

    /** Sets {@link RegistrationRequest#uniqueAddress()}. */
    public Builder uniqueAddress(InetAddress value) {
      uniqueAddress = Optional.of(value);
      return this;
    }

    /** Sets {@link RegistrationRequest#publicAddress()}. */
    public Builder publicAddress(InetAddress value) {
      publicAddress = Optional.of(value);
      return this;
    }

    /** Sets {@link RegistrationRequest#backupNumber()}. */
    public Builder backupNumber(PhoneNumber value) {
      backupNumber = Optional.of(value);
      return this;
    }

    /** Sets {@link RegistrationRequest#protocol()}. */
    public Builder protocol(Protocol value) {
      protocol = value;
      return this;
    }

    /** Sets {@link RegistrationRequest#transport()}. */
    public Builder transport(Transport value) {
      transport = value;
      return this;
    }

    /** Sets {@link RegistrationRequest#bootId()}. */
    public Builder bootId(String value) {
      bootId = value;
      return this;
    }

    /** Sets {@link RegistrationRequest#sequence()}. */
    public Builder sequence(long value) {
      sequence = value;
      return this;
    }

    /** Sets {@link RegistrationRequest#reason()}. */
    public Builder reason(String value) {
      reason = value;
      return this;
    }

    /**
     * The request.
     *
     * @throws InvalidSettingException naming the member that is missing or cannot be
     */
    public RegistrationRequest build() {
      return new RegistrationRequest(this);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registry;

import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.FlowKey;
import io.phoneagent.protocol.RegistrationAnswer;
import io.phoneagent.protocol.RegistrationRecord.Previous;
import io.phoneagent.protocol.RegistrationRequest;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A binding as it is kept: its members one after the other, in the order of the code. It is written
 * with each registration, and JSON would cost several times as much. What may be absent has an
 * octet before it that tells; what may be several, their count.
 */
final class BindingOctets {
  /** What octets of another form begin with is another number. */
  private static final int FORM = 2;

  // They stand in a reason of before they were refused; a registration is not lost for that.
  private static final Pattern LAYOUT = Pattern.compile("[\\u2028-\\u202E\\u2066-\\u2069]");

  private BindingOctets() {}

  private interface Writer<T> {
    void write(OctetWriter out, T value);
  }

  private interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  static void write(OctetWriter out, Binding binding) {
    out.octet(FORM);
    write(out, binding.request());
    write(out, binding.answer());
    time(out, binding.registeredAt());
    time(out, binding.expiresAt());
    out.number64(binding.current().counter());
    out.truth(binding.bound());
    optional(out, binding.previous(), BindingOctets::state);
    optional(out, binding.paths().current(), BindingOctets::path);
    optional(out, binding.paths().second(), BindingOctets::path);
    list(out, binding.paths().lastGood(), BindingOctets::path);
    list(out, binding.history(), BindingOctets::previous);
    binding.causes().write(out);
  }

  /**
   * Reads what was written.
   *
   * @throws PhoneAgentException if it is something else
   */
  static Binding read(PhoneNumber number, byte[] octets) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets))) {
      int form = in.readByte();
      if (form != FORM) {
        throw new PhoneAgentException("it is of form " + form + ", which is unknown here");
      }
      RegistrationRequest request = request(in);
      RegistrationAnswer answer = answer(in);
      Binding binding =
          new Binding(
              number,
              request,
              answer,
              time(in),
              time(in),
              new KeyState(answer.flow(), in.readLong()),
              in.readBoolean(),
              optional(in, BindingOctets::state),
              new FlowPaths(
                  optional(in, BindingOctets::path),
                  optional(in, BindingOctets::path),
                  list(in, BindingOctets::path)),
              list(in, BindingOctets::previous),
              Causes.read(in));
      if (in.read() >= 0) {
        throw new PhoneAgentException("something follows its last member");
      }
      return binding;
    } catch (IOException e) {
      throw new PhoneAgentException("it ends too early, or holds no address", e);
    }
  }

  private static void write(OctetWriter out, RegistrationRequest request) {
    out.text(request.mac().text());
    address(out, request.localAddress());
    optional(out, request.uniqueAddress(), BindingOctets::address);
    optional(out, request.publicAddress(), BindingOctets::address);
    optional(out, request.backupNumber(), (o, n) -> o.text(n.e164()));
    out.text(request.protocol().name());
    out.text(request.transport().name());
    out.text(request.bootId());
    out.number64(request.sequence());
    out.text(request.reason());
  }

  private static RegistrationRequest request(DataInputStream in) throws IOException {
    RegistrationRequest.Builder request =
        RegistrationRequest.builder().mac(new MacAddress(text(in))).localAddress(address(in));
    optional(in, BindingOctets::address).ifPresent(request::uniqueAddress);
    optional(in, BindingOctets::address).ifPresent(request::publicAddress);
    optional(in, i -> new PhoneNumber(text(i))).ifPresent(request::backupNumber);
    return request
        .protocol(Protocol.valueOf(text(in)))
        .transport(Transport.valueOf(text(in)))
        .bootId(text(in))
        .sequence(in.readLong())
        .reason(LAYOUT.matcher(text(in)).replaceAll("?"))
        .build();
  }

  private static void write(OctetWriter out, RegistrationAnswer answer) {
    address(out, answer.endpoint().address());
    out.number16(answer.endpoint().port());
    out.text(answer.endpoint().transport().name());
    optional(out, answer.endpoint().serverName(), OctetWriter::text);
    out.number64(answer.expiresIn().getSeconds());
    out.number64(answer.keepAlive().toMillis());
    key(out, answer.flow());
    address(out, answer.observedAddress());
    optional(out, answer.uniqueAddress(), BindingOctets::address);
  }

  private static RegistrationAnswer answer(DataInputStream in) throws IOException {
    return new RegistrationAnswer(
        new AssignedEndpoint(
            address(in),
            in.readUnsignedShort(),
            Transport.valueOf(text(in)),
            optional(in, BindingOctets::text)),
        Duration.ofSeconds(in.readLong()),
        Duration.ofMillis(in.readLong()),
        key(in),
        address(in),
        optional(in, BindingOctets::address));
  }

  private static void key(OctetWriter out, FlowKey key) {
    out.text(key.keyId());
    out.octets(key.key());
    out.text(key.nonce());
  }

  private static FlowKey key(DataInputStream in) throws IOException {
    return FlowKey.of(text(in), octets(in), text(in));
  }

  private static void state(OctetWriter out, KeyState state) {
    key(out, state.key());
    out.number64(state.counter());
  }

  private static KeyState state(DataInputStream in) throws IOException {
    return new KeyState(key(in), in.readLong());
  }

  private static void path(OctetWriter out, VerifiedPath path) {
    socket(out, path.source());
    out.text(path.transport().name());
    time(out, path.verifiedAt());
  }

  private static VerifiedPath path(DataInputStream in) throws IOException {
    return new VerifiedPath(socket(in), Transport.valueOf(text(in)), time(in));
  }

  private static void previous(OctetWriter out, Previous was) {
    optional(out, was.publicAddress(), BindingOctets::address);
    address(out, was.observedAddress());
    optional(out, was.flowAddress(), BindingOctets::socket);
    time(out, was.until());
  }

  private static Previous previous(DataInputStream in) throws IOException {
    return new Previous(
        optional(in, BindingOctets::address),
        address(in),
        optional(in, BindingOctets::socket),
        time(in));
  }

  private static void time(OctetWriter out, Instant time) {
    out.number64(time.toEpochMilli());
  }

  private static Instant time(DataInputStream in) throws IOException {
    return Instant.ofEpochMilli(in.readLong());
  }

  private static void socket(OctetWriter out, InetSocketAddress socket) {
    address(out, socket.getAddress());
    out.number16(socket.getPort());
  }

  private static InetSocketAddress socket(DataInputStream in) throws IOException {
    return new InetSocketAddress(address(in), in.readUnsignedShort());
  }

  private static void address(OctetWriter out, InetAddress address) {
    out.octets(address.getAddress());
  }

  private static InetAddress address(DataInputStream in) throws IOException {
    return InetAddress.getByAddress(octets(in));
  }

  private static String text(DataInputStream in) throws IOException {
    byte[] spelled = new byte[in.readUnsignedShort()];
    in.readFully(spelled);
    return new String(spelled, StandardCharsets.UTF_8);
  }

  private static byte[] octets(DataInputStream in) throws IOException {
    byte[] octets = new byte[in.readUnsignedByte()];
    in.readFully(octets);
    return octets;
  }

  private static <T> void optional(OctetWriter out, Optional<T> value, Writer<T> writer) {
    out.truth(value.isPresent());
    if (value.isPresent()) {
      writer.write(out, value.get());
    }
  }

  private static <T> Optional<T> optional(DataInputStream in, Reader<T> reader) throws IOException {
    return in.readBoolean() ? Optional.of(reader.read(in)) : Optional.empty();
  }

  private static <T> void list(OctetWriter out, List<T> values, Writer<T> writer) {
    out.octet(values.size());
    for (T value : values) {
      writer.write(out, value);
    }
  }

  private static <T> List<T> list(DataInputStream in, Reader<T> reader) throws IOException {
    int size = in.readUnsignedByte();
    List<T> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(reader.read(in));
    }
    return values;
  }
}

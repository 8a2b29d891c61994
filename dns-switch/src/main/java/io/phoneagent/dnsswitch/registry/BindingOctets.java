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
import io.phoneagent.protocol.RegistrationRecord.Cause;
import io.phoneagent.protocol.RegistrationRecord.Previous;
import io.phoneagent.protocol.RegistrationRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A binding as it is kept: its members one after the other, in the order of the code. It is written
 * with each registration, and JSON would cost several times as much. What may be absent has an
 * octet before it that tells; what may be several, their count.
 */
final class BindingOctets {
  /** What octets of another form begin with is another number. */
  private static final int FORM = 1;

  private BindingOctets() {}

  private interface Writer<T> {
    void write(DataOutputStream out, T value) throws IOException;
  }

  private interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  static byte[] write(Binding binding) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(1024);
    try (DataOutputStream out = new DataOutputStream(octets)) {
      out.writeByte(FORM);
      write(out, binding.request());
      write(out, binding.answer());
      time(out, binding.registeredAt());
      time(out, binding.expiresAt());
      out.writeLong(binding.current().counter());
      out.writeBoolean(binding.bound());
      optional(out, binding.previous(), BindingOctets::state);
      optional(out, binding.paths().current(), BindingOctets::path);
      optional(out, binding.paths().second(), BindingOctets::path);
      list(out, binding.paths().lastGood(), BindingOctets::path);
      list(out, binding.history(), BindingOctets::previous);
      list(out, binding.causes(), BindingOctets::cause);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is written but memory
    }
    return octets.toByteArray();
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
              list(in, BindingOctets::cause));
      if (in.read() >= 0) {
        throw new PhoneAgentException("something follows its last member");
      }
      return binding;
    } catch (IOException e) {
      throw new PhoneAgentException("it ends too early, or holds no address", e);
    }
  }

  private static void write(DataOutputStream out, RegistrationRequest request) throws IOException {
    out.writeUTF(request.mac().text());
    address(out, request.localAddress());
    optional(out, request.uniqueAddress(), BindingOctets::address);
    optional(out, request.publicAddress(), BindingOctets::address);
    optional(out, request.backupNumber(), (o, n) -> o.writeUTF(n.e164()));
    out.writeUTF(request.protocol().name());
    out.writeUTF(request.transport().name());
    out.writeUTF(request.bootId());
    out.writeLong(request.sequence());
    out.writeUTF(request.reason());
  }

  private static RegistrationRequest request(DataInputStream in) throws IOException {
    RegistrationRequest.Builder request =
        RegistrationRequest.builder().mac(new MacAddress(in.readUTF())).localAddress(address(in));
    optional(in, BindingOctets::address).ifPresent(request::uniqueAddress);
    optional(in, BindingOctets::address).ifPresent(request::publicAddress);
    optional(in, i -> new PhoneNumber(i.readUTF())).ifPresent(request::backupNumber);
    return request
        .protocol(Protocol.valueOf(in.readUTF()))
        .transport(Transport.valueOf(in.readUTF()))
        .bootId(in.readUTF())
        .sequence(in.readLong())
        .reason(in.readUTF())
        .build();
  }

  private static void write(DataOutputStream out, RegistrationAnswer answer) throws IOException {
    address(out, answer.endpoint().address());
    out.writeShort(answer.endpoint().port());
    out.writeUTF(answer.endpoint().transport().name());
    optional(out, answer.endpoint().serverName(), DataOutputStream::writeUTF);
    out.writeLong(answer.expiresIn().getSeconds());
    out.writeLong(answer.keepAlive().toMillis());
    key(out, answer.flow());
    address(out, answer.observedAddress());
    optional(out, answer.uniqueAddress(), BindingOctets::address);
  }

  private static RegistrationAnswer answer(DataInputStream in) throws IOException {
    return new RegistrationAnswer(
        new AssignedEndpoint(
            address(in),
            in.readUnsignedShort(),
            Transport.valueOf(in.readUTF()),
            optional(in, i -> i.readUTF())),
        Duration.ofSeconds(in.readLong()),
        Duration.ofMillis(in.readLong()),
        key(in),
        address(in),
        optional(in, BindingOctets::address));
  }

  private static void key(DataOutputStream out, FlowKey key) throws IOException {
    out.writeUTF(key.keyId());
    octets(out, key.key());
    out.writeUTF(key.nonce());
  }

  private static FlowKey key(DataInputStream in) throws IOException {
    return FlowKey.of(in.readUTF(), octets(in), in.readUTF());
  }

  private static void state(DataOutputStream out, KeyState state) throws IOException {
    key(out, state.key());
    out.writeLong(state.counter());
  }

  private static KeyState state(DataInputStream in) throws IOException {
    return new KeyState(key(in), in.readLong());
  }

  private static void path(DataOutputStream out, VerifiedPath path) throws IOException {
    socket(out, path.source());
    out.writeUTF(path.transport().name());
    time(out, path.verifiedAt());
  }

  private static VerifiedPath path(DataInputStream in) throws IOException {
    return new VerifiedPath(socket(in), Transport.valueOf(in.readUTF()), time(in));
  }

  private static void previous(DataOutputStream out, Previous was) throws IOException {
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

  private static void cause(DataOutputStream out, Cause why) throws IOException {
    time(out, why.at());
    out.writeUTF(why.cause());
  }

  private static Cause cause(DataInputStream in) throws IOException {
    return new Cause(time(in), in.readUTF());
  }

  private static void time(DataOutputStream out, Instant time) throws IOException {
    out.writeLong(time.toEpochMilli());
  }

  private static Instant time(DataInputStream in) throws IOException {
    return Instant.ofEpochMilli(in.readLong());
  }

  private static void socket(DataOutputStream out, InetSocketAddress socket) throws IOException {
    address(out, socket.getAddress());
    out.writeShort(socket.getPort());
  }

  private static InetSocketAddress socket(DataInputStream in) throws IOException {
    return new InetSocketAddress(address(in), in.readUnsignedShort());
  }

  private static void address(DataOutputStream out, InetAddress address) throws IOException {
    octets(out, address.getAddress());
  }

  private static InetAddress address(DataInputStream in) throws IOException {
    return InetAddress.getByAddress(octets(in));
  }

  private static void octets(DataOutputStream out, byte[] octets) throws IOException {
    out.writeByte(octets.length);
    out.write(octets);
  }

  private static byte[] octets(DataInputStream in) throws IOException {
    byte[] octets = new byte[in.readUnsignedByte()];
    in.readFully(octets);
    return octets;
  }

  private static <T> void optional(DataOutputStream out, Optional<T> value, Writer<T> writer)
      throws IOException {
    out.writeBoolean(value.isPresent());
    if (value.isPresent()) {
      writer.write(out, value.get());
    }
  }

  private static <T> Optional<T> optional(DataInputStream in, Reader<T> reader) throws IOException {
    return in.readBoolean() ? Optional.of(reader.read(in)) : Optional.empty();
  }

  private static <T> void list(DataOutputStream out, List<T> values, Writer<T> writer)
      throws IOException {
    out.writeByte(values.size());
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

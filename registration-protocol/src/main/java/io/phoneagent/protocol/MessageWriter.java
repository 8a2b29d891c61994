// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.phoneagent.PhoneNumber;
import io.phoneagent.protocol.RegistrationRecord.Cause;
import io.phoneagent.protocol.RegistrationRecord.Previous;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Writes messages as JSON in UTF-8; the same value gives the same bytes. Optional members that are
 * empty are left out.
 */
public final class MessageWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private MessageWriter() {}

  /** The body of a PUT. */
  public static byte[] write(RegistrationRequest request) {
    return object(
        json -> {
          json.writeStringField("mac", request.mac().text());
          address(json, "localAddress", request.localAddress());
          address(json, "uniqueAddress", request.uniqueAddress());
          address(json, "publicAddress", request.publicAddress());
          number(json, "backupNumber", request.backupNumber());
          json.writeStringField("protocol", request.protocol().label());
          json.writeStringField("transport", request.transport().label());
          json.writeStringField("bootId", request.bootId());
          json.writeNumberField("sequence", request.sequence());
          json.writeStringField("reason", request.reason());
        });
  }

  /** An object of strings. */
  static String flat(Map<String, String> values) {
    byte[] json =
        object(
            out -> {
              for (Map.Entry<String, String> value : values.entrySet()) {
                out.writeStringField(value.getKey(), value.getValue());
              }
            });
    return new String(json, StandardCharsets.UTF_8);
  }

  /** The answer of a PUT. Secret: it carries the key. */
  public static byte[] write(RegistrationAnswer answer) {
    return object(
        json -> {
          endpoint(json, answer.endpoint());
          json.writeNumberField("expiresIn", answer.expiresIn().getSeconds());
          seconds(json, "keepAlive", answer.keepAlive());
          json.writeObjectFieldStart("flow");
          json.writeStringField("keyId", answer.flow().keyId());
          json.writeStringField("key", Base64.getEncoder().encodeToString(answer.flow().key()));
          json.writeStringField("nonce", answer.flow().nonce());
          json.writeEndObject();
          address(json, "observedAddress", answer.observedAddress());
          address(json, "uniqueAddress", answer.uniqueAddress());
        });
  }

  /** The body of {@code POST /v1/addresses}. */
  public static byte[] write(AddressRequest request) {
    return object(
        json -> {
          json.writeStringField("mac", request.mac().text());
          json.writeStringField("number", request.number().e164());
        });
  }

  /** The answer of {@code POST /v1/addresses}. */
  public static byte[] write(AddressAnswer answer) {
    return object(
        json -> {
          address(json, "uniqueAddress", answer.uniqueAddress());
          json.writeNumberField("expiresIn", answer.expiresIn().getSeconds());
        });
  }

  /** The answer of a GET. */
  public static byte[] write(RegistrationRecord entry) {
    return object(
        json -> {
          json.writeStringField("number", entry.number().e164());
          json.writeStringField("mac", entry.mac().text());
          address(json, "localAddress", entry.localAddress());
          address(json, "uniqueAddress", entry.uniqueAddress());
          address(json, "publicAddress", entry.publicAddress());
          address(json, "observedAddress", entry.observedAddress());
          socketAddress(json, "flowAddress", entry.flowAddress());
          if (entry.verifiedAt().isPresent()) {
            json.writeNumberField("verifiedAt", entry.verifiedAt().get().toEpochMilli());
          }
          json.writeArrayFieldStart("previous");
          for (Previous previous : entry.previous()) {
            json.writeStartObject();
            address(json, "publicAddress", previous.publicAddress());
            address(json, "observedAddress", previous.observedAddress());
            socketAddress(json, "flowAddress", previous.flowAddress());
            json.writeNumberField("until", previous.until().toEpochMilli());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("causes");
          for (Cause cause : entry.causes()) {
            json.writeStartObject();
            json.writeNumberField("at", cause.at().toEpochMilli());
            json.writeStringField("cause", cause.cause());
            json.writeEndObject();
          }
          json.writeEndArray();
          number(json, "backupNumber", entry.backupNumber());
          json.writeStringField("protocol", entry.protocol().label());
          json.writeStringField("transport", entry.transport().label());
          endpoint(json, entry.endpoint());
          json.writeNumberField("registeredAt", entry.registeredAt().toEpochMilli());
          json.writeNumberField("expiresAt", entry.expiresAt().toEpochMilli());
        });
  }

  /** The answer of {@code GET /v1/whoami}. */
  public static byte[] write(WhoAmI whoAmI) {
    return object(
        json -> {
          address(json, "address", whoAmI.address());
          json.writeNumberField("port", whoAmI.port());
        });
  }

  /** Problem details. */
  public static byte[] write(Problem problem) {
    return object(
        json -> {
          json.writeStringField("type", problem.type());
          json.writeStringField("title", problem.title());
          json.writeNumberField("status", problem.status());
          if (!problem.detail().isEmpty()) {
            json.writeStringField("detail", problem.detail());
          }
          if (problem.retryAfter().isPresent()) {
            json.writeNumberField("retryAfter", problem.retryAfter().get().getSeconds());
          }
        });
  }

  /** Writes the members of one object. */
  private interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  private static byte[] object(Members members) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is written but memory
    }
    return bytes.toByteArray();
  }

  private static void endpoint(JsonGenerator json, AssignedEndpoint endpoint) throws IOException {
    json.writeObjectFieldStart("endpoint");
    address(json, "address", endpoint.address());
    json.writeNumberField("port", endpoint.port());
    json.writeStringField("transport", endpoint.transport().label());
    if (endpoint.serverName().isPresent()) {
      json.writeStringField("serverName", endpoint.serverName().get());
    }
    json.writeEndObject();
  }

  private static void seconds(JsonGenerator json, String member, Duration time) throws IOException {
    if (time.getNano() == 0) {
      json.writeNumberField(member, time.getSeconds());
    } else {
      json.writeNumberField(member, BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros());
    }
  }

  private static void address(JsonGenerator json, String member, InetAddress address)
      throws IOException {
    json.writeStringField(member, AddressLiteral.format(address));
  }

  private static void address(JsonGenerator json, String member, Optional<InetAddress> address)
      throws IOException {
    if (address.isPresent()) {
      address(json, member, address.get());
    }
  }

  private static void socketAddress(
      JsonGenerator json, String member, Optional<InetSocketAddress> address) throws IOException {
    if (address.isPresent()) {
      json.writeStringField(member, AddressLiteral.format(address.get()));
    }
  }

  private static void number(JsonGenerator json, String member, Optional<PhoneNumber> number)
      throws IOException {
    if (number.isPresent()) {
      json.writeStringField(member, number.get().e164());
    }
  }
}

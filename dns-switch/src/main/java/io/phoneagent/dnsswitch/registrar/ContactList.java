// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.phoneagent.PhoneNumber;
import io.phoneagent.protocol.AddressLiteral;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The contacts of a number as JSON, for its owner and the operator. */
public final class ContactList {
  private static final JsonFactory JSON = new JsonFactory();

  private ContactList() {}

  /** All that are registered now. On the loop. */
  public static byte[] json(PhoneNumber number, Contacts contacts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
      json.writeStartObject();
      json.writeStringField("number", number.e164());
      json.writeArrayFieldStart("contacts");
      for (Contact one : contacts.of(number)) {
        write(one, contacts.isSilent(number, one.id()), json);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes what is written to it", e);
    }
    return bytes.toByteArray();
  }

  private static void write(Contact contact, boolean silent, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("uri", contact.uri());
    json.writeStringField("transport", contact.path().transport().label());
    json.writeStringField("address", AddressLiteral.format(contact.path().address()));
    json.writeStringField("registeredAt", contact.registeredAt().toString());
    json.writeStringField("expiresAt", contact.until().toString());
    json.writeStringField("userAgent", contact.userAgent());
    json.writeBooleanField("silent", silent);
    json.writeEndObject();
  }
}

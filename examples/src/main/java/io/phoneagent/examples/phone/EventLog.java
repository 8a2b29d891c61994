// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.phoneagent.runtime.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** Writes what happens, one JSON object a line, each line at once. Thread-safe. */
final class EventLog {
  private static final JsonFactory JSON = new JsonFactory();

  private final OutputStream out;
  private final Clock clock;
  private boolean over;

  EventLog(OutputStream out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  /** Adds members to an event. */
  @FunctionalInterface
  interface Members {
    /** Nothing to add. */
    Members NONE = json -> {};

    /** Writes them. */
    void write(JsonGenerator json) throws IOException;

    /** These and others. */
    default Members and(Members more) {
      return json -> {
        write(json);
        more.write(json);
      };
    }
  }

  /** One event. After the last one nothing is written. */
  synchronized void write(String event, String cause, Members members) {
    if (over) {
      return;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeNumberField("at", clock.epochMillis());
      json.writeStringField("event", event);
      json.writeStringField("cause", cause);
      members.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    line.write('\n');
    try {
      out.write(line.toByteArray());
      out.flush();
    } catch (IOException e) {
      over = true; // nobody reads any more; the phone goes on
    }
  }

  /** The last event. */
  synchronized void writeLast(String event, String cause) {
    write(event, cause, Members.NONE);
    over = true;
  }

  /** Something that was asked for cannot be done, or has failed here. */
  void error(String what, String detail) {
    write("error", detail, json -> trouble(json, what, detail, Optional.empty()));
  }

  /** Writes what does not work; {@code retryIn} in seconds. */
  static void trouble(JsonGenerator json, String what, String detail, Optional<Duration> retryIn)
      throws IOException {
    json.writeStringField("what", what);
    json.writeStringField("detail", detail);
    if (retryIn.isPresent()) {
      json.writeNumberField("retryIn", BigDecimal.valueOf(retryIn.get().toMillis(), 3));
    }
  }
}

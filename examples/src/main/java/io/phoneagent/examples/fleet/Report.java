// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.fleet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.phoneagent.TimelineEntry;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** What a fleet says on standard output: one JSON object a line. */
final class Report {
  private static final double[] PERCENTILES = {50, 90, 95, 99, 100};
  private static final int MOST_EXPLAINED = 5;
  private static final int MOST_ENTRIES = 20;

  private Report() {}

  /** The answer to {@code status}. */
  static String status(Fleet fleet) {
    return write(json -> standing(json, "status", fleet, fleet.standing()));
  }

  /** The last line. */
  static String summary(Fleet fleet) {
    Fleet.Standing standing = fleet.standing();
    OwnProcess process = OwnProcess.now();
    return write(
        json -> {
          standing(json, "summary", fleet, standing);
          json.writeNumberField("lost", Math.max(0, standing.registered() - standing.reachable()));
          unreachable(json, fleet);
          number(json, "allRegisteredSeconds", fleet.allRegisteredSeconds());
          percentiles(json, fleet.tally().registrationMillis());
          json.writeNumberField("flowsMoved", fleet.tally().flowsMoved());
          json.writeNumberField("flowsLost", fleet.tally().flowsLost());
          FleetPhone.Patience patience = fleet.patience();
          json.writeObjectFieldStart("retryAfter");
          json.writeNumberField("told", patience.told());
          json.writeNumberField("cameAgain", patience.pauses());
          json.writeNumberField("cameEarly", patience.early());
          json.writeNumberField("earliestMillis", patience.earliestMillis());
          json.writeEndObject();
          json.writeObjectFieldStart("process");
          number(json, "cpuSeconds", process.cpu().toMillis() / 1e3);
          json.writeNumberField("residentKilobytes", process.residentKilobytes());
          number(
              json,
              "residentKilobytesPerPhone",
              (double) process.residentKilobytes() / fleet.settings().phones());
          json.writeNumberField("threads", Thread.activeCount());
          json.writeEndObject();
          json.writeObjectFieldStart("errors");
          for (Map.Entry<String, Long> error : fleet.tally().errors().entrySet()) {
            json.writeNumberField(error.getKey(), error.getValue());
          }
          json.writeEndObject();
        });
  }

  private static void standing(
      JsonGenerator json, String event, Fleet fleet, Fleet.Standing standing) throws IOException {
    json.writeStringField("event", event);
    json.writeNumberField("phones", fleet.settings().phones());
    number(json, "seconds", standing.seconds());
    json.writeNumberField("registered", standing.registered());
    json.writeNumberField("reachable", standing.reachable());
    json.writeNumberField("upToDate", standing.upToDate());
    json.writeNumberField("reregistrations", standing.again());
    json.writeObjectFieldStart("calls");
    json.writeNumberField("made", fleet.tally().callsMade());
    json.writeNumberField("answered", fleet.tally().callsAnswered());
    json.writeEndObject();
  }

  /** Which phones cannot be called, and what led there; a few of them are enough to see why. */
  private static void unreachable(JsonGenerator json, Fleet fleet) throws IOException {
    json.writeArrayFieldStart("unreachable");
    for (FleetPhone phone : fleet.unreachable(MOST_EXPLAINED)) {
      json.writeStartObject();
      json.writeStringField("number", phone.number());
      json.writeArrayFieldStart("timeline");
      for (TimelineEntry entry : phone.latest(MOST_ENTRIES)) {
        json.writeStartObject();
        json.writeNumberField("at", entry.at().toEpochMilli());
        json.writeStringField("from", entry.from());
        json.writeStringField("to", entry.to());
        json.writeStringField("cause", entry.cause());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void percentiles(JsonGenerator json, List<Double> sorted) throws IOException {
    json.writeObjectFieldStart("registrationMillis");
    for (double percentile : PERCENTILES) {
      if (!sorted.isEmpty()) {
        int rank = (int) Math.ceil(percentile / 100 * sorted.size());
        number(json, "p" + (int) percentile, sorted.get(Math.max(1, rank) - 1));
      }
    }
    json.writeEndObject();
  }

  /** Three decimals are enough for people and for what is measured. */
  private static void number(JsonGenerator json, String name, double value) throws IOException {
    json.writeNumberField(name, Math.round(value * 1000) / 1000.0);
  }

  private interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  private static String write(Members members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}

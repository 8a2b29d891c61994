// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The events of a program that prints one JSON object a line. Anything else on a line is wrong. */
public final class EventLog {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunningProgram program;
  private final List<Event> events = new ArrayList<>();

  EventLog(RunningProgram program) {
    this.program = program;
  }

  /** All events so far. */
  public List<Event> all() {
    return from(0);
  }

  /** All events so far but the first so many. */
  public synchronized List<Event> from(int mark) {
    for (String line : program.linesFrom(events.size())) {
      events.add(parse(events.size(), line));
    }
    return List.copyOf(events.subList(Math.min(mark, events.size()), events.size()));
  }

  private Event parse(int index, String line) {
    try {
      JsonNode body = JSON.readTree(line);
      if (!body.path("event").isTextual() || !body.path("at").isNumber()) {
        throw new AssertionError(program.report("printed no event in line " + index + ": " + line));
      }
      return new Event(index, body.path("at").asDouble(), body.path("event").asText(), body);
    } catch (JsonProcessingException e) {
      throw new AssertionError(program.report("printed no JSON in line " + index + ": " + line), e);
    }
  }

  /** How many there are: the events after this moment have at least this index. */
  public synchronized int mark() {
    from(Integer.MAX_VALUE);
    return events.size();
  }

  /** The events of this name. */
  public List<Event> named(String name) {
    return all().stream().filter(event -> event.name().equals(name)).toList();
  }

  /** The first event from {@code mark} on for which this holds, if it is there already. */
  public Optional<Event> find(int mark, Predicate<Event> wanted) {
    return from(mark).stream().filter(wanted).findFirst();
  }

  /** The same, waiting for it at most so long. */
  public Event await(int mark, Predicate<Event> wanted, Duration patience, String what) {
    try {
      Awaitility.await()
          .atMost(patience)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> find(mark, wanted).isPresent() || !program.alive());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(program.report("had no '" + what + "' within " + patience), e);
    }
    return Awaitility.await()
        .atMost(Duration.ofSeconds(1))
        .pollDelay(Duration.ZERO)
        .until(() -> find(mark, wanted), Optional::isPresent)
        .orElseThrow();
  }

  /** The first event of that name from {@code mark} on, waiting for it at most so long. */
  public Event await(int mark, String name, Duration patience) {
    return await(mark, event -> event.name().equals(name), patience, name);
  }

  /** The first event of that name, waiting for it at most so long. */
  public Event await(String name, Duration patience) {
    return await(0, name, patience);
  }
}

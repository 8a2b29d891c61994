// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What is read is written so that it reads the same; no value's parser throws but a refusal. Runs
 * the stored inputs as tests; with JAZZER_FUZZ=1 it looks for new ones.
 */
final class MgcpFuzzTest {
  private static final MgcpReader READER = new MgcpReader(MgcpLimits.defaults());

  private interface Parser {
    Object parse(String text) throws Refusal;
  }

  private static final List<Parser> PARSERS =
      List.of(
          RequestedEvent::parseList,
          NamedEvent::parseList,
          ConnectionOptions::parse,
          ConnectionStatistics::parse,
          QuarantineHandling::parse,
          TransactionRanges::parse,
          ReasonCode::parse,
          RestartMethod::parse,
          ConnectionMode::parse,
          NotifiedEntity::parse,
          EndpointName::parse);

  @FuzzTest(maxDuration = "60s")
  void readsOrRefuses(byte[] data) {
    List<MgcpMessage> messages = new ArrayList<>();
    for (MgcpInput input : READER.read(ByteBuffer.wrap(data))) {
      if (input instanceof MgcpMessage message) {
        messages.add(message);
      }
    }
    for (MgcpMessage message : messages) {
      if (!READER.read(ByteBuffer.wrap(message.bytes())).equals(List.of(message))) {
        throw new IllegalStateException("read otherwise: " + message.text());
      }
      for (Parameter parameter : message.parameters()) {
        parse(parameter.value());
      }
    }
  }

  private static void parse(String value) {
    for (Parser parser : PARSERS) {
      try {
        Object parsed = parser.parse(value);
        if (parsed instanceof List<?> list && !list.isEmpty()) {
          sameAgain(parser, list);
        }
      } catch (Refusal refusal) {
        if (refusal.code() < 400) {
          throw new IllegalStateException("no refusal", refusal);
        }
      }
    }
  }

  private static void sameAgain(Parser parser, List<?> list) throws Refusal {
    List<String> texts = new ArrayList<>();
    for (Object one : list) {
      texts.add(one.toString());
    }
    if (!parser.parse(String.join(",", texts)).equals(list)) {
      throw new IllegalStateException("parsed otherwise: " + texts);
    }
  }
}

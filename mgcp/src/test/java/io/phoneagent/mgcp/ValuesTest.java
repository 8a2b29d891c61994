// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ValuesTest {
  private static int refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable parse) {
    Refusal refusal = catchThrowableOfType(Refusal.class, parse);
    assertThat(refusal).isNotNull();
    return refusal.code();
  }

  @Test
  void readsRequestedEvents() throws Refusal {
    List<RequestedEvent> events =
        RequestedEvent.parseList("L/hu(N), L/hf(A,K) , D/[0-9#*T](D),hd,R/ma@$(N)(x,y=\"a,b\")");
    assertThat(events).hasSize(5);
    assertThat(events.get(0)).isEqualTo(RequestedEvent.notify(EventName.of("L", "hu")));
    assertThat(events.get(1).actions())
        .isEqualTo(Set.of(EventAction.ACCUMULATE, EventAction.KEEP_SIGNALS));
    assertThat(events.get(2).actions()).isEqualTo(Set.of(EventAction.DIGIT_MAP));
    assertThat(events.get(3).name())
        .isEqualTo(new EventName(Optional.empty(), "hd", Optional.empty()));
    assertThat(events.get(3).actions()).isEqualTo(Set.of(EventAction.NOTIFY));
    assertThat(events.get(4).name().connection()).contains("$");
    assertThat(events.get(4).parameters()).containsExactly("x", "y=\"a,b\"");
  }

  @Test
  void readsAnEmbeddedRequest() throws Refusal {
    RequestedEvent event =
        RequestedEvent.parseList(
                "L/hd(A, E(S(L/dl),R(L/oc, L/hu, D/[0-9#*T](D)),D((0T|00T|[1-7]xxx|9011x.T))))")
            .get(0);
    EmbeddedRequest embedded = event.embedded().orElseThrow();
    assertThat(embedded.signals()).containsExactly(NamedEvent.of(EventName.of("L", "dl")));
    assertThat(embedded.events()).hasSize(3);
    assertThat(embedded.digitMap()).contains("(0T|00T|[1-7]xxx|9011x.T)");
    assertThat(RequestedEvent.parseList(event.toString())).containsExactly(event);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          L/hd(N | 510
          L/hd N) | 510
          L/hd(N]) | 510
          L/hd(N),,L/hu | 510
          L/hd(N)(a)(b) | 510
          L/hd(N)x | 510
          L/(N) | 510
          /hd | 510
          L/hd@xyz(N) | 510
          L/hd(Z) | 523
          L/hd(N,A) | 523
          L/hd(N,N) | 523
          L/hd(I,S) | 523
          D/1(D,E(S(L/dl))) | 523
          L/hd(E) | 523
          L/hd(N(x)) | 523
          L/hd(E(R(L/hu(E(S(L/dl)))))) | 523
          L/hd(E(X(L/hu))) | 510
          L/hd(E(S(L/dl),S(L/ro))) | 510
          D/[0-9 | 510
          D/[] | 510
          "L/hd | 510
          """)
  void aBadRequestHasItsCode(String text, int code) {
    assertThat(refused(() -> RequestedEvent.parseList(text))).isEqualTo(code);
  }

  /** The table of RFC 3435, section 2.3.3. */
  @ParameterizedTest
  @CsvSource({
    "N,A,no", "N,D,no", "N,S,yes", "N,I,no", "N,K,yes", "N,E,yes", "A,D,no", "A,S,yes", "A,I,no",
    "A,K,yes", "A,E,yes", "D,S,no", "D,I,no", "D,K,yes", "D,E,no", "S,I,no", "S,K,yes", "S,E,no",
    "I,K,yes", "I,E,no", "K,E,yes"
  })
  void actionsGoTogether(String one, String other, String together) throws Refusal {
    EventAction first = EventAction.of(one);
    EventAction second = EventAction.of(other);
    assertThat(first.goesWith(second)).isEqualTo(together.equals("yes"));
    assertThat(second.goesWith(first)).isEqualTo(together.equals("yes"));
  }

  @Test
  void bracketsInBracketsAreBounded() {
    String deep = "L/rg" + "(".repeat(2_000) + ")".repeat(2_000);
    assertThat(refused(() -> NamedEvent.parseList(deep))).isEqualTo(510);
    String many = "L/hu,".repeat(200) + "L/hu";
    assertThat(refused(() -> NamedEvent.parseList(many))).isEqualTo(510);
    assertThat(refused(() -> RequestedEvent.parseList(many))).isEqualTo(510);
  }

  @Test
  void readsSignals() throws Refusal {
    List<NamedEvent> signals =
        NamedEvent.parseList(
            "L/rg, L/ci(10/14/17/26, \"555 1212\", \"John \"\"J\"\" Doe, \"),L/dl(to=4000),L/vmwi(+)");
    assertThat(signals.get(1).parameters())
        .containsExactly("10/14/17/26", "\"555 1212\"", "\"John \"\"J\"\" Doe, \"");
    assertThat(Text.unquoted(signals.get(1).parameters().get(2))).isEqualTo("John \"J\" Doe, ");
    assertThat(signals.get(2).parameter("to")).contains("4000");
    assertThat(signals.get(3).parameters()).containsExactly("+");
    assertThat(NamedEvent.parse("L/dl(TO(4000))").parameter("to")).contains("4000");
    assertThat(NamedEvent.parseList("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "D/[0-9#*T], D/5, true",
    "D/[0-9#*T], D/#, true",
    "D/[0-9#*T], D/T, true",
    "D/[0-9#*T], D/A, false",
    "D/x, D/7, true",
    "D/x, D/#, false",
    "L/all, L/hd, true",
    "L/*, L/hd, true",
    "L/all, G/ft, false",
    "*/hd, L/hd, true",
    "*/all, G/ft, true",
    "D/*, D/*, true",
    "D/*, D/5, false",
    "R/ma@*, R/ma@1F, true",
    "R/ma@1f, R/ma@1F, true",
    "R/ma, R/ma@1F, false",
    "R/ma@2, R/ma@1F, false",
    "L/hd, L/HD, true"
  })
  void rangesCoverEvents(String range, String event, boolean covers) throws Refusal {
    assertThat(EventName.parse(range).covers(EventName.parse(event))).isEqualTo(covers);
  }

  @Test
  void readsConnectionOptions() throws Refusal {
    ConnectionOptions options =
        ConnectionOptions.parse("p:10-30, a:pcmu;G729, e:off,s:on, t:A2, x-v:1, nt:IN");
    assertThat(options.packetization()).isEqualTo(30);
    assertThat(options.algorithms()).containsExactly("PCMU", "G729");
    assertThat(options.echoCancellation()).isFalse();
    assertThat(options.silenceSuppression()).isTrue();
    assertThat(options.typeOfService()).contains("A2");
    assertThat(options.value("x-v")).contains("1");
    assertThat(options).hasToString("p:10-30, a:pcmu;G729, e:off, s:on, t:A2, x-v:1, nt:IN");
    assertThat(ConnectionOptions.parse("a:G729").over(options).toString())
        .isEqualTo("a:G729, p:10-30, e:off, s:on, t:A2, x-v:1, nt:IN");
    assertThat(ConnectionOptions.none().packetization()).isEqualTo(-1);
    assertThat(ConnectionOptions.none().echoCancellation()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"p, 510", "zz:1, 525", "p:0, 535", "p:30-10, 535", "p:x, 535", "e:maybe, 532"})
  void aBadOptionHasItsCode(String text, int code) {
    assertThat(refused(() -> ConnectionOptions.parse(text))).isEqualTo(code);
  }

  @Test
  void anOptionTwiceIsInconsistent() {
    assertThat(refused(() -> ConnectionOptions.parse("p:10,P:20"))).isEqualTo(524);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          step | false | false
          loop | true | false
          process, LOOP | true | false
          discard | false | true
          loop,discard | true | true
          """)
  void readsQuarantineHandling(String text, boolean loop, boolean discard) throws Refusal {
    QuarantineHandling read = QuarantineHandling.parse(text);
    assertThat(read).isEqualTo(new QuarantineHandling(loop, discard));
    assertThat(QuarantineHandling.parse(read.toString())).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "step,loop", "process,discard", "step,step"})
  void refusesOtherQuarantines(String text) {
    assertThat(refused(() -> QuarantineHandling.parse(text))).isEqualTo(508);
  }

  @Test
  void readsTransactionRanges() throws Refusal {
    TransactionRanges ranges = TransactionRanges.parse("6234-6255, 6257, 19030-19044");
    assertThat(ranges.contains(6234)).isTrue();
    assertThat(ranges.contains(6255)).isTrue();
    assertThat(ranges.contains(6256)).isFalse();
    assertThat(ranges.contains(6257)).isTrue();
    assertThat(ranges).hasToString("6234-6255, 6257, 19030-19044");
    assertThat(refused(() -> TransactionRanges.parse("9-1"))).isEqualTo(510);
    assertThat(refused(() -> TransactionRanges.parse("0"))).isEqualTo(510);
    assertThat(refused(() -> TransactionRanges.parse("1,".repeat(65) + "1"))).isEqualTo(510);
  }

  @Test
  void readsStatistics() throws Refusal {
    String text = "PS=1245, OS=62345, PR=780, OR=45123, PL=10, JI=27, LA=48";
    ConnectionStatistics statistics = ConnectionStatistics.parse(text);
    assertThat(statistics).isEqualTo(new ConnectionStatistics(1245, 62345, 780, 45123, 10, 27, 48));
    assertThat(statistics).hasToString(text);
    assertThat(ConnectionStatistics.parse("XYZ/rr=1, PS=2").packetsSent()).isEqualTo(2);
    assertThat(refused(() -> ConnectionStatistics.parse("PS=-1"))).isEqualTo(510);
  }

  @ParameterizedTest
  @CsvSource({
    "ca@ca1.example.net:5678, ca, ca1.example.net, 5678",
    "ca1.example.net, '', ca1.example.net, 2727",
    "x@[192.0.2.1], x, [192.0.2.1], 2727",
    "[2001:db8::1]:2427, '', [2001:db8::1], 2427"
  })
  void readsNotifiedEntities(String text, String local, String domain, int port) {
    assertThat(NotifiedEntity.parse(text)).contains(new NotifiedEntity(local, domain, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@ca", "ca@", "ca:0", "ca:70000", "ca:x", "a b@ca", "[::1", "ca:"})
  void refusesOtherEntities(String text) {
    assertThat(NotifiedEntity.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "*@gw, aaln/1@gw, true", "aaln/*@gw, aaln/1@gw, true", "AALN/*@GW, aaln/1@gw, true",
    "aaln/1@gw, aaln/1@gw, true", "aaln/1@gw, aaln/2@gw, false", "aaln/*@gw, ds/1@gw, false",
    "*@other, aaln/1@gw, false", "aaln@gw, aaln/1@gw, false", "*/1@gw, aaln/1@gw, true",
    "*/2@gw, aaln/1@gw, false", "aaln/1/1@gw, aaln/1@gw, false", "$@gw, aaln/1@gw, true"
  })
  void wildcardsCoverEndpoints(String wildcard, String specific, boolean covers) {
    EndpointName name = EndpointName.parse(wildcard).orElseThrow();
    assertThat(name.covers(EndpointName.parse(specific).orElseThrow())).isEqualTo(covers);
  }

  @Test
  void readsReasonsMethodsAndModes() throws Refusal {
    assertThat(ReasonCode.parse("900 - Hardware error"))
        .isEqualTo(new ReasonCode(900, "- Hardware error"));
    assertThat(ReasonCode.parse("007")).hasToString("007");
    assertThat(refused(() -> ReasonCode.parse("9000"))).isEqualTo(510);
    for (RestartMethod method : RestartMethod.values()) {
      assertThat(RestartMethod.parse(method.text().toUpperCase(java.util.Locale.ROOT)))
          .isEqualTo(method);
    }
    assertThat(refused(() -> RestartMethod.parse("later"))).isEqualTo(536);
    for (ConnectionMode mode : ConnectionMode.values()) {
      assertThat(ConnectionMode.parse(mode.text())).isEqualTo(mode);
    }
    assertThat(refused(() -> ConnectionMode.parse("sometimes"))).isEqualTo(517);
    assertThatThrownBy(() -> ConnectionMode.parse("\r\n")).hasMessage("unknown mode ??");
  }
}

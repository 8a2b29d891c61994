// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.testkit.VirtualTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every state with every event: where it leads, what goes out and what is told. */
final class TransactionTableTest {
  private final VirtualTime time = new VirtualTime();
  private final Wire wire = new Wire(time);
  private final Recorder user = new Recorder();
  private final SipTransactions transactions =
      new SipTransactions(time, wire, SipTimings.defaults(), SipTokens.from(new Random(1)), user);

  private static SipRequest request(String method) {
    return Wire.plain(SipMethod.of(method), "z9hG4bK-table").build();
  }

  private static String joined(List<String> all) {
    return all.isEmpty() ? "-" : String.join(" ", all);
  }

  @ParameterizedTest
  @CsvSource({
    // method, what came before, event, next state, sent, told
    "INVITE, '', 180, PROCEEDING, -, 180 b",
    "INVITE, '', 200, ACCEPTED, -, 200 b",
    "INVITE, '', 486, COMPLETED, ACK, 486 b",
    "INVITE, '', cancel, CALLING, -, -",
    "INVITE, '', redirect, CALLING, INVITE, -",
    "INVITE, '', broken, TERMINATED, -, failure 503",
    "INVITE, 180, 183, PROCEEDING, -, 183 b",
    "INVITE, 180, 200, ACCEPTED, -, 200 b",
    "INVITE, 180, 603, COMPLETED, ACK, 603 b",
    "INVITE, 180, cancel, PROCEEDING, CANCEL, -",
    "INVITE, 180, redirect, PROCEEDING, INVITE, -",
    "INVITE, 180, broken, TERMINATED, -, failure 503",
    "INVITE, 200, 180, ACCEPTED, -, -",
    "INVITE, 200, 200, ACCEPTED, -, 200 b",
    "INVITE, 200, 486, ACCEPTED, -, -",
    "INVITE, 200, cancel, ACCEPTED, -, -",
    "INVITE, 200, redirect, ACCEPTED, -, -",
    "INVITE, 200, broken, ACCEPTED, -, -",
    "INVITE, 486, 180, COMPLETED, -, -",
    "INVITE, 486, 200, COMPLETED, -, -",
    "INVITE, 486, 486, COMPLETED, ACK, -",
    "INVITE, 486, cancel, COMPLETED, -, -",
    "INVITE, 486, redirect, COMPLETED, ACK, -",
    "INVITE, 486, broken, COMPLETED, -, -",
    "BYE, '', 100, PROCEEDING, -, 100 b",
    "BYE, '', 200, COMPLETED, -, 200 b",
    "BYE, '', 481, COMPLETED, -, 481 b",
    "BYE, '', cancel, TRYING, -, -",
    "BYE, '', redirect, TRYING, BYE, -",
    "BYE, '', broken, TERMINATED, -, failure 503",
    "BYE, 100, 100, PROCEEDING, -, 100 b",
    "BYE, 100, 200, COMPLETED, -, 200 b",
    "BYE, 100, 500, COMPLETED, -, 500 b",
    "BYE, 100, cancel, PROCEEDING, -, -",
    "BYE, 100, redirect, PROCEEDING, BYE, -",
    "BYE, 100, broken, TERMINATED, -, failure 503",
    "BYE, 200, 100, COMPLETED, -, -",
    "BYE, 200, 200, COMPLETED, -, -",
    "BYE, 200, 500, COMPLETED, -, -",
    "BYE, 200, cancel, COMPLETED, -, -",
    "BYE, 200, redirect, COMPLETED, -, -",
    "BYE, 200, broken, COMPLETED, -, -",
  })
  void client(
      String method, String before, String event, TransactionState next, String sent, String told) {
    ClientTransaction transaction = transactions.send(request(method), Wire.BOB, user);
    if (!before.isEmpty()) {
      clientEvent(transaction, before);
    }
    wire.take();
    user.take();
    clientEvent(transaction, event);
    assertThat(transaction.state()).isEqualTo(next);
    assertThat(joined(wire.takeNames())).isEqualTo(sent);
    assertThat(joined(user.take())).isEqualTo(told);
  }

  private void clientEvent(ClientTransaction transaction, String event) {
    switch (event) {
      case "cancel" -> transaction.cancel();
      case "redirect" -> transaction.redirect(Wire.CAROL);
      case "broken" -> transactions.transportFailed(Wire.BOB);
      default ->
          transactions.receive(
              Wire.answer(transaction.request(), Integer.parseInt(event), "b"), Wire.BOB);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INVITE, '', again, PROCEEDING, 100, -",
    "INVITE, '', 180, PROCEEDING, 180, -",
    "INVITE, '', 200, ACCEPTED, 200, -",
    "INVITE, '', 486, COMPLETED, 486, -",
    "INVITE, '', ack, PROCEEDING, -, ack",
    "INVITE, '', cancel, COMPLETED, 200 487, cancel",
    "INVITE, '', redirect, PROCEEDING, -, -",
    "INVITE, 180, again, PROCEEDING, 180, -",
    "INVITE, 180, 183, PROCEEDING, 183, -",
    "INVITE, 180, 200, ACCEPTED, 200, -",
    "INVITE, 180, 486, COMPLETED, 486, -",
    "INVITE, 180, ack, PROCEEDING, -, ack",
    "INVITE, 180, cancel, COMPLETED, 200 487, cancel",
    "INVITE, 180, redirect, PROCEEDING, 180, -",
    "INVITE, 200, again, ACCEPTED, -, -",
    "INVITE, 200, 180, ACCEPTED, -, -",
    "INVITE, 200, 200, ACCEPTED, 200, -",
    "INVITE, 200, 486, ACCEPTED, -, -",
    "INVITE, 200, ack, ACCEPTED, -, ack",
    "INVITE, 200, cancel, ACCEPTED, 200, -",
    "INVITE, 200, redirect, ACCEPTED, 200, -",
    "INVITE, 486, again, COMPLETED, 486, -",
    "INVITE, 486, 180, COMPLETED, -, -",
    "INVITE, 486, 200, COMPLETED, -, -",
    "INVITE, 486, ack, CONFIRMED, -, -",
    "INVITE, 486, cancel, COMPLETED, 200, -",
    "INVITE, 486, redirect, COMPLETED, 486, -",
    "BYE, '', again, TRYING, -, -",
    "BYE, '', 100, PROCEEDING, 100, -",
    "BYE, '', 200, COMPLETED, 200, -",
    "BYE, '', redirect, TRYING, -, -",
    "BYE, 100, again, PROCEEDING, 100, -",
    "BYE, 100, 200, COMPLETED, 200, -",
    "BYE, 100, redirect, PROCEEDING, 100, -",
    "BYE, 200, again, COMPLETED, 200, -",
    "BYE, 200, 100, COMPLETED, -, -",
    "BYE, 200, 500, COMPLETED, -, -",
    "BYE, 200, redirect, COMPLETED, 200, -",
  })
  void server(
      String method, String before, String event, TransactionState next, String sent, String told) {
    transactions.receive(request(method), Wire.ALICE);
    ServerTransaction transaction = user.requests.get(0);
    if (!before.isEmpty()) {
      serverEvent(transaction, before);
    }
    wire.take();
    user.take();
    serverEvent(transaction, event);
    assertThat(transaction.state()).isEqualTo(next);
    assertThat(joined(wire.takeNames())).isEqualTo(sent);
    assertThat(joined(user.take())).isEqualTo(told);
  }

  private void serverEvent(ServerTransaction transaction, String event) {
    SipRequest request = transaction.request();
    switch (event) {
      case "again" -> transactions.receive(request, Wire.ALICE);
      case "ack" -> transactions.receive(sibling(request, SipMethod.ACK), Wire.ALICE);
      case "cancel" -> transactions.receive(sibling(request, SipMethod.CANCEL), Wire.ALICE);
      case "redirect" -> transaction.redirect(Wire.CAROL);
      default -> transaction.respond(Integer.parseInt(event));
    }
  }

  private static SipRequest sibling(SipRequest invite, SipMethod method) {
    return invite.toBuilder()
        .method(method)
        .set(HeaderName.CSEQ, new CSeq(1, method).toString())
        .build();
  }
}

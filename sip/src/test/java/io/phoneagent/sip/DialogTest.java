// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DialogTest {
  private final SipRequest invite =
      Wire.plain(SipMethod.INVITE, "z9hG4bK1")
          .add(HeaderName.RECORD_ROUTE, "<sip:p2.example;lr>, <sip:p1.example;lr>")
          .build();

  private SipResponse response(int status, String routes) {
    return invite
        .respond(status)
        .remove(HeaderName.RECORD_ROUTE)
        .toTag("b")
        .add(HeaderName.RECORD_ROUTE, routes)
        .add(HeaderName.CONTACT, "<sip:bob@10.0.0.2:5070>")
        .build();
  }

  @Test
  void addressesTheAskersRequests() {
    Dialog dialog =
        Dialog.ofAsker(invite, response(200, "<sip:p2.example;lr>, <sip:p1.example;lr>"))
            .orElseThrow();
    SipRequest bye =
        dialog
            .request(SipMethod.BYE)
            .addFirst(HeaderName.VIA, "SIP/2.0/UDP a;branch=z9hG4bK2")
            .build();
    assertThat(bye.uriText()).isEqualTo("sip:bob@10.0.0.2:5070");
    assertThat(bye.routes())
        .extracting(route -> route.uri().text())
        .containsExactly("sip:p1.example;lr", "sip:p2.example;lr");
    assertThat(bye.fromTag()).isEqualTo("a1");
    assertThat(bye.toTag()).isEqualTo("b");
    assertThat(bye.cseq()).isEqualTo(new CSeq(2, SipMethod.BYE));
    assertThat(bye.maxForwards()).hasValue(70);
    SipRequest ack =
        dialog.ack(1).addFirst(HeaderName.VIA, "SIP/2.0/UDP a;branch=z9hG4bK3").build();
    assertThat(ack.cseq()).isEqualTo(new CSeq(1, SipMethod.ACK));
    assertThat(dialog.localSequence()).isEqualTo(2);
  }

  @Test
  void addressesTheAnswerersRequests() {
    Dialog dialog = Dialog.ofAnswerer(invite, "b");
    SipRequest info =
        dialog
            .request(SipMethod.INFO)
            .addFirst(HeaderName.VIA, "SIP/2.0/UDP b;branch=z9hG4bK2")
            .build();
    assertThat(info.uriText()).isEqualTo("sip:alice@192.0.2.1:5060");
    assertThat(info.routes())
        .extracting(route -> route.uri().text())
        .containsExactly("sip:p2.example;lr", "sip:p1.example;lr");
    assertThat(info.fromTag()).isEqualTo("b");
    assertThat(info.toTag()).isEqualTo("a1");
    assertThat(info.cseq()).isEqualTo(new CSeq(1, SipMethod.INFO));
  }

  @Test
  void putsAStrictRouterInThePlaceOfTheTarget() {
    Dialog dialog =
        Dialog.ofAsker(invite, response(200, "<sip:last.example;lr>, <sip:strict.example>"))
            .orElseThrow();
    SipRequest bye =
        dialog
            .request(SipMethod.BYE)
            .addFirst(HeaderName.VIA, "SIP/2.0/UDP a;branch=z9hG4bK2")
            .build();
    assertThat(bye.uriText()).isEqualTo("sip:strict.example");
    assertThat(bye.routes())
        .extracting(route -> route.uri().text())
        .containsExactly("sip:last.example;lr", "sip:bob@10.0.0.2:5070");
  }

  @Test
  void isMadeOnlyByResponsesThatMakeDialogs() {
    assertThat(Dialog.ofAsker(invite, invite.respond(100).toTag("x").build())).isEmpty();
    assertThat(Dialog.ofAsker(invite, invite.respond(180).build())).isEmpty();
    assertThat(Dialog.ofAsker(invite, invite.respond(486).toTag("x").build())).isEmpty();
    Dialog early = Dialog.ofAsker(invite, response(180, "<sip:old;lr>")).orElseThrow();
    early.confirm(response(200, "<sip:new;lr>"));
    assertThat(early.routes()).extracting(r -> r.uri().text()).containsExactly("sip:new;lr");
  }

  @Test
  void recognisesItsRequestsAndTheirOrder() {
    Dialog dialog = Dialog.ofAnswerer(invite, "b");
    SipRequest second =
        Wire.plain(SipMethod.INFO, "z9hG4bK2")
            .set(HeaderName.TO, "<sip:bob@192.0.2.2>;tag=b")
            .set(HeaderName.CSEQ, "5 INFO")
            .build();
    assertThat(Dialog.Id.ofIncoming(second)).isEqualTo(dialog.id());
    assertThat(dialog.accept(second)).isTrue();
    SipRequest older = second.toBuilder().set(HeaderName.CSEQ, "4 INFO").build();
    assertThat(dialog.accept(older)).isFalse();
    assertThat(dialog.accept(second)).isTrue();
  }

  @Test
  void followsTheTarget() {
    Dialog dialog = Dialog.ofAnswerer(invite, "b");
    dialog.refreshTarget(
        invite.toBuilder().set(HeaderName.CONTACT, "<sip:alice@203.0.113.5>").build());
    assertThat(dialog.remoteTarget().text()).isEqualTo("sip:alice@203.0.113.5");
    dialog.refreshTarget(invite.toBuilder().remove(HeaderName.CONTACT).build());
    assertThat(dialog.remoteTarget().text()).isEqualTo("sip:alice@203.0.113.5");
  }
}

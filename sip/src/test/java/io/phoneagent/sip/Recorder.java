// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.ArrayList;
import java.util.List;

/** A transaction user that writes down what it is told. */
final class Recorder implements TransactionUser, ClientTransaction.Listener {
  final List<String> events = new ArrayList<>();
  final List<ServerTransaction> requests = new ArrayList<>();

  @Override
  public void onRequest(ServerTransaction transaction, SipRequest request) {
    requests.add(transaction);
    events.add("request " + request.method());
  }

  @Override
  public void onCancel(ServerTransaction invite, SipRequest cancel) {
    events.add("cancel");
    invite.respond(487);
  }

  @Override
  public void onAck(SipRequest ack, SipPeer from) {
    events.add("ack");
  }

  @Override
  public void onStrayResponse(SipResponse response, SipPeer from) {
    events.add("stray " + response.status());
  }

  @Override
  public void onResponseLost(ServerTransaction transaction, String reason) {
    events.add("lost " + reason);
  }

  @Override
  public void onMalformed(Malformed malformed, SipPeer from) {
    events.add("malformed " + malformed.statusCode());
  }

  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {
    events.add(response.status() + " " + response.toTag());
  }

  @Override
  public void onFailure(ClientTransaction transaction, ClientTransaction.Failure failure) {
    events.add("failure " + failure.status());
  }

  List<String> take() {
    List<String> all = new ArrayList<>(events);
    events.clear();
    return all;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.CallTarget;
import io.phoneagent.Line;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.sip.SipUri;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The calls of a line that is registered with a SIP registrar, whose server they go to. */
final class RegistrarSide implements CallSide {
  private final Line line;
  private final ConnectionBeside beside;
  private final DigestAccount account;

  RegistrarSide(Line line, SipTokens tokens, ConnectionBeside beside) {
    this.line = line;
    this.beside = beside;
    this.account = new DigestAccount(line.authenticationName(), line.secret(), tokens);
  }

  @Override
  public void send(ByteBuffer message, SipPeer to) throws IOException {
    SipFlow.send(message, to);
  }

  @Override
  public Optional<SipPeer> overConnection(SipPeer to) {
    return beside.to(SipFlow.portOf(to));
  }

  @Override
  public void overtaken(SipPeer connection) {
    beside.overtaken(SipFlow.portOf(connection));
  }

  @Override
  public SipUri contact(SipPeer to) {
    return SipFlow.contactOf(line, to);
  }

  @Override
  public NameAddr self(SipPeer to) {
    return NameAddr.of(SipFlow.recordOf(line, SipFlow.portOf(to).target()));
  }

  @Override
  public SipUri target(CallTarget target, SipPeer to) {
    SipUri domain = SipFlow.domainOf(SipFlow.portOf(to).target());
    String number = target.number().e164();
    return target
        .uniqueAddress()
        .map(address -> SipUri.of(number, SipPort.hostOf(address)))
        .orElseGet(
            () ->
                domain.port().isPresent()
                    ? SipUri.of(number, domain.host(), domain.port().getAsInt())
                    : SipUri.of(number, domain.host()));
  }

  @Override
  public RequestCredentials credentials() {
    return account;
  }

  /** As it is: where media comes from is the server's to see. */
  @Override
  public byte[] described(byte[] sdp) {
    return sdp;
  }
}

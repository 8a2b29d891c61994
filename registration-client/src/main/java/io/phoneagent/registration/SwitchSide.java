// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.CallTarget;
import io.phoneagent.Endpoint;
import io.phoneagent.Line;
import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.Uri;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;

/** The calls of a line that is registered with a DNS switch, which go over its flow. */
final class SwitchSide implements CallSide {
  private static final String REALM = "phoneagent";

  private final Line line;
  private final LineFlow flow;
  private final DigestAccount account;
  private Optional<InetAddress> unique = Optional.empty();

  SwitchSide(Line line, LineFlow flow, SipTokens tokens) {
    this.line = line;
    this.flow = flow;
    this.account =
        new DigestAccount(
            line.number().e164(),
            line.secret(),
            tokens,
            c -> c.realm().equals(REALM) && c.algorithm() == DigestAlgorithm.SHA_256);
  }

  /** The switch has granted this. */
  void assigned(Grant grant) {
    account.learn(DigestChallenge.of(REALM, grant.flowKey().nonce(), DigestAlgorithm.SHA_256));
    unique = grant.assignment().uniqueAddress();
  }

  @Override
  public void send(ByteBuffer message, SipPeer to) {
    flow.send(message);
  }

  @Override
  public SipUri contact(SipPeer to) {
    Endpoint local = flow.local().orElseThrow(() -> new IllegalStateException("no flow is open"));
    InetAddress address = unique.orElse(local.address());
    return SipUri.of(line.number().e164(), address.getHostAddress(), local.port());
  }

  @Override
  public NameAddr self(SipPeer to) {
    return NameAddr.of(SipUri.of(line.number().e164(), to.host()));
  }

  @Override
  public SipUri target(CallTarget target, SipPeer to) {
    String number = target.user();
    return target
        .uniqueAddress()
        .map(address -> SipUri.of(number, address.getHostAddress()))
        .orElseGet(() -> SipUri.of(number, to.host(), to.port()));
  }

  @Override
  public Function<SipPeer, SipUri> transferTarget(String text) {
    PhoneNumber number = PhoneNumber.of(text);
    return through -> SipUri.of(number.e164(), through.host());
  }

  @Override
  public Uri otherEnd(NameAddr other, SipPeer through) {
    return SipUri.of(party(other, through), through.host());
  }

  @Override
  public String party(NameAddr end, SipPeer through) {
    String number = end.uri() instanceof SipUri sip ? sip.number() : "";
    return number.isEmpty() ? end.uri().text() : number;
  }

  @Override
  public RequestCredentials credentials() {
    return account;
  }

  /** Under the phone's unique address, where it has one. */
  @Override
  public byte[] described(byte[] sdp) {
    if (!unique.isPresent()) {
      return sdp;
    }
    Optional<SessionDescription> read = SessionDescription.parse(sdp);
    return read.isPresent() ? read.get().at(unique.get().getHostAddress()).bytes() : sdp;
  }
}

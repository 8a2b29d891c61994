// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.CallTarget;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Line;
import io.phoneagent.PhoneNumber;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.RequestCredentials;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.Uri;
import io.phoneagent.spi.IpLiteral;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;

/** The calls of a line that is registered with a SIP registrar, whose server they go to. */
final class RegistrarSide implements CallSide {
  private final Line line;
  private final ConnectionBeside beside;
  private final CallCredentials credentials;

  RegistrarSide(Line line, CallCredentials credentials, ConnectionBeside beside) {
    this.line = line;
    this.beside = beside;
    this.credentials = credentials;
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

  /**
   * In the registrar's domain, where no other one is named; else the request names that one, and
   * goes to the registrar all the same, which knows what to do with it (RFC 3261, section 8.1.2).
   */
  @Override
  public SipUri target(CallTarget target, SipPeer to) {
    return uri(target, SipFlow.portOf(to).target());
  }

  static SipUri uri(CallTarget target, RegistrarTarget registrar) {
    SipUri domain = SipFlow.domainOf(registrar);
    SipUri named = target.host().map(host -> SipUri.of(target.user(), host)).orElse(domain);
    boolean own = named.host().equals(domain.host()) && !target.port().isPresent();
    return new SipUri(
        false,
        SipUri.of(target.user(), domain.host()).userInfo(),
        named.host(),
        own ? domain.port() : target.port(),
        "",
        "");
  }

  @Override
  public Function<SipPeer, SipUri> transferTarget(String text) {
    CallTarget target = CallTarget.of(text);
    return through -> target(target, through);
  }

  /** Its address of record, without what belonged to one request. */
  @Override
  public Uri otherEnd(NameAddr other, SipPeer through) {
    return other.uri() instanceof SipUri sip
        ? new SipUri(sip.secure(), sip.userInfo(), sip.host(), sip.port(), "", "")
        : other.uri();
  }

  /**
   * A number, or a user of the registrar's domain, alone; whoever is elsewhere by the whole
   * address. Many servers write their own address where their domain belongs.
   */
  @Override
  public String party(NameAddr end, SipPeer through) {
    Uri uri = end.uri();
    String user = uri.number();
    if (PhoneNumber.isE164(user)) {
      return user;
    }
    if (!(uri instanceof SipUri sip)) {
      return uri.text();
    }
    boolean here =
        sip.host().equals(SipFlow.domainOf(SipFlow.portOf(through).target()).host())
            || isAddress(sip.host());
    return here && isTyped(user) ? user : otherEnd(end, through).text();
  }

  private static boolean isAddress(String host) {
    return host.startsWith("[") || IpLiteral.parse(host).isPresent();
  }

  /** Whether somebody could have written it so, and would call the same one. */
  private static boolean isTyped(String user) {
    try {
      CallTarget target = CallTarget.of(user);
      return target.user().equals(user) && !target.host().isPresent();
    } catch (InvalidSettingException e) {
      return false;
    }
  }

  @Override
  public RequestCredentials credentials() {
    return credentials;
  }

  /** As it is: where media comes from is the server's to see. */
  @Override
  public byte[] described(byte[] sdp) {
    return sdp;
  }
}

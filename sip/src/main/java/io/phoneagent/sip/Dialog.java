// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The relation of two ends that an INVITE makes (RFC 3261 section 12): whose requests belong to it,
 * and how its own are addressed. Belongs to one thread.
 */
public final class Dialog {
  /**
   * What tells dialogs apart.
   *
   * @param callId the Call-ID
   * @param localTag this end's tag
   * @param remoteTag the other end's tag, "" from senders of RFC 2543
   */
  public record Id(String callId, String localTag, String remoteTag) {
    /** The dialog a request that comes in belongs to. */
    public static Id ofIncoming(SipRequest request) {
      return new Id(request.callId(), request.toTag(), request.fromTag());
    }
  }

  private final Id id;
  private final NameAddr local;
  private final NameAddr remote;
  private List<NameAddr> routes;
  private Uri target;
  private long localSequence;
  private long remoteSequence;

  private Dialog(
      Id id,
      NameAddr local,
      NameAddr remote,
      List<NameAddr> routes,
      Uri target,
      long localSequence,
      long remoteSequence) {
    this.id = id;
    this.local = local;
    this.remote = remote;
    this.routes = routes;
    this.target = target;
    this.localSequence = localSequence;
    this.remoteSequence = remoteSequence;
  }

  /**
   * The asker's side (section 12.1.2); empty if the response makes no dialog: 100, a refusal, no
   * tag.
   */
  public static Optional<Dialog> ofAsker(SipRequest invite, SipResponse response) {
    if (response.status() <= 100 || response.status() >= 300 || response.toTag().isEmpty()) {
      return Optional.empty();
    }
    Uri target = response.contact().map(NameAddr::uri).orElse(invite.uri());
    return Optional.of(
        new Dialog(
            new Id(invite.callId(), invite.fromTag(), response.toTag()),
            invite.from(),
            response.to(),
            reversed(response.recordRoutes()),
            target,
            invite.cseq().number(),
            -1));
  }

  /** The answerer's side (section 12.1.1). */
  public static Dialog ofAnswerer(SipRequest invite, String localTag) {
    Uri target = invite.contact().map(NameAddr::uri).orElse(invite.from().uri());
    NameAddr to = invite.to();
    return new Dialog(
        new Id(invite.callId(), localTag, invite.fromTag()),
        to.tag().isPresent() ? to : to.with("tag", localTag),
        invite.from(),
        invite.recordRoutes(),
        target,
        0,
        invite.cseq().number());
  }

  private static List<NameAddr> reversed(List<NameAddr> routes) {
    List<NameAddr> copy = new ArrayList<>(routes);
    Collections.reverse(copy);
    return copy;
  }

  /** What tells it from other dialogs. */
  public Id id() {
    return id;
  }

  /** Where its requests go in the end: the last Contact of the other end. */
  public Uri remoteTarget() {
    return target;
  }

  /** The proxies that its requests pass, in order (section 12.1). */
  public List<NameAddr> routes() {
    return Collections.unmodifiableList(routes);
  }

  /** The From of its requests, with this end's tag. */
  public NameAddr local() {
    return local;
  }

  /** The To of its requests, with the other end's tag. */
  public NameAddr remote() {
    return remote;
  }

  /** The number of the last request of this end. */
  public long localSequence() {
    return localSequence;
  }

  /**
   * The asker's 2xx: it may bring another route than the provisional response did (section
   * 13.2.2.4).
   */
  public void confirm(SipResponse success) {
    routes = reversed(success.recordRoutes());
    refreshTarget(success);
  }

  /**
   * Takes the Contact of a request or 2xx that refreshes the target: INVITE or UPDATE (section
   * 12.2).
   */
  public void refreshTarget(SipMessage message) {
    message.contact().ifPresent(contact -> target = contact.uri());
  }

  /** The number for a request that is sent again with other credentials. */
  long nextSequence() {
    localSequence++;
    return localSequence;
  }

  /** Begins a request in this dialog with the next number; Via and Contact are the caller's. */
  public SipRequest.Builder request(SipMethod method) {
    return addressed(method, nextSequence());
  }

  /** Begins the ACK for a 2xx of the INVITE with this number (section 13.2.2.4). */
  public SipRequest.Builder ack(long inviteSequence) {
    return addressed(SipMethod.ACK, inviteSequence);
  }

  private SipRequest.Builder addressed(SipMethod method, long sequence) {
    boolean loose = routes.isEmpty() || isLoose(routes.get(0));
    // Section 12.2.1.1: a strict router takes the place of the target, which goes to the end of the
    // route.
    SipRequest.Builder request = SipRequest.builder(method, loose ? target : routes.get(0).uri());
    request.add(HeaderName.MAX_FORWARDS, "70");
    for (int i = loose ? 0 : 1; i < routes.size(); i++) {
      request.add(HeaderName.ROUTE, routes.get(i).toString());
    }
    if (!loose) {
      request.add(HeaderName.ROUTE, NameAddr.of(target).toString());
    }
    return request
        .add(HeaderName.FROM, local.toString())
        .add(HeaderName.TO, remote.toString())
        .add(HeaderName.CALL_ID, id.callId())
        .add(HeaderName.CSEQ, new CSeq(sequence, method).toString());
  }

  private static boolean isLoose(NameAddr route) {
    return !(route.uri() instanceof SipUri uri) || uri.parameter("lr").isPresent();
  }

  /**
   * Checks the order of a request that comes in and remembers its number (section 12.2.2). ACK and
   * CANCEL have the number of what they belong to and are not for this check.
   *
   * @return false if it is older than another one: the answer is 500
   */
  public boolean accept(SipRequest request) {
    long number = request.cseq().number();
    if (number < remoteSequence) {
      return false;
    }
    remoteSequence = number;
    return true;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import io.phoneagent.PhoneNumber;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.Uri;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a plain phone of a number is reached (a binding of RFC 3261, section 10).
 *
 * @param number the number
 * @param id names it among those of the number: its URI, or its device and flow (RFC 5626)
 * @param uri what it calls itself, and is called by
 * @param path where its REGISTER came from, and where its calls go: through whatever NAT is there
 * @param instance the device, as +sip.instance names it
 * @param regId which of its flows, where it has several (RFC 5626)
 * @param routes the proxies in between, nearest first (RFC 3327)
 * @param order which request bound it last
 * @param registeredAt when it was bound first
 * @param until when it is forgotten; {@link Instant#EPOCH} if it is to be now
 * @param kept when a switch that starts again forgets it: what the file has; {@link Instant#EPOCH}
 *     if it has nothing
 * @param roundTrip how long a question to it and its answer take
 * @param userAgent what its device calls itself, "" if nothing
 */
public record Contact(
    PhoneNumber number,
    String id,
    String uri,
    FlowSource path,
    Optional<String> instance,
    OptionalInt regId,
    List<String> routes,
    Order order,
    Instant registeredAt,
    Instant until,
    Instant kept,
    Duration roundTrip,
    String userAgent) {

  /**
   * A place in the order of one client's requests.
   *
   * @param callId its Call-ID
   * @param sequence its CSeq number
   * @param branch a hash of its branch; 0 if that was before a restart
   */
  public record Order(String callId, long sequence, int branch) {
    Order(String callId, long sequence) {
      this(callId, sequence, 0);
    }

    static Order of(SipRequest request) {
      return new Order(
          request.callId(), request.cseq().number(), request.via().branch().hashCode());
    }

    /** Whether a request that came later is an older one (RFC 3261, section 10.3, step 7). */
    boolean isBefore(Order later) {
      return !callId.equals(later.callId) || sequence < later.sequence;
    }
  }

  /** What a contact is found by. */
  record Place(PhoneNumber number, String id) {}

  /** Copies the routes. */
  public Contact {
    routes = List.copyOf(routes);
  }

  Place place() {
    return new Place(number, id);
  }

  Contact gone() {
    return new Contact(
        number,
        id,
        uri,
        path,
        instance,
        regId,
        routes,
        order,
        registeredAt,
        Instant.EPOCH,
        Instant.EPOCH,
        roundTrip,
        userAgent);
  }

  Contact at(FlowSource newPath) {
    return new Contact(
        number,
        id,
        uri,
        newPath,
        instance,
        regId,
        routes,
        order,
        registeredAt,
        until,
        kept,
        roundTrip,
        userAgent);
  }

  /**
   * The same, made of the very objects of an earlier one wherever they are equal: thousands of
   * refreshes then leave nothing behind but what has changed.
   *
   * @param keptUntil what the file has, instead of what this one says
   */
  Contact sharing(Contact before, Instant keptUntil) {
    return new Contact(
        same(number, before.number),
        same(id, before.id),
        same(uri, before.uri),
        same(path, before.path),
        same(instance, before.instance),
        same(regId, before.regId),
        same(routes, before.routes),
        new Order(same(order.callId, before.order.callId), order.sequence, order.branch),
        same(registeredAt, before.registeredAt),
        until,
        same(keptUntil, before.kept),
        same(roundTrip, before.roundTrip),
        same(userAgent, before.userAgent));
  }

  private static <T> T same(T now, T before) {
    return now.equals(before) ? before : now;
  }

  /** Whether a request has bound it, from there, and it is as that has left it, and written. */
  boolean isLeftBy(Order request, FlowSource from) {
    return order.sequence == request.sequence // most differ in that alone
        && request.branch != 0
        && order.equals(request)
        && path.equals(from)
        && isKept();
  }

  /** Whether it is in the file. */
  boolean isKept() {
    return !kept.equals(Instant.EPOCH);
  }

  /** Whether what it calls itself is not where its REGISTER came from. */
  public boolean isBehindNat() {
    return !(Uri.of(uri) instanceof SipUri own) || Expiry.isBehindNat(own, path);
  }

  /** Whether a restarted switch would reach the phone just as well by the other one. */
  boolean leadsWhere(Contact other) {
    return uri.equals(other.uri) && path.equals(other.path) && routes.equals(other.routes);
  }
}

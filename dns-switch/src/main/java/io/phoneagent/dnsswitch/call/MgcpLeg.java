// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.mgcp.ConnectionMode;
import io.phoneagent.mgcp.MgcpLimits;
import io.phoneagent.sip.InfoDigit;
import io.phoneagent.sip.Rejection;
import io.phoneagent.sip.SdpCodec;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SipPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A leg whose end is a telephone that speaks MGCP: one of the calls of its line, with a connection
 * of its own. What the call wants is kept here, and the line sees to it that the telephone does it.
 * Its listener is told later on the loop, never from within what it calls here.
 */
final class MgcpLeg implements CallLeg {
  // The other end offers something at the same moment (RFC 3261, section 14.1).
  private static final Duration AGAIN = Duration.ofMillis(700);
  private static final int CROSSED = 491;
  private static final int NOT_ACCEPTABLE = 488;
  // What a telephone takes; no other telephone has more to say of its audio.
  private static final int LONGEST = MgcpLimits.defaults().descriptionBytes();

  /** The telephone's connection, as far as it has answered. */
  static final class Connection {
    private String id = "";
    private ConnectionMode mode = ConnectionMode.INACTIVE;
    private byte[] remote = new byte[0];

    /** Empty where the answer that named it was never heard. */
    String id() {
      return id;
    }
  }

  private final MgcpLine line;
  private final int call;
  private final String id;
  private final boolean calls;
  private final LegName other;
  private LegListener listener;
  private Optional<Connection> connection = Optional.empty();
  private boolean busy;
  private Optional<byte[]> local = Optional.empty();
  private Optional<byte[]> remote;
  private Optional<CallMedia> media = Optional.empty();
  private SdpDirection wanted = SdpDirection.SENDRECV;
  private SdpDirection agreed = SdpDirection.SENDRECV;
  private SdpDirection said = SdpDirection.SENDRECV;
  private boolean asked;
  private boolean proposing;
  private boolean lifted;
  private boolean begun;
  private boolean rang;
  private boolean established;
  private boolean ended;
  private boolean over;

  private MgcpLeg(
      MgcpLine line,
      int call,
      String id,
      boolean calls,
      LegName other,
      Optional<byte[]> remote,
      LegListener listener) {
    this.line = line;
    this.call = call;
    this.id = id;
    this.calls = calls;
    this.other = other;
    this.remote = remote;
    this.listener = listener;
  }

  /** The telephone has dialled. */
  static MgcpLeg dialled(MgcpLine line, int call, String id) {
    return new MgcpLeg(
        line, call, id, true, new LegName("", ""), Optional.empty(), new LegListener() {});
  }

  /** The telephone is called. */
  static MgcpLeg called(
      MgcpLine line, int call, String id, LegName caller, byte[] offer, LegListener listener) {
    MgcpLeg leg = new MgcpLeg(line, call, id, false, caller, Optional.of(offer), listener);
    leg.said = direction(offer).answered(SdpDirection.SENDRECV);
    return leg;
  }

  private static SdpDirection direction(byte[] sdp) {
    return SessionDescription.parse(sdp)
        .flatMap(read -> read.audio().map(read::direction))
        .orElse(SdpDirection.SENDRECV);
  }

  /** Whether a telephone takes a description of this length. */
  static boolean fits(byte[] sdp) {
    return sdp.length <= LONGEST;
  }

  int call() {
    return call;
  }

  /** Who calls the telephone. */
  LegName caller() {
    return other;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public SipPeer peer() {
    return line.peer();
  }

  @Override
  public LegName name() {
    return new LegName(line.number().e164(), "");
  }

  @Override
  public boolean isEstablished() {
    return established && !ended;
  }

  /** One that hears how it goes on has a connection that can be changed. */
  @Override
  public boolean takesOffers() {
    return isEstablished() || (isUnanswered() && remote.isPresent() && local.isPresent());
  }

  @Override
  public boolean isEnded() {
    return ended;
  }

  /** The telephone's own description says nothing of holding: its direction is the leg's. */
  @Override
  public Optional<byte[]> remoteSdp() {
    return described(said);
  }

  /**
   * What the telephone has described, with a direction. One that takes no telephone events is said
   * to take them where the other end does: its keys are read from the audio for it.
   */
  private Optional<byte[]> described(SdpDirection direction) {
    Optional<byte[]> flowing = local.flatMap(sdp -> CallMedia.flowing(sdp, direction));
    Optional<SdpCodec> theirs =
        remote.isPresent() ? remote.flatMap(KeyEvents::of) : Optional.of(SdpCodec.TELEPHONE_EVENT);
    return takesEvents(local) || theirs.isEmpty()
        ? flowing
        : flowing.map(sdp -> KeyEvents.added(sdp, theirs.get()));
  }

  @Override
  public Optional<byte[]> localSdp() {
    return remote.map(byte[]::clone);
  }

  @Override
  public void through(CallMedia given) {
    media = Optional.of(given);
    translateKeys();
  }

  private void translateKeys() {
    Optional<SdpCodec> events =
        local.isEmpty() || takesEvents(local)
            ? Optional.empty()
            : remote.flatMap(KeyEvents::translatable);
    OptionalInt payload =
        events.map(e -> OptionalInt.of(e.payload())).orElseGet(OptionalInt::empty);
    media.ifPresent(m -> m.translatesKeys(payload, key -> line.later(() -> sound(key))));
  }

  private void sound(char key) {
    if (isEstablished()) {
      line.sound(this, "D/" + key);
    }
  }

  private void remote(byte[] sdp) {
    remote = Optional.of(sdp.clone());
    translateKeys();
  }

  @Override
  public void listener(LegListener given) {
    listener = given;
  }

  private void tell(Consumer<LegListener> event) {
    line.later(
        () -> {
          if (!over) {
            event.accept(listener);
          }
        });
  }

  private boolean isUnanswered() {
    return calls && !established && !ended;
  }

  @Override
  public void ring() {
    if (isUnanswered() && remote.isEmpty()) { // or it hears how it goes on
      line.on(new LineState.Event.Progressed(call, LineState.Progress.RINGS));
    }
  }

  @Override
  public boolean takesEarlyMedia() {
    return isUnanswered();
  }

  @Override
  public void progress(byte[] sdp) {
    if (isUnanswered() && sdp.length > 0 && fits(sdp)) {
      remote(sdp);
      line.on(new LineState.Event.Progressed(call, LineState.Progress.AUDIO));
    }
  }

  @Override
  public void answer(byte[] sdp) {
    if (isUnanswered() && !fits(sdp)) {
      line.ended(call, NOT_ACCEPTABLE);
    } else if (isUnanswered()) {
      remote(sdp);
      established = true;
      tell(l -> l.onEstablished(this));
      line.on(new LineState.Event.Answered(call));
    }
  }

  @Override
  public void reject(Rejection rejection) {
    if (isUnanswered()) {
      endedThere(rejection.status());
    }
  }

  @Override
  public void hangUp() {
    endedThere(established ? 200 : 480);
  }

  /** Somebody else ends it. */
  private void endedThere(int status) {
    if (end(new LegEnd(status, false))) {
      line.on(new LineState.Event.Ended(call, status));
    }
  }

  /** It is over; the line deletes its connection. False if it was over before. */
  boolean end(LegEnd why) {
    if (ended) {
      return false;
    }
    ended = true;
    line.later(
        () -> {
          over = true;
          listener.onEnded(this, why);
        });
    return true;
  }

  @Override
  public boolean offer(byte[] sdp) {
    if (!takesOffers() || asked || proposing) {
      return false;
    }
    if (!fits(sdp)) {
      tell(l -> l.onOfferRejected(this, NOT_ACCEPTABLE));
      return true;
    }
    remote(sdp);
    said = direction(sdp).answered(wanted);
    asked = true;
    line.settle();
    return true;
  }

  @Override
  public boolean offerOnce(byte[] sdp) {
    return offer(sdp);
  }

  @Override
  public void info(String contentType, byte[] body) {
    InfoDigit.read(contentType, body).ifPresent(this::sound);
  }

  @Override
  public void ask(Runnable there) {
    line.ask(this, there);
  }

  @Override
  public void repeat() {
    line.moved();
  }

  /** The person is at this call now. */
  void connect() {
    lifted = true;
    wanted = SdpDirection.SENDRECV;
    establish();
  }

  /** Answers for the person, as soon as the telephone has described its media. */
  private void establish() {
    if (!calls && lifted && !established && !ended && local.isPresent()) {
      established = true;
      tell(l -> l.onEstablished(this));
    }
  }

  /** The person does something else. */
  void hold() {
    wanted = SdpDirection.SENDONLY;
  }

  /** The telephone has reacted to being called. */
  void reacted(boolean rings) {
    if (calls || established || rang) {
      return;
    }
    tell(l -> l.onTrying(this));
    if (rings && !rang) {
      rang = true;
      tell(l -> l.onProgress(this, 180, Optional.empty()));
    }
  }

  /** Whether it has described its media and its call is to begin now; once. */
  boolean beginsNow() {
    boolean now = calls && !begun && !ended && local.isPresent();
    begun |= now;
    return now;
  }

  /** Whether keys have to be told beside the audio, as one of both ends takes no events in it. */
  boolean tellsKeys() {
    return isEstablished() && !(takesEvents(remote) && takesEvents(local));
  }

  /** Whether that end takes telephone events (RFC 4733). */
  private static boolean takesEvents(Optional<byte[]> sdp) {
    return sdp.flatMap(KeyEvents::of).isPresent();
  }

  /** A key was pressed: it is said in the audio, or beside it where that is not possible. */
  void pressed(char key) {
    if (media.isPresent()) {
      media.get().press(key, unsaid -> line.later(() -> inform(unsaid)));
    } else {
      inform(key);
    }
  }

  private void inform(char key) {
    byte[] body = ("Signal=" + key + "\r\nDuration=250\r\n").getBytes(StandardCharsets.US_ASCII);
    tell(l -> l.onInfo(this, "application/dtmf-relay", body));
  }

  // What the telephone's connection is, and what it is to be.

  boolean isBusy() {
    return busy;
  }

  void busy(boolean now) {
    busy = now;
  }

  Optional<Connection> connection() {
    return connection;
  }

  /** What the other end has described, as text of MGCP; empty if it has not. */
  Optional<String> remoteText() {
    boolean whole = local.isEmpty() || takesEvents(local);
    return remote
        .map(sdp -> whole ? sdp : KeyEvents.removed(sdp))
        .map(sdp -> new String(sdp, StandardCharsets.ISO_8859_1));
  }

  /** The mode that the connection is to have. */
  ConnectionMode mode(boolean atTheEar) {
    if (!atTheEar) {
      return ConnectionMode.INACTIVE;
    }
    if (!established) {
      return ConnectionMode.RECEIVE_ONLY;
    }
    SdpDirection theirs = remote.map(MgcpLeg::direction).orElse(SdpDirection.INACTIVE);
    if (theirs.receives()) {
      return theirs.sends() ? ConnectionMode.SEND_RECEIVE : ConnectionMode.SEND_ONLY;
    }
    return theirs.sends() ? ConnectionMode.RECEIVE_ONLY : ConnectionMode.INACTIVE;
  }

  /** Whether the telephone has been told of this mode and of what the other end described. */
  boolean isSettled(ConnectionMode mode) {
    return connection
        .filter(c -> c.mode == mode && Arrays.equals(c.remote, remote.orElse(new byte[0])))
        .isPresent();
  }

  boolean hasNewRemote() {
    return connection.filter(c -> Arrays.equals(c.remote, remote.orElse(new byte[0]))).isEmpty();
  }

  byte[] remote() {
    return remote.orElse(new byte[0]).clone();
  }

  /** The telephone has made the connection, or nobody knows whether it has. */
  void made(String connectionId, ConnectionMode mode, byte[] told) {
    Connection now = new Connection();
    now.id = connectionId;
    now.mode = mode;
    now.remote = told;
    connection = Optional.of(now);
  }

  /** The telephone has done so. */
  void changed(ConnectionMode mode, byte[] told) {
    connection.ifPresent(
        c -> {
          c.mode = mode;
          c.remote = told;
        });
  }

  void unmade() {
    connection = Optional.empty();
  }

  /** The telephone has described its media. */
  void described(String sdp) {
    local = Optional.of(sdp.getBytes(StandardCharsets.ISO_8859_1));
    translateKeys();
    establish();
  }

  boolean isDescribed() {
    return local.isPresent();
  }

  /** The connection is as the call wants it: what was proposed is answered. */
  void settled() {
    if (asked) {
      asked = false;
      tell(l -> l.onOfferAccepted(this));
    } else if (isEstablished() && !proposing && agreed != wanted) {
      propose(wanted);
    }
  }

  /** The telephone does not take what was proposed. */
  void refused() {
    if (asked) {
      asked = false;
      tell(l -> l.onOfferRejected(this, NOT_ACCEPTABLE));
    }
  }

  /** Tells the other end that it is put on hold, or talked with again. */
  private void propose(SdpDirection direction) {
    proposing = true;
    said = direction;
    tell(l -> l.onOffer(this, new Proposal(direction)));
  }

  private final class Proposal implements LegOffer {
    private final SdpDirection direction;
    private boolean answered;

    Proposal(SdpDirection direction) {
      this.direction = direction;
    }

    @Override
    public Optional<byte[]> sdp() {
      return described(direction);
    }

    @Override
    public void accept(byte[] answer) {
      if (!answered) {
        answered = true;
        proposing = false;
        agreed = direction;
        if (fits(answer)) {
          remote(answer);
        }
        line.settle();
      }
    }

    @Override
    public void reject(int status) {
      if (answered) {
        return;
      }
      answered = true;
      if (status == CROSSED) {
        line.after(
            AGAIN,
            () -> {
              proposing = false;
              line.settle();
            });
      } else {
        // It goes on as it is: this end's audio stops all the same.
        proposing = false;
        agreed = direction;
      }
    }
  }

  @Override
  public String toString() {
    return id + " of " + line.number();
  }
}

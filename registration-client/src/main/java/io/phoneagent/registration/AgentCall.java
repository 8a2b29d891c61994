// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Call;
import io.phoneagent.CallState;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.MediaDescription;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.ReferTo;
import io.phoneagent.sip.Replaces;
import io.phoneagent.sip.SdpDirection;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SipPeer;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipUri;
import io.phoneagent.sip.Uri;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** A SIP session as a vendor sees it. What others may read is volatile; the rest is the loop's. */
final class AgentCall implements Call {
  /**
   * What a call needs of its line.
   *
   * @param loop the agent's thread
   * @param described a description as the switch is to see it
   * @param notOffered told of a call that cannot be changed now
   * @param notTransferred told of a call that cannot be transferred now
   * @param side what its calls are like
   * @param owner the line itself
   */
  record Line(
      Executor loop,
      Function<MediaDescription, byte[]> described,
      Consumer<AgentCall> notOffered,
      Consumer<AgentCall> notTransferred,
      CallSide side,
      LineCalls owner) {}

  private static final int DEFECT = 500;

  private final String id;
  private final String from;
  private final String to;
  private final boolean incoming;
  private final MediaDescription offer;
  private final Executor loop;
  private final Line line;
  private Optional<SipSession> session = Optional.empty();
  private boolean hungUp;
  private boolean held;
  private Optional<String> defect = Optional.empty();
  private volatile Optional<String> replaces = Optional.empty();
  private volatile CallState state = CallState.CALLING;
  private volatile Optional<MediaDescription> remote = Optional.empty();

  private AgentCall(
      String id, String from, String to, boolean incoming, MediaDescription offer, Line line) {
    this.id = id;
    this.from = from;
    this.to = to;
    this.incoming = incoming;
    this.offer = offer;
    this.loop = line.loop();
    this.line = line;
  }

  static AgentCall outgoing(String id, String from, String to, Line line) {
    return new AgentCall(id, from, to, false, new MediaDescription(""), line);
  }

  static AgentCall incoming(SipSession session, Line line) {
    AgentCall call =
        new AgentCall(
            session.id(),
            line.side().party(session.from(), session.peer()),
            line.side().party(session.to(), session.peer()),
            true,
            session.remoteSdp().map(AgentCall::media).orElse(new MediaDescription("")),
            line);
    call.begun(session);
    return call;
  }

  static MediaDescription media(byte[] sdp) {
    return new MediaDescription(new String(sdp, StandardCharsets.UTF_8));
  }

  static byte[] bytes(MediaDescription media) {
    return media.sdp().getBytes(StandardCharsets.UTF_8);
  }

  /** The loop has made the session; a call that was given up before is ended now. */
  void begun(SipSession made) {
    session = Optional.of(made);
    made.remoteSdp().ifPresent(sdp -> remote = Optional.of(media(sdp)));
    if (hungUp) {
      made.hangUp();
    }
  }

  void heard(SipSession from, CallState now) {
    state = now;
    from.remoteSdp().ifPresent(sdp -> remote = Optional.of(media(sdp)));
  }

  /** Who this call takes the place of; before anybody else knows it. */
  void replaces(String callId) {
    replaces = Optional.of(callId);
  }

  /** Whether the other side holds it now, if that is another answer than the last one. */
  Optional<Boolean> heldAnew(byte[] sdp) {
    Optional<Boolean> now =
        SessionDescription.parse(sdp)
            .flatMap(read -> read.audio().map(audio -> !read.direction(audio).receives()));
    boolean changed = now.filter(is -> is != held).isPresent();
    held = now.orElse(held);
    return changed ? now : Optional.empty();
  }

  void ended() {
    state = CallState.ENDED;
  }

  /** Refuses a call through a defect on this side: the switch takes that for nobody being here. */
  void refuse(String why) {
    session.ifPresent(
        s -> {
          defect = Optional.of(why);
          s.reject(DEFECT);
        });
  }

  /** Why it was refused, where the vendor did not mean to. */
  Optional<String> defect() {
    return defect;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String from() {
    return from;
  }

  @Override
  public String to() {
    return to;
  }

  @Override
  public boolean incoming() {
    return incoming;
  }

  @Override
  public CallState state() {
    return state;
  }

  @Override
  public MediaDescription offer() {
    return offer;
  }

  @Override
  public Optional<MediaDescription> remote() {
    return remote;
  }

  @Override
  public void answer(MediaDescription answer) {
    Objects.requireNonNull(answer, "answer");
    loop.execute(
        () -> {
          if (describesAudio(answer)) {
            session.ifPresent(s -> s.answer(line.described().apply(answer)));
          } else {
            refuse("this phone's own answer cannot be used: it describes no audio");
          }
        });
  }

  /** The switch hangs up on any other answer, and does not say why. */
  private static boolean describesAudio(MediaDescription answer) {
    return SessionDescription.parse(bytes(answer)).flatMap(SessionDescription::audio).isPresent();
  }

  @Override
  public void reject(int status) {
    if (status < 400 || status > 699) {
      throw new InvalidSettingException(
          "status", status + " does not refuse a call; give one from 400 to 699, such as 486");
    }
    loop.execute(() -> session.ifPresent(s -> s.reject(status)));
  }

  @Override
  public void offer(MediaDescription newOffer) {
    Objects.requireNonNull(newOffer, "offer");
    loop.execute(
        () -> {
          if (state != CallState.ENDED
              && !session.filter(s -> s.offer(line.described().apply(newOffer))).isPresent()) {
            line.notOffered().accept(this);
          }
        });
  }

  @Override
  public void hold() {
    loop.execute(() -> flow(SdpDirection.SENDONLY));
  }

  @Override
  public void resume() {
    loop.execute(() -> flow(SdpDirection.SENDRECV));
  }

  private void flow(SdpDirection direction) {
    Optional<byte[]> described =
        session.flatMap(SipSession::localSdp).flatMap(sdp -> flowing(sdp, direction));
    boolean offered =
        described.isPresent() && session.filter(s -> s.offer(described.get())).isPresent();
    if (state != CallState.ENDED && !offered) {
      line.notOffered().accept(this);
    }
  }

  static Optional<byte[]> flowing(byte[] sdp, SdpDirection direction) {
    return SessionDescription.parse(sdp)
        .flatMap(
            read ->
                read.audio()
                    .map(
                        audio ->
                            read.with(read.media().indexOf(audio), audio.withDirection(direction))
                                .newVersion()
                                .bytes()));
  }

  @Override
  public void transfer(String target) {
    Function<SipPeer, SipUri> called =
        line.side().transferTarget(Objects.requireNonNull(target, "target"));
    loop.execute(() -> refer(s -> Optional.of(called.apply(s.peer())), Optional::empty));
  }

  @Override
  public void transfer(Call other) {
    if (other == this
        || !(other instanceof AgentCall second)
        || second.line.owner() != line.owner()) {
      throw new InvalidSettingException(
          "transfer", "give another call of the same line than " + id + " to be joined with it");
    }
    loop.execute(
        () ->
            refer(
                s -> second.session.map(second::otherEnd),
                () -> second.session.flatMap(SipSession::dialog).map(Replaces::of)));
  }

  private Uri otherEnd(SipSession mine) {
    NameAddr other = incoming ? mine.from() : mine.to();
    return line.side().otherEnd(other, mine.peer());
  }

  private void refer(
      Function<SipSession, Optional<Uri>> target, Supplier<Optional<Replaces>> replacing) {
    boolean asked =
        session
            .filter(
                s ->
                    target
                        .apply(s)
                        .filter(uri -> s.refer(new ReferTo(uri, replacing.get())))
                        .isPresent())
            .isPresent();
    if (state != CallState.ENDED && !asked) {
      line.notTransferred().accept(this);
    }
  }

  @Override
  public Optional<String> replaces() {
    return replaces;
  }

  @Override
  public void hangUp() {
    loop.execute(
        () -> {
          hungUp = true;
          session.ifPresent(SipSession::hangUp);
        });
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.Call;
import io.phoneagent.CallState;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.MediaDescription;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/** A call and its audio. Owned by the phone's loop. */
final class PhoneCall {
  private final Call call;
  private final CallAudio audio;
  private final Closeable recording;
  private boolean answering;
  private boolean ringing;
  private boolean established;
  private boolean addressToOffer;
  private boolean heldBefore;
  private Optional<PhoneCall> joinedWith = Optional.empty();

  PhoneCall(Call call, CallAudio audio, Closeable recording) {
    this.call = call;
    this.audio = audio;
    this.recording = recording;
  }

  Call call() {
    return call;
  }

  boolean isWaiting() {
    return call.incoming() && !answering && call.state() != CallState.ENDED;
  }

  boolean isEstablished() {
    return established;
  }

  boolean isHeld() {
    return audio.isHeld();
  }

  /** Answers; false if there is no codec in common, and the call is refused for it. */
  boolean answer() {
    answering = true;
    boolean offered = !call.offer().sdp().isEmpty();
    Optional<MediaDescription> answer =
        offered ? audio.answer(call.offer()) : Optional.of(audio.offer());
    if (!answer.isPresent()) {
      call.reject(488);
      return false;
    }
    audio.answered();
    call.answer(answer.get());
    return true;
  }

  /** The other phone rings; true for the first time. Early audio is heard at once. */
  boolean ringing() {
    call.remote().ifPresent(audio::remote);
    boolean first = !ringing;
    ringing = true;
    return first;
  }

  void established() {
    established = true;
    call.remote().ifPresent(audio::remote);
    audio.answered();
  }

  /** The other side wants another form of audio. */
  Optional<MediaDescription> changed(MediaDescription offer) {
    return offer.sdp().isEmpty() ? Optional.of(audio.offer()) : audio.answer(offer);
  }

  boolean press(String digits) {
    return audio.press(digits);
  }

  /** Offers to hold or to resume. */
  void hold(boolean on) {
    heldBefore = audio.isHeld();
    audio.hold(on);
    call.offer(audio.offer());
  }

  void agreed() {
    heldBefore = audio.isHeld();
    call.remote().ifPresent(audio::remote);
  }

  void refused() {
    audio.hold(heldBefore);
  }

  /** Transfers the other side; false if the number is none. */
  boolean transfer(String number) {
    try {
      call.transfer(number);
      return true;
    } catch (InvalidSettingException e) {
      return false;
    }
  }

  void transfer(PhoneCall other) {
    joinedWith = Optional.of(other);
    call.transfer(other.call);
  }

  /** It has been transferred. */
  void leave() {
    joinedWith.ifPresent(other -> other.call.hangUp());
    call.hangUp();
  }

  /** 486 for a call that waits here; else the end of it. */
  void hangUp() {
    if (isWaiting()) {
      call.reject(486);
    } else {
      call.hangUp();
    }
  }

  void moveTo(InetAddress address) throws IOException {
    addressToOffer |= audio.moveTo(address);
  }

  /** The way to the other side may have changed; with a flow, another address can be offered. */
  void pathMayHaveChanged(boolean flowOpen) {
    audio.proveNow();
    if (flowOpen && addressToOffer && established) {
      addressToOffer = false;
      call.offer(audio.offer());
    }
  }

  void close() throws IOException {
    audio.close();
    recording.close();
  }
}

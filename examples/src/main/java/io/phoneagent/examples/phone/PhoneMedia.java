// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.MediaDescription;
import io.phoneagent.mgcp.ConnectionMode;
import io.phoneagent.mgcp.ConnectionStatistics;
import io.phoneagent.mgcp.MediaEngine;
import io.phoneagent.mgcp.MediaRequest;
import io.phoneagent.mgcp.MediaStream;
import io.phoneagent.mgcp.Refusal;
import io.phoneagent.mgcp.ReturnCode;
import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.NetworkBinding;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The audio of the connections that a call agent makes. Owned by the loop on which its sockets are
 * heard.
 */
final class PhoneMedia implements MediaEngine {
  /**
   * What is said and heard.
   *
   * @param sound empty for silence
   * @param recordings where what is heard goes; empty for nowhere
   * @param proven whether the other ends are a relay's, to which it is proven where audio comes
   *     from
   */
  record Habits(Optional<WavSound> sound, Optional<RecordingFiles> recordings, boolean proven) {}

  private final Loop loop;
  private final NetworkBinding network;
  private final Random random;
  private final EventLog log;
  private final Habits habits;
  private Optional<InetAddress> address = Optional.empty();
  private final List<Stream> streams = new ArrayList<>();

  PhoneMedia(Loop loop, NetworkBinding network, Random random, EventLog log, Habits habits) {
    this.loop = loop;
    this.network = network;
    this.random = random;
    this.log = log;
    this.habits = habits;
  }

  @Override
  public List<String> capabilities() {
    return List.of("a:PCMU;PCMA;telephone-event, p:20, e:off, s:off, t:0, nt:IN");
  }

  @Override
  public MediaStream open(MediaRequest request) throws Refusal {
    refuse(request);
    InetAddress local =
        address.orElseThrow(
            () -> new Refusal(ReturnCode.NO_RESOURCES_NOW, "the phone has no address yet"));
    CallEnds ends = new CallEnds(log, habits.sound(), habits.recordings(), id -> {});
    ends.begin(request.connectionId());
    try {
      Stream stream = new Stream(ends, local, request);
      streams.add(stream);
      return stream;
    } catch (IOException e) {
      throw new Refusal(ReturnCode.NO_RESOURCES_NOW, "no socket for audio");
    }
  }

  /** The phone's own address from now on. */
  void address(InetAddress now) {
    address = Optional.of(now);
    for (Stream stream : streams) {
      try {
        stream.audio.moveTo(now);
      } catch (IOException e) {
        log.error("media", "no socket for audio: " + e.getMessage());
      }
    }
    proveNow();
  }

  /** The network in front of the phone may have changed. */
  void proveNow() {
    streams.forEach(stream -> stream.audio.proveNow());
  }

  private static void refuse(MediaRequest request) throws Refusal {
    List<String> wanted = request.options().algorithms();
    if (!wanted.isEmpty() && !wanted.contains("PCMU") && !wanted.contains("PCMA")) {
      throw new Refusal(ReturnCode.CODEC_NEGOTIATION_FAILED, "only G.711 is spoken here");
    }
    ConnectionMode mode = request.mode();
    if (!mode.sends() && !mode.receives() && mode != ConnectionMode.INACTIVE) {
      throw new Refusal(ReturnCode.UNSUPPORTED_MODE, "no tests here");
    }
  }

  /** Keys go to whoever one speaks with. */
  void press(String keys) {
    for (Stream stream : streams) {
      if (stream.mode.sends()) {
        stream.audio.press(keys);
      }
    }
  }

  /** One connection's. */
  private final class Stream implements MediaStream, CallAudio.Ends {
    private final CallEnds ends;
    private final CallAudio audio;
    private final String local;
    private final String connection;
    private ConnectionMode mode;
    private Optional<String> remote = Optional.empty();
    private long heard;

    Stream(CallEnds ends, InetAddress address, MediaRequest request) throws IOException, Refusal {
      this.ends = ends;
      this.connection = request.connectionId();
      this.mode = request.mode();
      this.audio = new CallAudio(loop, network, address, random, this, habits.proven());
      boolean begun = false;
      try {
        this.local = described(request);
        apply(request);
        audio.answered();
        begun = true;
      } finally {
        if (!begun) {
          audio.close();
        }
      }
    }

    private String described(MediaRequest request) throws Refusal {
      if (!request.remote().isPresent()) {
        return audio.offer().sdp();
      }
      remote = request.remote();
      return audio
          .answer(new MediaDescription(request.remote().get()))
          .map(MediaDescription::sdp)
          .orElseThrow(() -> new Refusal(ReturnCode.UNSUPPORTED_DESCRIPTION, "no G.711 in it"));
    }

    private void apply(MediaRequest request) {
      mode = request.mode();
      audio.sends(mode.sends());
      log.write(
          "media",
          "the call agent wants it",
          json -> {
            json.writeStringField("connection", connection);
            json.writeStringField("mode", mode.text());
          });
    }

    @Override
    public String localDescription() {
      return local;
    }

    @Override
    public void change(MediaRequest request) throws Refusal {
      refuse(request);
      if (request.remote().isPresent() && !request.remote().equals(remote)) {
        MediaDescription said = new MediaDescription(request.remote().get());
        if (!RemoteAudio.of(said).isPresent()) {
          throw new Refusal(ReturnCode.UNSUPPORTED_DESCRIPTION, "no G.711 in it");
        }
        remote = request.remote();
        audio.remote(said);
      }
      apply(request);
    }

    @Override
    public ConnectionStatistics statistics() {
      return audio.statistics();
    }

    @Override
    public void close() {
      streams.remove(this);
      audio.close();
      try {
        ends.close();
      } catch (IOException e) {
        log.error("record", "the recording could not be finished: " + e.getMessage());
      }
      log.write(
          "media",
          "the connection has ended",
          json -> {
            json.writeStringField("connection", connection);
            json.writeStringField("mode", "deleted");
            json.writeNumberField("frames", heard);
          });
    }

    @Override
    public AudioSource mouth() {
      return ends.mouth();
    }

    @Override
    public void heard(short[] frame) {
      if (mode.receives()) {
        heard++;
        ends.heard(frame);
      }
    }

    @Override
    public void pressed(char digit) {
      ends.pressed(digit);
    }

    @Override
    public void silent() {
      // Whoever is lost is noticed by the call agent, which goes on with the other end.
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.ata;

import io.phoneagent.mgcp.ConnectionStatistics;
import io.phoneagent.mgcp.MediaEngine;
import io.phoneagent.mgcp.MediaRequest;
import io.phoneagent.mgcp.MediaStream;
import java.util.List;

/** Where RTP and codecs would be driven; it says a port that nobody listens to. */
record SilentMedia(String address) implements MediaEngine, MediaStream {
  @Override
  public List<String> capabilities() {
    return List.of("a:PCMU, p:20, e:off, s:off");
  }

  @Override
  public MediaStream open(MediaRequest request) {
    return this;
  }

  @Override
  public String localDescription() {
    return "v=0\r\no=- 1 1 IN IP4 %1$s\r\ns=-\r\nc=IN IP4 %1$s\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
        .formatted(address);
  }

  @Override
  public void change(MediaRequest request) {}

  @Override
  public ConnectionStatistics statistics() {
    return ConnectionStatistics.nothing();
  }

  @Override
  public void close() {}
}

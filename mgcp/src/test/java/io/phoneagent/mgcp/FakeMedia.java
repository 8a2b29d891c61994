// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Media whose descriptions tell what they were asked for. */
final class FakeMedia implements MediaEngine {
  final List<String> done = new ArrayList<>();
  Optional<String> remote = Optional.empty();
  int refusal;
  private int opened;

  @Override
  public List<String> capabilities() {
    return List.of("a:PCMU;PCMA, p:10-30, e:on, s:off", "a:G729, p:20, e:on, s:on");
  }

  @Override
  public Set<String> events() {
    return Set.of("R/ma", "G/ft");
  }

  private void check() throws Refusal {
    if (refusal > 0) {
      throw new Refusal(refusal, "as the test has it");
    }
  }

  @Override
  public MediaStream open(MediaRequest request) throws Refusal {
    check();
    remote = request.remote();
    int port = 3456 + 2 * opened++;
    done.add("open " + request.mode().text());
    return new MediaStream() {
      private String codec = "0";

      @Override
      public String localDescription() {
        return "v=0\r\no=- 25678 753849 IN IP4 128.96.41.1\r\ns=-\r\nc=IN IP4 128.96.41.1\r\n"
            + "t=0 0\r\nm=audio "
            + port
            + " RTP/AVP "
            + codec
            + "\r\n";
      }

      @Override
      public void change(MediaRequest next) throws Refusal {
        check();
        codec = next.options().algorithms().contains("PCMA") ? "8" : "0";
        done.add("change " + next.mode().text());
      }

      @Override
      public ConnectionStatistics statistics() {
        return new ConnectionStatistics(1245, 62345, 780, 45123, 10, 27, 48);
      }

      @Override
      public void close() {
        done.add("close");
      }
    };
  }
}

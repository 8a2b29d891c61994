// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.testkit.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a message when the connection that it was to go by is gone. */
class WaysTest {
  private static final FlowSource GONE =
      new FlowSource(Transport.TLS, new InetSocketAddress("203.0.113.11", 40_000), 1);

  private final Ways ways =
      new Ways(
          (message, to) -> false,
          (path, number) -> false,
          new AmplificationLimit(),
          new VirtualTime());

  @Test
  void aPhoneOfOursIsSilentAndWillHaveAnotherOne() {
    Peers.Phone phone =
        new Peers.Phone(new PhoneNumber("+15551230001"), number -> Optional.of(GONE));
    assertThatCode(() -> ways.send(ByteBuffer.allocate(1), phone)).doesNotThrowAnyException();
  }

  @Test
  void anybodyElseIsNotReached() {
    assertThatThrownBy(() -> ways.send(ByteBuffer.allocate(1), new Peers.Trunk(GONE)))
        .isInstanceOf(IOException.class);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static io.phoneagent.dnsswitch.call.World.CAROL;
import static io.phoneagent.dnsswitch.call.World.FAR;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phoneagent.PhoneNumber;
import io.phoneagent.flow.FramedMessage;
import io.phoneagent.sip.SipSession;
import io.phoneagent.spi.DatagramPort;
import io.phoneagent.testkit.Choices;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The call agent in the hands of two telephones on their flows and of a stranger, while they and a
 * SIP phone call each other: any message, of their own making or built of what the call agent has
 * said. Nothing escapes, and nothing stays.
 */
final class CallAgentFuzzTest {
  private static final List<String> VERBS =
      List.of("NTFY", "RSIP", "DLCX", "RQNT", "CRCX", "AUEP", "XXXX");
  private static final List<String> NAMES =
      List.of("aaln/1@15550000001", "aaln/1@15550000002", "*@15550000001", "aaln/$@15550000002");
  private static final List<String> LINES =
      List.of(
          "O: L/hd",
          "O: L/hu",
          "O: L/hf",
          "O: L/hf, L/hf, L/hu, L/hd",
          "O: D/1, D/5, D/5, D/5, D/0, D/0, D/0, D/0, D/0, D/0, D/2",
          "O: L/hd, D/1, D/5, D/5, D/5, D/0, D/0, D/0, D/0, D/0, D/0, D/3, D/T",
          "O: D/#, D/*, L/oc(L/dl)",
          "O: ",
          "RM: restart",
          "RM: forced",
          "RM: disconnected",
          "RM: graceful\r\nRD: 99999999999",
          "RM: cancel-graceful",
          "N: ca@203.0.113.9",
          "X: 1",
          "K: 1-999999999",
          "K:",
          "I: 80000000",
          "I: 80000001",
          "C: 1",
          "E: 900 - x",
          "\r\nv=0\r\no=- 1 1 IN IP4 192.168.1.2\r\nc=IN IP4 192.168.1.2\r\nt=0 0\r\n"
              + "m=audio 4000 RTP/AVP 0",
          "\r\nv=0\r\nm=audio x");
  private static final List<Integer> CODES =
      List.of(0, 100, 200, 250, 400, 401, 402, 405, 409, 500, 515, 516, 521, 540, 800);
  private static final List<PhoneNumber> NUMBERS = List.of(ALICE, BOB, CAROL, FAR);
  private static final int MOST_STEPS = 60;

  @FuzzTest(maxDuration = "60s")
  void outlivesWhatTelephonesSay(byte[] data) {
    World world = new World();
    Script script = new Script(world, data);
    for (int steps = 0; steps < MOST_STEPS && script.choices.hasMore(); steps++) {
      script.step();
    }
    script.leave();
    assertThat(world.board.gauges())
        .containsEntry("calls", 0)
        .containsEntry("dialogs", 0)
        .containsEntry("transactions", 0);
    assertThat(world.relayPorts()).isZero();
    assertThat(script.tina.streams).isEmpty();
    assertThat(script.bob.streams).isEmpty();
    assertThat(script.tina.gateway.transactions() + script.bob.gateway.transactions()).isZero();
    assertThat(world.time.pendingTimers()).isLessThan(20);
  }

  private static final class Script {
    final Choices choices;
    final Telephone tina;
    final Telephone bob;
    private final World world;
    private final AgentPhone carol;
    private final List<Telephone> telephones;
    private final List<DatagramPort> sockets;

    Script(World world, byte[] data) {
      this.world = world;
      choices = new Choices(data);
      world.account(BOB, Optional.of(CAROL), false);
      tina = world.telephone(ALICE);
      bob = world.telephone(BOB);
      carol = world.phone(CAROL);
      telephones = List.of(tina, bob);
      sockets = List.of(tina.socket, bob.socket, world.stranger().socket);
    }

    void step() {
      Telephone telephone = choices.of(telephones);
      switch (choices.next(20)) {
        case 0 -> telephone.lift();
        case 1 -> telephone.putDown();
        case 2 -> telephone.flash();
        case 3 -> telephone.call(choices.of(NUMBERS));
        case 4 -> telephone.press("" + "0123456789*#".charAt(choices.next(12)));
        case 5 -> telephone.deaf = choices.next(3) == 0;
        case 6 -> telephone.restart();
        case 7 -> telephone.flow().bind();
        case 8 -> carol.call(choices.of(NUMBERS));
        case 9 -> carol.answers();
        case 10 -> carol.rings();
        case 11 -> carol.rejects(300 + choices.next(4) * 100 + choices.next(100));
        case 12 -> new ArrayList<>(carol.agent.sessions()).forEach(s -> s.offer(carol.sdp()));
        case 13 -> carol.offer.ifPresent(offer -> offer.accept(carol.sdp()));
        case 14 -> carol.agent.sessions().forEach(SipSession::hangUp);
        case 15 -> world.millis(100L * choices.next(256));
        case 16 -> give(octets(response()));
        case 17 -> choices.of(sockets).send(ByteBuffer.wrap(choices.raw()), world.address());
        case 18 -> give(choices.raw());
        default -> give(octets(command()));
      }
      world.millis(5);
    }

    /** Everybody hears again, hangs up and is silent for longer than anything is remembered. */
    void leave() {
      carol.rejects(486);
      for (int i = 0; i < 4; i++) {
        for (Telephone telephone : telephones) {
          telephone.deaf = false;
          telephone.flow().bind();
          telephone.lift();
          telephone.putDown();
        }
        carol.agent.sessions().forEach(SipSession::hangUp);
        world.millis(400_000);
      }
    }

    private String command() {
      StringBuilder text = new StringBuilder(choices.of(VERBS));
      text.append(' ').append(1 + choices.next(4)).append(' ').append(choices.of(NAMES));
      text.append(" MGCP 1.0\r\n");
      return rest(text);
    }

    /** An answer to what the call agent has asked one of them, which another one may give. */
    private String response() {
      List<String> asked =
          choices.of(telephones).received.stream()
              .filter(t -> Character.isLetter(t.charAt(0)))
              .toList();
      if (asked.isEmpty()) {
        return "";
      }
      String command = asked.get(asked.size() - 1 - Math.min(choices.next(8), asked.size() - 1));
      StringBuilder text = new StringBuilder();
      text.append(String.format("%03d ", choices.of(CODES))).append(command.split(" ", 3)[1]);
      return rest(text.append(" x\r\n"));
    }

    private String rest(StringBuilder text) {
      for (int lines = choices.next(4); lines > 0; lines--) {
        text.append(choices.of(LINES)).append("\r\n");
      }
      if (choices.next(5) == 0) {
        text.append(".\r\nNTFY 9 aaln/1@15550000001 MGCP 1.0\r\nX: 1\r\nO: L/hf\r\n");
      }
      return text.toString();
    }

    private static byte[] octets(String text) {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void give(byte[] message) {
      choices.of(sockets).send(FramedMessage.of(ByteBuffer.wrap(message)), world.address());
    }
  }
}

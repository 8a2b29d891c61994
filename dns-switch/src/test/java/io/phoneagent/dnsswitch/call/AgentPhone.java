// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.Endpoint;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.registry.Outcome;
import io.phoneagent.flow.FlowClient;
import io.phoneagent.flow.FlowKey;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.sip.DigestAccount;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestChallenge;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.SipTokens;
import io.phoneagent.testkit.VirtualNat;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A phone with an agent: registered, behind a firewall, on a flow. */
public final class AgentPhone extends End implements FlowClient.Listener {
  final PhoneNumber number;
  final VirtualNat nat;
  String nonce = "";
  int bound;
  int unanswered;
  private Optional<FlowClient> flow = Optional.empty();

  AgentPhone(World world, PhoneNumber number, VirtualNat nat) {
    super(world, number.e164(), nat.host("192.168.1.2"), 5060);
    this.number = number;
    this.nat = nat;
    ice = true;
  }

  /** Registers, and gets a key and a nonce. */
  void register() {
    Outcome.Accepted accepted = world.register(number);
    nonce = accepted.answer().flow().nonce();
    flow.ifPresent(FlowClient::close);
    flow =
        Optional.of(
            new FlowClient(
                new FlowKey(
                    accepted.answer().flow().keyId(),
                    Base64.getEncoder().encodeToString(accepted.answer().flow().key())),
                Transport.UDP,
                new AtomicLong(1),
                Duration.ofSeconds(15),
                host.loop(),
                datagram -> socket.send(datagram, world.address()),
                this,
                new Random(3)));
    credentials = account(nonce);
  }

  DigestAccount account(String withNonce) {
    DigestAccount account =
        new DigestAccount(number.e164(), "secret", SipTokens.from(new Random(9)));
    account.learn(DigestChallenge.of("phoneagent", withNonce, DigestAlgorithm.SHA_256));
    return account;
  }

  public FlowClient flow() {
    return flow.orElseThrow();
  }

  /** Its firewall gets another address; the phone does not know yet. */
  void losesAddress(String now) {
    nat.changeAddress(now);
  }

  @Override
  void receive(ByteBuffer datagram, InetSocketAddress from) {
    if (StunMessage.begins(datagram)) {
      flow.ifPresent(f -> f.received(datagram));
    } else {
      super.receive(datagram, from);
    }
  }

  @Override
  SipSession call(String user, String caller) {
    return call(user, caller, 70);
  }

  @Override
  public void bound(Endpoint mapped) {
    bound++;
    agent.moved(switchPeer(), switchPeer());
  }

  @Override
  public void unanswered() {
    unanswered++;
  }
}

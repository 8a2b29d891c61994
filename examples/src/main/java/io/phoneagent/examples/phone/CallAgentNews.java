// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.mgcp.GatewayListener;
import io.phoneagent.mgcp.MgcpPeer;
import io.phoneagent.mgcp.RestartMethod;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes how a telephone fares with its call agent, and what to look at where it fares badly. */
final class CallAgentNews implements GatewayListener {
  // RFC 3435, section 2.4: the protocol version or the profile is not spoken.
  private static final int INCOMPATIBLE = 528;

  private final EventLog log;
  private final MgcpPhoneSettings settings;

  CallAgentNews(EventLog log, MgcpPhoneSettings settings) {
    this.log = log;
    this.settings = settings;
  }

  private String endpoint() {
    return "aaln/1@" + settings.gateway();
  }

  private static String texts(List<MgcpPeer> peers) {
    return peers.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  @Override
  public void announcing(RestartMethod method, List<MgcpPeer> to) {
    String where = texts(to);
    log.write(
        "announcing",
        "the call agent is told of " + endpoint(),
        json -> {
          json.writeStringField("method", method.text());
          json.writeStringField("to", where);
        });
  }

  @Override
  public void inService(RestartMethod method) {
    log.write(
        "in-service",
        "the call agent knows the phone",
        json -> json.writeStringField("method", method.text()));
  }

  @Override
  public void disconnected(List<MgcpPeer> tried) {
    disrupted(
        String.format(
            "the call agent %s does not answer at %s; it is asked again and again. Does it listen"
                + " there, does a firewall hold UDP back, and does it know %s (--gateway)?",
            settings.callAgent(), texts(tried), endpoint()));
  }

  @Override
  public void restartRefused(int code, String comment) {
    String refusal = (code + " " + comment).trim();
    disrupted(
        String.format(
            "the call agent %s refuses the phone: %s; does it know %s (--gateway)%s?",
            settings.callAgent(),
            refusal,
            endpoint(),
            code == INCOMPATIBLE ? ", and does it want a profile (--mgcp-profile 'NCS 1.0')" : ""));
  }

  @Override
  public void callAgentUnknown(String host) {
    disrupted(
        "the name "
            + host
            + " has no address; it is looked up again each 5 s. Is --call-agent right?");
  }

  private void disrupted(String detail) {
    log.write(
        "disrupted",
        detail,
        json -> EventLog.trouble(json, "call-agent", detail, Optional.empty()));
  }
}

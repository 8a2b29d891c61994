// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** Kamailio on the switch's host, with which the phones of others register. */
public final class PeerRegistrar implements AutoCloseable {

  /** Where it is reached from outside; the ISP's gateway has to pass the port. */
  public static final String PUBLIC = "203.0.113.100:5070";

  /** Where the caller sends from that calls through it; the trunk's port is taken. */
  private static final int PORT = 5070;

  private static final String CALLER = TestBed.TRUNK + ":5062";

  private final Lab lab;
  private final RunningProgram program;

  private PeerRegistrar(Lab lab, RunningProgram program) {
    this.lab = lab;
    this.program = program;
  }

  /** Starts it for phones of this secret, and waits until it serves. */
  public static PeerRegistrar start(Lab lab, String secret) {
    return start(lab, secret, List.of());
  }

  /** The same with these definitions of {@code kamailio.cfg}, each {@code NAME=VALUE}. */
  public static PeerRegistrar start(Lab lab, String secret, List<String> definitions) {
    List<String> all =
        new ArrayList<>(List.of("OWN=10.10.0.2", "PUBLIC=203.0.113.100", "PORT=" + PORT));
    all.addAll(definitions);
    return startOn(lab, "switch", PORT, secret, all);
  }

  /** Starts it on another host, where the definitions say. */
  static PeerRegistrar startOn(
      Lab lab, String host, int port, String secret, List<String> definitions) {
    String folder = lab.state().toString();
    List<String> command =
        new ArrayList<>(
            List.of(
                "kamailio",
                "-DD",
                "-E",
                "-m",
                "64",
                "-Y",
                folder,
                "-P",
                folder + "/kamailio.pid",
                "-f",
                Product.labFile("kamailio.cfg"),
                "-A",
                "SECRET=\"" + secret + "\""));
    for (String definition : definitions) {
      command.addAll(List.of("-A", definition));
    }
    RunningProgram program = lab.start("kamailio", host, command);
    Awaitility.await("kamailio")
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                lab.exec(host, "ss", "--no-header", "-lun", "sport", "=", ":" + port)
                    .output()
                    .contains(":" + port));
    return new PeerRegistrar(lab, program);
  }

  /** Who calls its phones from outside. */
  public TrunkPeer caller() {
    return TrunkPeer.start(lab, "pstn", CALLER, PUBLIC);
  }

  @Override
  public void close() {
    program.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.nio.file.Path;
import java.util.List;

/**
 * The far end of a trunk by others: Kamailio, which wants to have each call proven by digest, and
 * baresip, which is called through it and answers.
 */
public final class ProvingTrunk implements AutoCloseable {
  private static final int PORT = 5060;

  private final PeerRegistrar server;
  private final BaresipPhone called;

  private ProvingTrunk(PeerRegistrar server, BaresipPhone called) {
    this.server = server;
    this.called = called;
  }

  static ProvingTrunk start(Lab lab, String address, String number, String secret, Path sound) {
    // By MD5, as baresip knows nothing else.
    PeerRegistrar server =
        PeerRegistrar.startOn(
            lab,
            "pstn",
            PORT,
            secret,
            List.of("OWN=" + address, "PUBLIC=" + address, "PORT=" + PORT, "CALLS=1"));
    try {
      return new ProvingTrunk(
          server,
          BaresipPhone.start(lab, "pstn", number, secret, address + ":" + PORT, sound, true));
    } catch (RuntimeException | AssertionError e) {
      server.close();
      throw e;
    }
  }

  /** Who is called through it. */
  public BaresipPhone called() {
    return called;
  }

  @Override
  public void close() {
    called.close();
    server.close();
  }
}

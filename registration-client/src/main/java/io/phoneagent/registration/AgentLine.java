// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.AgentSettings;
import io.phoneagent.AgentStatus;
import io.phoneagent.PhoneLine;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** One line of an agent, as the agent drives it; whoever it registers with. On the loop. */
interface AgentLine extends PhoneLine {

  /** How far the line has come, once the device is somewhere; on any thread. */
  AgentStatus status();

  /** The device is here now. */
  void locate(Location location, String cause);

  /** The device is nowhere. */
  void unlocate(String cause);

  /** Other settings hold from now on. */
  void update(AgentSettings settings, List<URI> registrars, String cause);

  /** Ends calls and takes the registration back; completed when that is known, or will not be. */
  CompletionStage<Void> leave(String cause);

  /** Ends calls. */
  void hangUp();

  /** Finds out from where the other end sees this one. */
  void verify(String cause);

  /** The firewall may have forgotten the flow. */
  void keepAliveNow();
}

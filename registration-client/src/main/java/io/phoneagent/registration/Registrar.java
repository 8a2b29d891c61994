// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.registration.RegistrationState.Attempt;
import io.phoneagent.registration.RegistrationState.Event;
import java.net.URI;
import java.util.concurrent.CompletionStage;

/** Where a line registers. */
interface Registrar {

  /** Sends a registration; completed with what came of it, never exceptionally. */
  CompletionStage<Event> register(Attempt attempt);

  /** Takes the registration back; completed when that is done or has failed. */
  CompletionStage<Void> leave(URI dnsSwitch);

  /** Asks whether that switch serves; never completed exceptionally. */
  CompletionStage<Boolean> serves(URI dnsSwitch);
}

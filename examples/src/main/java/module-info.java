// SPDX-License-Identifier: Apache-2.0
/** How a vendor uses the SDK. */
module io.phoneagent.examples {
  requires io.phoneagent;
  requires io.phoneagent.flow;
  requires io.phoneagent.mgcp;
  requires io.phoneagent.nat;
  requires io.phoneagent.registration;
  requires io.phoneagent.runtime;
  requires io.phoneagent.sip;
  requires com.fasterxml.jackson.core;
  requires info.picocli;
  requires java.desktop;
  requires jdk.httpserver;

  exports io.phoneagent.examples.phone;

  opens io.phoneagent.examples.phone to
      info.picocli;
  opens io.phoneagent.examples.fleet to
      info.picocli;
}

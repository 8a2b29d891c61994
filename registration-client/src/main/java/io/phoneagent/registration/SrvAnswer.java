// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import java.time.Duration;
import java.util.List;

/** What DNS says of a domain's switches. */
sealed interface SrvAnswer {

  /**
   * It names them.
   *
   * @param records as they came; empty if the domain says that it has no switch (target ".")
   * @param ttl how long that may be believed
   */
  record Found(List<SrvRecord> records, Duration ttl) implements SrvAnswer {}

  /**
   * It names the services over which a domain is reached.
   *
   * @param services in the order in which they are to be taken
   * @param ttl how long that may be believed
   */
  record Services(List<Service> services, Duration ttl) implements SrvAnswer {}

  /**
   * One of them.
   *
   * @param name such as {@code SIP+D2U}, in capitals
   * @param owner where its servers are named, such as {@code _sip._udp.example.com}
   */
  record Service(String name, String owner) {}

  /** It knows of none; another name server would say the same. */
  record Absent(String why) implements SrvAnswer {}

  /** It cannot say; another name server may. */
  record Failed(String why) implements SrvAnswer {}
}

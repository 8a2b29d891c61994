// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.PhoneAgentException;
import java.util.Optional;

/**
 * A message that cannot be read: not JSON, too large, or a member missing, doubled, of the wrong
 * type or with an unknown value. The text names the member and what would be right; it never quotes
 * a value that may be secret.
 */
public final class MalformedMessageException extends PhoneAgentException {
  private static final long serialVersionUID = 1L;

  private final String member;

  MalformedMessageException(String member, String problem) {
    super(member.isEmpty() ? problem : member + ": " + problem);
    this.member = member;
  }

  /** The member that is wrong, as a path such as {@code flow.key}; empty if it is the whole. */
  public Optional<String> member() {
    return member.isEmpty() ? Optional.empty() : Optional.of(member);
  }
}

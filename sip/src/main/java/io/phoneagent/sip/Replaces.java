// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Optional;

/**
 * Names the dialog whose place a new one takes (RFC 3891 section 6.1).
 *
 * @param callId its Call-ID
 * @param toTag the tag of the end that is asked to give it up
 * @param fromTag the tag of its other end
 * @param earlyOnly whether it is meant only as long as it is not answered
 */
public record Replaces(String callId, String toTag, String fromTag, boolean earlyOnly) {

  /** The dialog as its other end names it: who is asked to replace it is that other end. */
  public static Replaces of(Dialog dialog) {
    Dialog.Id id = dialog.id();
    return new Replaces(id.callId(), id.remoteTag(), id.localTag(), false);
  }

  /** Reads a field's value; empty if a tag is missing or written twice. */
  public static Optional<Replaces> parse(String value) {
    int semicolon = value.indexOf(';');
    String callId = (semicolon < 0 ? value : value.substring(0, semicolon)).trim();
    byte[] parameters = Octets.bytes(semicolon < 0 ? "" : value.substring(semicolon));
    if (!Parameters.areValid(parameters, 0, parameters.length)) {
      return Optional.empty();
    }
    Optional<String> to = Parameters.find(parameters, 0, parameters.length, "to-tag");
    Optional<String> from = Parameters.find(parameters, 0, parameters.length, "from-tag");
    // A tag is a token; in a URI a quoted one could have line ends, percent-encoded.
    if (!isWord(callId)
        || !to.filter(Replaces::isWord).isPresent()
        || !from.filter(tag -> tag.isEmpty() || isWord(tag)).isPresent()) {
      return Optional.empty();
    }
    boolean early = Parameters.find(parameters, 0, parameters.length, "early-only").isPresent();
    return Optional.of(new Replaces(callId, to.get(), from.get(), early));
  }

  private static boolean isWord(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127 && c != ',');
  }

  /** The dialog as the end knows it that is asked to give it up. */
  Dialog.Id asked() {
    return new Dialog.Id(callId, toTag, fromTag);
  }

  /** The field's value. */
  @Override
  public String toString() {
    return callId + ";to-tag=" + toTag + ";from-tag=" + fromTag + (earlyOnly ? ";early-only" : "");
  }
}

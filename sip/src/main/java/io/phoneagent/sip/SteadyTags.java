// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/**
 * To tags that nobody can guess and that need not be remembered: the same request gets the same one
 * again (RFC 3261 section 8.2.7). They are a hash of it, under a key of this process.
 */
final class SteadyTags {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 13; // five bits each

  private final SipHash hash;

  SteadyTags(long key0, long key1) {
    this.hash = new SipHash(key0, key1);
  }

  /** The tag of a request. */
  String of(SipMessage request) {
    byte[] bytes =
        Octets.bytes(request.via().branch() + ' ' + request.cseq() + ' ' + request.callId());
    long bits = hash.of(bytes, 0, bytes.length);
    char[] tag = new char[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      tag[i] = ALPHABET.charAt((int) (bits & 31));
      bits >>>= 5;
    }
    return new String(tag);
  }
}

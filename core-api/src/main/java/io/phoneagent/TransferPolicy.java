// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/** What becomes of the other side's wish that this phone calls somebody else (RFC 3515). */
public enum TransferPolicy {
  /** It is carried out where it is said within a call that is answered; elsewhere it is refused. */
  WITHIN_CALLS,
  /** It is refused with 603: nobody but this phone's user decides whom it calls. */
  REFUSED
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.mgcp;

import java.util.Map;

/**
 * The return codes of RFC 3435, section 2.4, as far as either side speaks of them: 100 to 199 are
 * provisional, 200 to 299 say that it was done, 400 to 499 that it may go another time, 500 to 599
 * that it will not.
 */
public final class ReturnCode {
  public static final int ACKNOWLEDGED = 0;
  public static final int PENDING = 100;
  public static final int QUEUED = 101;
  public static final int OK = 200;
  public static final int DELETED = 250;
  public static final int TRANSIENT = 400;
  public static final int OFF_HOOK = 401;
  public static final int ON_HOOK = 402;
  public static final int NO_RESOURCES_NOW = 403;
  public static final int RESTARTING = 405;
  public static final int TIMED_OUT = 406;
  public static final int ABORTED = 407;
  public static final int OVERLOADED = 409;
  public static final int NO_ENDPOINT_AVAILABLE = 410;
  public static final int UNKNOWN_ENDPOINT = 500;
  public static final int NOT_READY = 501;
  public static final int WILDCARD_TOO_COMPLICATED = 503;
  public static final int UNKNOWN_COMMAND = 504;
  public static final int UNSUPPORTED_DESCRIPTION = 505;
  public static final int OPTIONS_AND_DESCRIPTION = 506;
  public static final int UNSUPPORTED_FUNCTION = 507;
  public static final int UNKNOWN_QUARANTINE = 508;
  public static final int BAD_DESCRIPTION = 509;
  public static final int PROTOCOL_ERROR = 510;
  public static final int UNKNOWN_EXTENSION = 511;
  public static final int CANNOT_DETECT = 512;
  public static final int CANNOT_GENERATE = 513;
  public static final int UNKNOWN_CONNECTION = 515;
  public static final int UNKNOWN_CALL = 516;
  public static final int UNSUPPORTED_MODE = 517;
  public static final int UNKNOWN_PACKAGE = 518;
  public static final int NO_DIGIT_MAP = 519;
  public static final int REDIRECTED = 521;
  public static final int NO_SUCH_EVENT = 522;
  public static final int ILLEGAL_ACTION = 523;
  public static final int INCONSISTENT_OPTIONS = 524;
  public static final int UNKNOWN_OPTION = 525;
  public static final int MISSING_DESCRIPTION = 527;
  public static final int INCOMPATIBLE_VERSION = 528;
  public static final int UNSUPPORTED_OPTION_VALUE = 532;
  public static final int RESPONSE_TOO_LARGE = 533;
  public static final int CODEC_NEGOTIATION_FAILED = 534;
  public static final int UNSUPPORTED_PACKETIZATION = 535;
  public static final int UNKNOWN_RESTART_METHOD = 536;
  public static final int UNKNOWN_DIGIT_MAP_LETTER = 537;
  public static final int EVENT_PARAMETER = 538;
  public static final int UNSUPPORTED_PARAMETER = 539;
  public static final int TOO_MANY_CONNECTIONS = 540;
  public static final int UNSUPPORTED_OPTIONS = 541;

  private static final Map<Integer, String> TEXTS =
      Map.ofEntries(
          Map.entry(PENDING, "Pending"),
          Map.entry(QUEUED, "Queued"),
          Map.entry(OK, "OK"),
          Map.entry(DELETED, "OK"),
          Map.entry(OFF_HOOK, "Off hook already"),
          Map.entry(ON_HOOK, "On hook already"),
          Map.entry(RESTARTING, "Restarting"),
          Map.entry(OVERLOADED, "Overloaded"),
          Map.entry(UNKNOWN_ENDPOINT, "Unknown endpoint"),
          Map.entry(UNKNOWN_COMMAND, "Unknown command"),
          Map.entry(RESPONSE_TOO_LARGE, "Response too large"),
          Map.entry(PROTOCOL_ERROR, "Protocol error"),
          Map.entry(REDIRECTED, "Redirected"));

  private ReturnCode() {}

  /** A comment for a response with this code; empty where the code says it all. */
  public static String text(int code) {
    return TEXTS.getOrDefault(code, "");
  }
}

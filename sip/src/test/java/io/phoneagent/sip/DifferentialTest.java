// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.io.IOException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sip.header.CallIdHeader;
import javax.sip.header.FromHeader;
import org.junit.jupiter.api.Test;

/**
 * Our reader beside jain-sip's: every difference has its reason, and every reason its difference.
 */
class DifferentialTest {
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("dblreq", "in a datagram octets behind the body are ignored (RFC 3261, 18.3)"),
          Map.entry("inv2543", "the same; the message of RFC 2543 has no length, as RFC 4475 says"),
          Map.entry("lwsstart", "between method and URI there is one space (RFC 4475, 3.1.2.8)"),
          Map.entry("trws", "the version is the end of the line (3.1.2.9)"),
          Map.entry("baddate", "a Date that nobody needs may be ignored (3.1.2.12)"),
          Map.entry("badaspec", "an address in angle brackets is needed there (3.1.2.14)"),
          Map.entry("baddn", "a display name that is no token is in quotes (3.1.2.15)"),
          Map.entry("badvers", "another version is answered with 505 (3.1.2.16)"),
          Map.entry("mismatch01", "the method of CSeq is that of the request (3.1.2.17)"),
          Map.entry("mismatch02", "the same for a method that nobody knows (3.1.2.18)"),
          Map.entry("insuf", "without From, To and Call-ID there is no request (3.3.1)"),
          Map.entry("ipv6-bad", "an IPv6 address stands in brackets (RFC 5118, 4.2)"));

  private static Optional<SIPMessage> byJain(byte[] octets) {
    try {
      return Optional.ofNullable(
          new StringMsgParser()
              .parseSIPMessage(
                  octets,
                  true,
                  true,
                  (thrown, message, header, text, all) -> {
                    throw thrown;
                  }));
    } catch (ParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<SipMessage> byUs(byte[] octets) {
    return Optional.of(new SipReader(SipLimits.defaults()).read(octets))
        .filter(SipMessage.class::isInstance)
        .map(SipMessage.class::cast);
  }

  @Test
  void eachDifferenceHasItsReason() throws IOException {
    List<String> different = new ArrayList<>();
    for (TortureMessage message : TortureMessage.all()) {
      Optional<String> ours = byUs(message.octets()).map(DifferentialTest::facts);
      Optional<String> theirs = byJain(message.octets()).map(DifferentialTest::facts);
      if (!ours.equals(theirs)) {
        different.add(message.name());
      }
    }
    assertThat(different).containsExactlyInAnyOrderElementsOf(REASONS.keySet());
  }

  /** What both say of a message that both take. */
  private static String facts(SipMessage of) {
    String start =
        of instanceof SipRequest request
            ? request.method() + " " + request.uriText()
            : String.valueOf(((SipResponse) of).status());
    return String.join(
        "\n",
        start,
        of.callId(),
        String.valueOf(of.cseq()),
        of.fromTag(),
        of.toTag(),
        of.via().branch(),
        String.valueOf(of.vias().size()),
        String.valueOf(of.bodyLength()));
  }

  private static String facts(SIPMessage of) {
    String start =
        of instanceof SIPRequest request
            ? request.getMethod() + " " + request.getRequestURI()
            : String.valueOf(((SIPResponse) of).getStatusCode());
    byte[] body = of.getRawContent();
    return String.join(
        "\n",
        start,
        Optional.ofNullable(of.getCallId()).map(CallIdHeader::getCallId).orElse(""),
        of.getCSeq().getSeqNumber() + " " + of.getCSeq().getMethod(),
        Optional.ofNullable(of.getFrom()).map(FromHeader::getTag).orElse(""),
        Optional.ofNullable(of.getToTag()).orElse(""),
        Optional.ofNullable(of.getTopmostVia().getBranch()).orElse(""),
        String.valueOf(of.getViaHeaders().size()),
        String.valueOf(body == null ? 0 : body.length));
  }
}

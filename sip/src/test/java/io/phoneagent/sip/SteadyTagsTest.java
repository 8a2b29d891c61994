// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SteadyTagsTest {
  private final SteadyTags tags = new SteadyTags(0x0706050403020100L, 0x0F0E0D0C0B0A0908L);

  private static SipRequest request(String branch, int sequence) {
    return (SipRequest)
        new SipReader(SipLimits.defaults())
            .read(
                Wire.bytes(
                    "REGISTER sip:example.com SIP/2.0",
                    "Via: SIP/2.0/UDP 192.0.2.1;branch=" + branch,
                    "From: <sip:a@example.com>;tag=1",
                    "To: <sip:a@example.com>",
                    "Call-ID: 7",
                    "CSeq: " + sequence + " REGISTER",
                    "",
                    ""));
  }

  @Test
  void theSameRequestGetsTheSameTagAndNoOther() {
    String tag = tags.of(request("z9hG4bK1", 5));
    assertThat(tag).hasSize(13).isEqualTo(tags.of(request("z9hG4bK1", 5)));
    assertThat(tag)
        .isNotEqualTo(tags.of(request("z9hG4bK2", 5)))
        .isNotEqualTo(tags.of(request("z9hG4bK1", 6)))
        .isNotEqualTo(new SteadyTags(1, 2).of(request("z9hG4bK1", 5)));
  }
}

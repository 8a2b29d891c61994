// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.benchmarks;

import java.nio.charset.StandardCharsets;

/** What a desk phone behind a firewall sends. */
final class Messages {
  private static final String SDP =
      """
      v=0
      o=- 3975284112 3975284112 IN IP4 192.168.1.100
      s=-
      c=IN IP4 192.168.1.100
      t=0 0
      m=audio 16384 RTP/AVP 0 8 9 18 101
      a=rtpmap:0 PCMU/8000
      a=rtpmap:8 PCMA/8000
      a=rtpmap:9 G722/8000
      a=rtpmap:18 G729/8000
      a=fmtp:18 annexb=no
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-15
      a=ptime:20
      a=sendrecv
      """
          .replace("\n", "\r\n");

  /** A REGISTER with digest credentials. */
  static final byte[] REGISTER =
      octets(
          """
          REGISTER sip:switch.example.com SIP/2.0
          Via: SIP/2.0/UDP 192.168.1.100:5060;branch=z9hG4bK-524287-1---7d2f9a61c5e8b430;rport
          Max-Forwards: 70
          Contact: <sip:+15551230001@192.168.1.100:5060;ob>;expires=3600
          To: <sip:+15551230001@switch.example.com>
          From: <sip:+15551230001@switch.example.com>;tag=5e1c7a09
          Call-ID: 85a4f1d0c73b4e69-2b16@192.168.1.100
          CSeq: 1827 REGISTER
          Expires: 3600
          Allow: INVITE, ACK, CANCEL, BYE, NOTIFY, REFER, OPTIONS, INFO, UPDATE
          User-Agent: Desk Phone 7.1
          Authorization: Digest username="+15551230001",realm="switch.example.com",\
          nonce="b5d3e2",uri="sip:switch.example.com",response="6629fae49393a05397450978507c4ef1"
          Content-Length: 0

          """);

  /** An INVITE that offers audio. */
  static final byte[] INVITE =
      octets(
          """
          INVITE sip:+15551230002@switch.example.com SIP/2.0
          Via: SIP/2.0/UDP 192.168.1.100:5060;branch=z9hG4bK-524287-1---91be70d3f2a64c85;rport
          Max-Forwards: 70
          Contact: <sip:+15551230001@192.168.1.100:5060;ob>
          To: <sip:+15551230002@switch.example.com>
          From: "Anna" <sip:+15551230001@switch.example.com>;tag=c03d1f7b
          Call-ID: 0f6a92d7be314c58-77aa@192.168.1.100
          CSeq: 1 INVITE
          Allow: INVITE, ACK, CANCEL, BYE, NOTIFY, REFER, OPTIONS, INFO, UPDATE
          Supported: replaces, timer, 100rel
          User-Agent: Desk Phone 7.1
          Content-Type: application/sdp
          Content-Length: %d

          """
              .formatted(SDP.length()),
          SDP);

  private Messages() {}

  private static byte[] octets(String head) {
    return octets(head, "");
  }

  private static byte[] octets(String head, String body) {
    return (head.replace("\n", "\r\n") + body).getBytes(StandardCharsets.UTF_8);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** SIPp as the phone of a number: it registers, is called and calls, one run for each. */
public final class SippPhone {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  // Where the values of a run stand, {...} is filled in here and [...] by SIPp.
  private static final String REGISTER =
      """
      REGISTER sip:{registrar} SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
      Max-Forwards: 70
      From: <sip:{number}@{registrar}>;tag=[call_number]
      To: <sip:{number}@{registrar}>
      Call-ID: [call_id]
      CSeq: {sequence} REGISTER
      {proof}Contact: <sip:{number}@[local_ip]:[local_port]>
      Expires: 60
      Content-Length: 0

      """;

  private static final String INVITE =
      """
      INVITE sip:{called}@{registrar} SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
      Max-Forwards: 70
      From: <sip:{number}@{registrar}>;tag=[call_number]
      To: <sip:{called}@{registrar}>
      Call-ID: [call_id]
      CSeq: {sequence} INVITE
      {proof}Contact: <sip:{number}@[local_ip]:[local_port]>
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=- 1 1 IN IP4 [local_ip]
      s=-
      c=IN IP4 [local_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0
      a=rtpmap:0 PCMU/8000

      """;

  private static final String WITHIN =
      """
      {method} [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
      Max-Forwards: 70
      From: <sip:{number}@{registrar}>;tag=[call_number]
      To: <sip:{called}@{registrar}>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: {sequence} {method}
      Content-Length: 0

      """;

  private static final String REFUSED =
      """
      ACK sip:{called}@{registrar} SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-2];rport
      Max-Forwards: 70
      From: <sip:{number}@{registrar}>;tag=[call_number]
      To: <sip:{called}@{registrar}>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: 1 ACK
      Content-Length: 0

      """;

  private final Lab lab;
  private final String host;
  private final String address;
  private final int port;
  private final Account account;
  private final String transport;
  private final String registrar;

  /**
   * One on a host of the lab.
   *
   * @param address the host's
   * @param port its own
   * @param transport {@code udp} or {@code tcp}
   * @param registrar ADDRESS:PORT
   */
  public SippPhone(
      Lab lab,
      String host,
      String address,
      int port,
      Account account,
      String transport,
      String registrar) {
    this.lab = lab;
    this.host = host;
    this.address = address;
    this.port = port;
    this.account = account;
    this.transport = transport;
    this.registrar = registrar;
  }

  /** Registers for a minute; by UDP it is reached at its port afterwards, too. */
  public void register() {
    run(
        "register",
        registrar,
        send(filled(REGISTER, "1", "", "")),
        "<recv response=\"401\" auth=\"true\"/>",
        send(filled(REGISTER, "2", proof(), "")),
        "<recv response=\"200\"/>");
  }

  /** Calls a number, is answered and hangs up. */
  public void call(String called) {
    run(
        "call",
        called + "@" + registrar,
        send(filled(INVITE, "1", "", called)),
        "<recv response=\"100\" optional=\"true\"/>",
        "<recv response=\"401\" auth=\"true\"/>",
        "<send><![CDATA[\n" + filled(REFUSED, "1", "", called) + "]]></send>",
        send(filled(INVITE, "2", proof(), called)),
        "<recv response=\"100\" optional=\"true\"/>",
        "<recv response=\"180\" optional=\"true\"/>",
        "<recv response=\"183\" optional=\"true\"/>",
        "<recv response=\"200\" rrs=\"true\"/>",
        "<send><![CDATA[\n" + within("ACK", "2", called) + "]]></send>",
        "<pause milliseconds=\"300\"/>",
        send(within("BYE", "3", called)),
        "<recv response=\"200\"/>");
  }

  /** Answers the next call, and is hung up on. */
  public RunningProgram answering() {
    return start("-sn", "uas");
  }

  /**
   * Calls one that {@linkplain #answeringWithEarlyOffers takes it so}: both change their
   * descriptions, reliably, before the call is answered.
   */
  public RunningProgram callingWithEarlyOffers(String called) {
    return start(
        "-sf",
        Product.labFile("sipp/early-call.xml"),
        "-key",
        "registrar",
        registrar,
        "-key",
        "caller",
        account.number(),
        "-key",
        "called",
        called,
        "-auth_uri",
        called + "@" + registrar,
        "-au",
        account.number(),
        "-ap",
        account.secret(),
        registrar);
  }

  /** Takes the next call so. */
  public RunningProgram answeringWithEarlyOffers() {
    return start(
        "-sf", Product.labFile("sipp/early-answer.xml"), "-key", "called", account.number());
  }

  private RunningProgram start(String... words) {
    List<String> all = new ArrayList<>(where());
    all.addAll(List.of(words));
    return lab.start("sipp-" + port, host, Sipp.command(lab.state(), all));
  }

  private List<String> where() {
    return List.of(
        "-i",
        address,
        "-p",
        Integer.toString(port),
        "-t",
        transport.equals("udp") ? "u1" : "t1",
        "-m",
        "1");
  }

  private void run(String name, String target, String... steps) {
    try {
      Path scenario = lab.state().resolve("sipp-" + name + "-" + transport + ".xml");
      Files.writeString(
          scenario,
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scenario name=\""
              + name
              + "\">\n"
              + String.join("\n", steps)
              + "\n</scenario>\n");
      List<String> words = new ArrayList<>(List.of("-sf", scenario.toString()));
      words.addAll(where());
      words.addAll(List.of("-auth_uri", target));
      words.addAll(List.of("-timeout", PATIENCE.toSeconds() + "s", "-timeout_error", registrar));
      lab.exec(host, Sipp.command(lab.state(), words).toArray(String[]::new)).orFail();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String send(String message) {
    return "<send retrans=\"500\"><![CDATA[\n" + message + "]]></send>";
  }

  private String proof() {
    return String.format(
        Locale.ROOT,
        "[authentication username=%s password=%s]%n",
        account.number(),
        account.secret());
  }

  private String within(String method, String sequence, String called) {
    return filled(WITHIN.replace("{method}", method), sequence, "", called);
  }

  private String filled(String form, String sequence, String proof, String called) {
    return form.replace("{registrar}", registrar)
        .replace("{number}", account.number())
        .replace("{called}", called)
        .replace("{sequence}", sequence)
        .replace("{proof}", proof);
  }
}

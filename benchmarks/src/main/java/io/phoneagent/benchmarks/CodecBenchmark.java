// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.benchmarks;

import gov.nist.javax.sip.header.ContentLength;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.parser.StringMsgParser;
import io.phoneagent.sip.HeaderName;
import io.phoneagent.sip.SessionDescription;
import io.phoneagent.sip.SipLimits;
import io.phoneagent.sip.SipReader;
import io.phoneagent.sip.SipRequest;
import java.text.ParseException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * How long it takes to read a message and to have of it what a registrar or a user agent asks for,
 * and to answer it; beside jain-sip, which reads all of it at once.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class CodecBenchmark {
  private final SipReader reader = new SipReader(SipLimits.defaults());
  private final StringMsgParser jain = new StringMsgParser();
  private final SipRequest register = (SipRequest) reader.read(Messages.REGISTER);
  private final SIPRequest jainRegister;

  /** Reads once, so that what cannot be read fails here. */
  public CodecBenchmark() {
    try {
      jainRegister = (SIPRequest) jain.parseSIPMessage(Messages.REGISTER, true, true, null);
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A REGISTER, with ours. */
  @Benchmark
  public void readRegister(Blackhole used) {
    SipRequest request = (SipRequest) reader.read(Messages.REGISTER);
    use(request, used);
    used.consume(request.contact());
    used.consume(request.expires());
    used.consume(request.header(HeaderName.AUTHORIZATION));
  }

  /** A REGISTER, with jain-sip. */
  @Benchmark
  public void readRegisterByJain(Blackhole used) throws ParseException {
    SIPRequest request = (SIPRequest) jain.parseSIPMessage(Messages.REGISTER, true, true, null);
    use(request, used);
    used.consume(request.getContactHeader());
    used.consume(request.getExpires());
    used.consume(request.getAuthorization());
  }

  /** An INVITE and its offer, with ours. */
  @Benchmark
  public void readInvite(Blackhole used) {
    SipRequest request = (SipRequest) reader.read(Messages.INVITE);
    use(request, used);
    used.consume(request.contact());
    used.consume(SessionDescription.parse(request.body()));
  }

  /** An INVITE, with jain-sip, which leaves the offer unread. */
  @Benchmark
  public void readInviteByJain(Blackhole used) throws ParseException {
    SIPRequest request = (SIPRequest) jain.parseSIPMessage(Messages.INVITE, true, true, null);
    use(request, used);
    used.consume(request.getContactHeader());
    used.consume(request.getRawContent());
  }

  /** A 200 to a REGISTER, with ours. */
  @Benchmark
  public Object writeAnswer() {
    return register
        .respond(200)
        .toTag("8f2c1d")
        .add(HeaderName.CONTACT, "<sip:+15551230001@192.168.1.100:5060;ob>;expires=3600")
        .build()
        .bytes();
  }

  /** The same with jain-sip. */
  @Benchmark
  public Object writeAnswerByJain() throws ParseException {
    SIPMessage answer = jainRegister.createResponse(200);
    answer.setToTag("8f2c1d");
    answer.setHeader(jainRegister.getContactHeader());
    answer.setHeader(new ContentLength(0));
    return answer.encodeAsBytes("udp");
  }

  private static void use(SipRequest request, Blackhole used) {
    used.consume(request.uri());
    used.consume(request.via().branch());
    used.consume(request.from());
    used.consume(request.to());
    used.consume(request.callId());
    used.consume(request.cseq());
    used.consume(request.maxForwards());
  }

  private static void use(SIPRequest request, Blackhole used) {
    used.consume(request.getRequestURI());
    used.consume(request.getTopmostVia().getBranch());
    used.consume(request.getFrom());
    used.consume(request.getTo());
    used.consume(Optional.ofNullable(request.getCallId()));
    used.consume(request.getCSeq());
    used.consume(request.getMaxForwards());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import static io.phoneagent.dnsswitch.call.World.ALICE;
import static io.phoneagent.dnsswitch.call.World.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.PlainDigests;
import io.phoneagent.dnsswitch.registrar.Contact;
import io.phoneagent.dnsswitch.registrar.ContactList;
import io.phoneagent.flow.StunMessage;
import io.phoneagent.flow.StunWriter;
import io.phoneagent.flow.TransactionId;
import io.phoneagent.sip.Digest;
import io.phoneagent.sip.DigestAlgorithm;
import io.phoneagent.sip.DigestCredentials;
import io.phoneagent.sip.SipMethod;
import io.phoneagent.testkit.NatBehaviour;
import io.phoneagent.testkit.VirtualNat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** REGISTER octet for octet (RFC 3261, sections 10.3 and 22.4), and what others may try with it. */
class RegisterTest {
  private static final Pattern NONCE = Pattern.compile("nonce=\"([^\"]+)\"");
  private static final String CONTACT = "Contact: <sip:bob@203.0.113.50:5060>";

  private final World world = new World();
  private final End phone = new End(world, "phone", world.network.host("203.0.113.50"), 5060);
  private int branch;
  private int sequence;
  private int count;

  private String text(String callId, int cseq, String... fields) {
    branch++;
    return "REGISTER sip:192.0.2.10 SIP/2.0\r\nVia: SIP/2.0/UDP 192.168.1.9:5060;rport;branch="
        + "z9hG4bKr"
        + branch
        + "\r\nMax-Forwards: 70\r\nFrom: <sip:"
        + BOB
        + "@192.0.2.10>;tag=1\r\nTo: <sip:"
        + BOB
        + "@192.0.2.10>\r\nCall-ID: "
        + callId
        + "\r\nCSeq: "
        + cseq
        + " REGISTER\r\n"
        + String.join("\r\n", fields)
        + (fields.length == 0 ? "" : "\r\n")
        + "Content-Length: 0\r\n\r\n";
  }

  private String sent(End from, String message) {
    from.received.clear();
    from.raw(message);
    world.millis(100);
    return from.received.isEmpty() ? "" : from.received.get(from.received.size() - 1);
  }

  private static int status(String response) {
    return response.isEmpty() ? 0 : Integer.parseInt(response.substring(8, 11));
  }

  private String nonce(End from) {
    Matcher matcher = NONCE.matcher(sent(from, text("any", 1)));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static String proof(
      String user, String secret, DigestAlgorithm algorithm, String nonce, int count) {
    String ha1 = Digest.ha1(algorithm, user, "phoneagent", secret);
    String uri = "sip:192.0.2.10";
    String response = Digest.response(algorithm, ha1, nonce, count, "c", SipMethod.REGISTER, uri);
    return "Authorization: "
        + new DigestCredentials(
                user,
                "phoneagent",
                nonce,
                uri,
                response,
                algorithm,
                "c",
                String.format(Locale.ROOT, "%08x", count),
                "auth",
                "")
            .header();
  }

  private String good(String nonce) {
    count++;
    return proof(BOB.e164(), "secret", DigestAlgorithm.SHA_256, nonce, count);
  }

  /** Sends a proven REGISTER of one client, the next in its order. */
  private String register(String... fields) {
    sequence++;
    return registerAs("client", sequence, fields);
  }

  private String registerAs(String callId, int cseq, String... fields) {
    String[] all = new String[fields.length + 1];
    System.arraycopy(fields, 0, all, 0, fields.length);
    all[fields.length] = good(nonce(phone));
    count = 0;
    return sent(phone, text(callId, cseq, all));
  }

  private List<Contact> bound() {
    return world.contacts.of(BOB);
  }

  private long seconds(int contact) {
    return Math.round(
        (bound().get(contact).until().toEpochMilli() - world.time.epochMillis()) / 1000.0);
  }

  @Test
  void asksForSha256FirstAndForMd5WhereTheAccountHasIt() {
    String challenge = sent(phone, text("any", 1, CONTACT));
    assertThat(status(challenge)).isEqualTo(401);
    assertThat(challenge.indexOf("algorithm=SHA-256"))
        .isPositive()
        .isLessThan(challenge.indexOf("algorithm=MD5"));
    assertThat(challenge)
        .contains("realm=\"phoneagent\"", "qop=\"auth\"", "rport=5060;received=203.0.113.50")
        .doesNotContain("stale");
    world.accounts.put(
        BOB,
        new Account(
            BOB,
            Optional.empty(),
            Optional.empty(),
            false,
            Account.ha1(BOB, "secret"),
            PlainDigests.of(BOB, "secret", PlainDigests.Offered.MD5)));
    assertThat(sent(phone, text("any", 1, CONTACT))).doesNotContain("SHA-256").contains("=MD5");
    assertThat(bound()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "+15550000002, SHA_256, secret, 200",
    "15550000002, SHA_256, secret, 200",
    "+15550000002, MD5, secret, 200",
    "15550000002, MD5, secret, 200",
    "+15550000002, SHA_256, wrong, 401",
    "+15550000002, MD5, wrong, 401",
    "+15550000001, SHA_256, secret, 401",
    "nobody, SHA_256, secret, 401"
  })
  void theNumberAndItsSecretCount(
      String user, DigestAlgorithm algorithm, String secret, int status) {
    String answer =
        sent(phone, text("a", 1, CONTACT, proof(user, secret, algorithm, nonce(phone), 1)));
    assertThat(status(answer)).isEqualTo(status);
    assertThat(bound()).hasSize(status == 200 ? 1 : 0);
    assertThat(answer).doesNotContain("stale=true");
  }

  /** One that reads "SHA-256" and gives up, as some do, registers at its next attempt. */
  @Test
  void whoGaveUpIsAskedForMd5AloneUntilItProvesBetter() {
    assertThat(sent(phone, text("a", 1, CONTACT))).contains("SHA-256");
    assertThat(sent(phone, text("a", 2, CONTACT))).as("too soon to tell").contains("SHA-256");
    world.millis(6000);
    assertThat(sent(phone, text("a", 1, CONTACT))).as("repeated").contains("SHA-256");
    String alone = sent(phone, text("a", 3, CONTACT));
    assertThat(alone).contains("=MD5").doesNotContain("SHA-256");
    assertThat(sent(world.stranger(), text("a", 4, CONTACT))).contains("SHA-256");
    Matcher nonce = NONCE.matcher(alone);
    assertThat(nonce.find()).isTrue();
    String md5 = proof(BOB.e164(), "secret", DigestAlgorithm.MD5, nonce.group(1), 1);
    assertThat(status(sent(phone, text("a", 5, CONTACT, md5)))).isEqualTo(200);
    assertThat(sent(phone, text("b", 1, CONTACT))).as("its calls").doesNotContain("SHA-256");
    String better = proof(BOB.e164(), "secret", DigestAlgorithm.SHA_256, nonce.group(1), 2);
    assertThat(status(sent(phone, text("a", 6, CONTACT, better)))).isEqualTo(200);
    assertThat(sent(phone, text("b", 2, CONTACT))).contains("SHA-256");
  }

  @Test
  void md5IsRefusedWhereTheAccountDoesNotOfferIt() {
    world.accounts.put(
        BOB,
        new Account(BOB, Optional.empty(), Optional.empty(), false, Account.ha1(BOB, "secret")));
    String md5 = proof(BOB.e164(), "secret", DigestAlgorithm.MD5, nonce(phone), 1);
    assertThat(status(sent(phone, text("a", 1, CONTACT, md5)))).isEqualTo(401);
  }

  @Test
  void aProofIsGoodOnceInTimeAndFromWhereItWasAskedFor() {
    String nonce = nonce(phone);
    String proof = good(nonce);
    assertThat(status(sent(phone, text("a", 1, CONTACT, proof)))).isEqualTo(200);
    assertThat(sent(phone, text("b", 1, CONTACT, proof)))
        .as("replayed")
        .startsWith("SIP/2.0 401")
        .contains("stale=true");
    assertThat(status(sent(phone, text("c", 1, CONTACT, good(nonce))))).isEqualTo(200);
    assertThat(sent(world.stranger(), text("d", 1, CONTACT, good(nonce))))
        .as("from another address")
        .startsWith("SIP/2.0 401")
        .contains("stale=true");
    world.pass(Duration.ofMinutes(31));
    assertThat(sent(phone, text("e", 1, CONTACT, good(nonce))))
        .as("old")
        .startsWith("SIP/2.0 401")
        .contains("stale=true");
    assertThat(sent(phone, text("f", 1, CONTACT, good("p.made-up"))))
        .startsWith("SIP/2.0 401")
        .contains("stale=true");
  }

  @Test
  void whoGuessesIsNotListenedToAndHindersNobodyElse() {
    VirtualNat nat = world.network.nat("198.51.100.99", NatBehaviour.home());
    End guesser = new End(world, "guesser", nat.host("192.168.1.5"), 5060);
    int refused = 0;
    for (int i = 0; i < 30; i++) {
      String guess = proof(BOB.e164(), "wrong" + i, DigestAlgorithm.SHA_256, nonce(guesser), 1);
      refused += status(sent(guesser, text("g" + i, 1, CONTACT, guess))) == 403 ? 1 : 0;
    }
    assertThat(refused).isBetween(15, 20);
    assertThat(status(register(CONTACT))).isEqualTo(200);
  }

  @Test
  void aForgedSourceIsSentAtMostThreeTimesWhatCameFromIt() {
    String small = text("x", 1);
    phone.received.clear();
    for (int i = 0; i < 100; i++) {
      phone.raw(text("x", 1));
    }
    world.millis(500);
    long octets = phone.received.stream().mapToLong(String::length).sum();
    assertThat(octets).isPositive().isLessThan(3L * 100 * (small.length() + 5));
    assertThat(world.time.pendingTimers()).as("nothing is remembered").isLessThan(20);
  }

  @ParameterizedTest
  @CsvSource({
    "'Expires: 600', 600",
    "'', 3600",
    "'Expires: 100000', 7200",
    "'Expires: sixty', 3600",
    "'Expires: 60', 60"
  })
  void isRegisteredForAsLongAsItAsks(String field, long seconds) {
    assertThat(status(field.isEmpty() ? register(CONTACT) : register(CONTACT, field)))
        .isEqualTo(200);
    assertThat(seconds(0)).isEqualTo(seconds);
  }

  @Test
  void aContactsOwnTimeComesFirst() {
    String answer = register(CONTACT + ";expires=120", "Expires: 600");
    assertThat(answer).contains("Contact: <sip:bob@203.0.113.50:5060>;expires=120");
    assertThat(seconds(0)).isEqualTo(120);
    world.millis(30_000);
    assertThat(register()).as("a question").contains("expires=90");
  }

  @Test
  void tooShortATimeIsToldTheShortest() {
    String answer = register(CONTACT, "Expires: 59");
    assertThat(status(answer)).isEqualTo(423);
    assertThat(answer).contains("Min-Expires: 60");
    assertThat(bound()).isEmpty();
  }

  @Test
  void behindANatItIsRegisteredNoLongerThanTheNatRemembers() {
    register("Contact: <sip:bob@192.168.1.9:5060>", "Expires: 3600");
    assertThat(seconds(0)).isEqualTo(60);
    assertThat(bound().get(0).path().address().getAddress().getHostAddress())
        .isEqualTo("203.0.113.50");
  }

  @Test
  void oneIsRemovedOrAll() {
    registerAs("one", 1, CONTACT);
    registerAs("one", 2, "Contact: <sip:bob@203.0.113.51:5060>");
    assertThat(bound()).hasSize(2);
    assertThat(status(registerAs("one", 3, CONTACT + ";expires=0"))).isEqualTo(200);
    assertThat(bound()).singleElement().extracting(Contact::uri).asString().contains("51");
    assertThat(status(registerAs("one", 4, "Contact: *"))).as("without Expires").isEqualTo(400);
    assertThat(status(registerAs("one", 5, "Contact: *", "Expires: 1"))).isEqualTo(400);
    assertThat(status(registerAs("one", 6, "Contact: *", CONTACT, "Expires: 0"))).isEqualTo(400);
    assertThat(bound()).hasSize(1);
    String answer = registerAs("one", 7, "Contact: *", "Expires: 0");
    assertThat(answer).startsWith("SIP/2.0 200").doesNotContain("\r\nContact:");
    assertThat(bound()).isEmpty();
    assertThat(world.kept.load()).isEmpty();
  }

  @Test
  void anOlderRequestOfTheSameClientChangesNothing() {
    registerAs("one", 5, CONTACT);
    assertThat(status(registerAs("one", 5, CONTACT + ";expires=0"))).isEqualTo(500);
    assertThat(status(registerAs("one", 4, "Contact: *", "Expires: 0"))).isEqualTo(500);
    assertThat(bound()).hasSize(1);
    assertThat(status(registerAs("another", 1, CONTACT + ";expires=0"))).isEqualTo(200);
    assertThat(bound()).isEmpty();
  }

  @Test
  void aRepeatedOneIsAnsweredAgainThoughNothingButItsContactRemembersIt() {
    String message = text("client", 7, CONTACT, good(nonce(phone)));
    String first = sent(phone, message);
    assertThat(status(first)).isEqualTo(200);
    Contact bound = bound().get(0);

    world.millis(10_000);
    String again = sent(phone, message);
    assertThat(status(again)).isEqualTo(200);
    assertThat(line(again, "To: ")).contains(";tag=").isEqualTo(line(first, "To: "));
    assertThat(line(again, "Via: ")).isEqualTo(line(first, "Via: "));
    assertThat(bound()).as("it has ended no later by it").containsExactly(bound);

    End other = new End(world, "other", world.network.host("203.0.113.51"), 5060);
    assertThat(status(sent(other, message))).as("from elsewhere").isEqualTo(401);
    assertThat(status(registerAs("client", 7, CONTACT))).as("another one").isEqualTo(500);
    assertThat(status(registerAs("client", 8, CONTACT))).isEqualTo(200);
    assertThat(status(sent(phone, message))).as("after the next").isEqualTo(401);
    world.time.advance(Duration.ofMinutes(3));
    assertThat(status(sent(phone, message))).as("after its contact").isEqualTo(401);
  }

  @Test
  void forHalfAMinuteItIsRememberedAndNoLonger() {
    String message = text("client", 7, CONTACT, good(nonce(phone)));
    sent(phone, message);
    world.millis(31_000);
    assertThat(status(sent(phone, message))).isEqualTo(200);
    world.millis(1_500);
    assertThat(bound()).hasSize(1);
    assertThat(status(sent(phone, message))).as("its proof is looked at").isEqualTo(401);
  }

  @Test
  void whatCouldNotBeWrittenIsRefusedAndWrittenTheNextTime() {
    world.kept.broken = true;
    String message = text("client", 7, CONTACT, good(nonce(phone)));
    assertThat(status(sent(phone, message))).isEqualTo(503);
    assertThat(status(registerAs("client", 8, CONTACT))).as("a refresh of nothing").isEqualTo(503);
    assertThat(world.kept.load()).isEmpty();
    world.kept.broken = false;
    assertThat(status(registerAs("client", 9, CONTACT))).isEqualTo(200);
    assertThat(world.kept.load()).hasSize(1);
  }

  /** A NUL may stand escaped in a quotation; it could not be written again. */
  @Test
  void anInstanceThatCouldNotBeWrittenIsNoneAndHoldsNothingUp() {
    String device = CONTACT + ";+sip.instance=\"x\\\0y\";reg-id=1";
    assertThat(status(register("Supported: outbound, path", device))).isEqualTo(200);
    assertThat(bound()).first().satisfies(c -> assertThat(c.instance()).isEmpty());
    assertThat(status(register(CONTACT))).isEqualTo(200);
  }

  private static String line(String message, String start) {
    return message.lines().filter(l -> l.startsWith(start)).findFirst().orElseThrow();
  }

  @Test
  void allOfARequestIsCarriedOutOrNothing() {
    assertThat(status(register(CONTACT, "Contact: <tel:+15550000002>"))).isEqualTo(400);
    assertThat(status(register(CONTACT, "Contact: <sip:bob@203.0.113.51>;expires=5")))
        .isEqualTo(423);
    assertThat(bound()).isEmpty();
  }

  @Test
  void theOneHeardOfLeastRecentlyGivesWay() {
    for (int i = 0; i < 14; i++) {
      registerAs("one", i + 1, "Contact: <sip:bob" + i + "@203.0.113.50:5060>");
    }
    assertThat(bound()).hasSize(10);
    assertThat(bound().get(0).uri()).startsWith("sip:bob4@");
    assertThat(world.kept.load()).hasSize(10);
  }

  @Test
  void aDeviceThatWasStartedAnewIsOneStill() {
    registerAs("first-start", 1, "Contact: <sip:bob-1@203.0.113.50:5060>");
    registerAs("second-start", 1, "Contact: <sip:bob-2@203.0.113.50:5060>");
    assertThat(bound()).singleElement().extracting(Contact::uri).asString().contains("bob-2");
  }

  @Test
  void itsFlowsAreToldApart() {
    String device = ";+sip.instance=\"<urn:uuid:0>\";reg-id=";
    String answer = registerAs("one", 1, CONTACT + device + 1, "Supported: path, outbound");
    assertThat(answer)
        .contains("Require: outbound", "Flow-Timer: 25", "+sip.instance=\"<urn:uuid:0>\";reg-id=1");
    registerAs("one", 2, "Contact: <sip:x@203.0.113.50>" + device + 1, "Supported: outbound");
    assertThat(bound()).as("the same flow").hasSize(1);
    registerAs("one", 3, CONTACT + device + 2, "Supported: outbound");
    assertThat(bound()).hasSize(2);
    assertThat(registerAs("one", 4, CONTACT + device + 3)).doesNotContain("Flow-Timer");
  }

  @Test
  void theProxyThatItComesThroughIsGoneBackThrough() {
    String path = "Path: <sip:edge.example.com;lr>";
    String refused = register(CONTACT, path);
    assertThat(refused).startsWith("SIP/2.0 420").contains("Unsupported: path");
    String answer = register(CONTACT, path, "Supported: path");
    assertThat(answer).startsWith("SIP/2.0 200").contains(path);
    world.phone(ALICE).call(BOB);
    world.millis(300);
    assertThat(phone.lastReceived("INVITE"))
        .startsWith("INVITE sip:bob@203.0.113.50:5060 SIP/2.0")
        .contains("Route: <sip:edge.example.com;lr>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"outbound", "path", "path, outbound"})
  void requiresWhatIsSpokenHere(String required) {
    assertThat(status(register(CONTACT, "Require: " + required))).isEqualTo(200);
    assertThat(status(register(CONTACT, "Require: gruu"))).isEqualTo(420);
  }

  @Test
  void whatIsTooLongIsNotRemembered() {
    assertThat(status(register("Contact: <sip:" + "b".repeat(600) + "@203.0.113.50>")))
        .isEqualTo(400);
    registerAs("one", 1, CONTACT, "User-Agent: \u0007" + "x".repeat(3000));
    assertThat(bound().get(0).userAgent()).hasSize(128).startsWith("?xx");
  }

  private int answersTo(End from, int questions) {
    int before = from.stunAnswers;
    for (int i = 0; i < questions; i++) {
      from.socket.send(
          StunWriter.of(StunMessage.Kind.REQUEST, TransactionId.next(world.random)).end(),
          world.address());
    }
    world.millis(100);
    return from.stunAnswers - before;
  }

  @Test
  void aKeepAliveByStunIsAnsweredToRegisteredSourcesAndNotAtWill() {
    assertThat(answersTo(phone, 1)).as("before it is registered").isZero();
    register(CONTACT);
    assertThat(answersTo(phone, 1)).isOne();
    assertThat(answersTo(phone, 100)).isEqualTo(2);
    world.millis(4000);
    assertThat(answersTo(phone, 1)).isOne();
    assertThat(answersTo(world.stranger(), 1)).isZero();
  }

  private long keepAlives(End end, int seconds) {
    end.received.clear();
    world.pass(Duration.ofSeconds(seconds));
    return end.received.stream().filter("\r\n\r\n"::equals).count();
  }

  @Test
  void aNatBeforeItIsKeptOpenWhileItIsRegistered() {
    register(CONTACT);
    assertThat(keepAlives(phone, 50)).as("behind none").isZero();
    registerAs("two", 1, "Contact: <sip:bob@192.168.1.9:5060>;expires=60");
    assertThat(keepAlives(phone, 40)).isEqualTo(2);
    assertThat(keepAlives(phone, 60)).isLessThanOrEqualTo(1);
    assertThat(keepAlives(phone, 600)).isZero();
  }

  @Test
  void itsOwnerAndTheOperatorSeeIt() {
    registerAs("one", 1, CONTACT, "User-Agent: shop/1 \"x\"");
    String json = new String(ContactList.json(BOB, world.contacts), StandardCharsets.UTF_8);
    assertThat(json)
        .startsWith(
            "{\"number\":\"+15550000002\",\"contacts\":[{\"uri\":\"sip:bob@203.0.113.50:5060\"")
        .contains("\"transport\":\"udp\",\"address\":\"203.0.113.50:5060\"")
        .contains("\"userAgent\":\"shop/1 \\\"x\\\"\",\"silent\":false}]}");
  }

  @Test
  void aNumberWithoutAccountIsAskedLikeAnyOther() {
    String other = text("x", 1, CONTACT).replace(BOB.e164(), "+15559999999");
    assertThat(status(sent(phone, other))).isEqualTo(401);
    String nobody = text("x", 1, CONTACT).replace(BOB.e164(), "nobody");
    assertThat(status(sent(phone, nobody))).isEqualTo(404);
  }

  @Test
  void anAccountThatIsGoneIsReachedNoMore() {
    register(CONTACT);
    world.accounts.remove(new PhoneNumber(BOB.e164()));
    world.millis(21_000);
    assertThat(bound()).isEmpty();
  }
}

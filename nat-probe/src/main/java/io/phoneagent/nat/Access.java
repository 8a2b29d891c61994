// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How one server lets itself be asked: openly, by Basic, or by Digest. What was let in is proved
 * along with each further question, so that a check is one question. On the agent's loop.
 */
final class Access {
  /** After a refusal the password rests for this long: routers lock out who goes on trying. */
  static final Duration PAUSE = Duration.ofMinutes(5);

  /** What the question before carried. */
  private enum Sent {
    NOTHING,
    /** A proof for a nonce of an earlier round, which may have become too old. */
    OLD_NONCE,
    NEW_NONCE,
    /** A proof for the nonce that came with "stale". */
    SECOND_NONCE,
    BASIC
  }

  /** What can be asked for, the weakest first. */
  private enum Strength {
    NONE("nothing"),
    BASIC("Basic"),
    MD5("Digest with MD5"),
    SHA_256("Digest with SHA-256");

    private final String label;

    Strength(String label) {
      this.label = label;
    }
  }

  private final Optional<Credentials> credentials;
  private final Supplier<String> clientNonces;
  private Sent sent = Sent.NOTHING;
  private boolean basic;
  private Optional<DigestChallenge> digest = Optional.empty();
  private String clientNonce = "";
  private long count;
  private Strength askedFor = Strength.NONE;
  private Optional<Long> refusedAt = Optional.empty();

  /**
   * Of one server.
   *
   * @param clientNonces makes one that nobody can guess
   */
  Access(Optional<Credentials> credentials, Supplier<String> clientNonces) {
    this.credentials = credentials;
    this.clientNonces = clientNonces;
  }

  /** A page is about to be asked for. */
  void begin() {
    sent = digest.isPresent() ? Sent.OLD_NONCE : Sent.NOTHING;
  }

  /** What a question carries, if anything. */
  Optional<String> proof(String method, String uri) {
    if (!credentials.isPresent()) {
      return Optional.empty();
    }
    if (digest.isPresent()) {
      count++;
      return Optional.of(digest.get().answer(credentials.get(), method, uri, clientNonce, count));
    }
    if (basic) {
      sent = Sent.BASIC;
      String pair = credentials.get().user() + ':' + credentials.get().password();
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }
    return Optional.empty();
  }

  /**
   * The server has answered 401.
   *
   * @param header its {@code WWW-Authenticate}
   * @return why it is not asked again; empty where it is, with what {@link #proof} gives now
   */
  Optional<String> refused(String header, long nowNanos) {
    Optional<DigestChallenge> best = Optional.empty();
    boolean basicOffered = false;
    for (Challenge challenge : Challenge.read(header)) {
      Optional<DigestChallenge> read = DigestChallenge.of(challenge);
      if (read.isPresent()
          && (!best.isPresent() || read.get().algorithm().compareTo(best.get().algorithm()) > 0)) {
        best = read;
      }
      basicOffered |= challenge.scheme().equals("basic");
    }
    Strength offered =
        best.map(Access::strength).orElse(basicOffered ? Strength.BASIC : Strength.NONE);
    if (header.isEmpty()) {
      return Optional.of("it answered with status 401");
    }
    if (offered == Strength.NONE) {
      return Optional.of("it wants to be logged in to in a way that is not known here");
    }
    if (!credentials.isPresent()) {
      return Optional.of("it asks for a user and a password (" + offered.label + "); give them");
    }
    if (refusedAt.isPresent() && nowNanos - refusedAt.get() < PAUSE.toNanos()) {
      return Optional.of("it has refused the user or the password");
    }
    if (offered.compareTo(askedFor) < 0) {
      // Whoever sits between the two would like to have it so.
      return Optional.of(
          "it asks for the password by "
              + offered.label
              + " where it asked by "
              + askedFor.label
              + " before; nothing is sent. Restart if the firewall was replaced");
    }
    askedFor = offered;
    return best.isPresent() ? digest(best.get(), nowNanos) : basic(nowNanos);
  }

  private Optional<String> basic(long nowNanos) {
    if (sent == Sent.BASIC) {
      return denied(nowNanos);
    }
    digest = Optional.empty();
    basic = true;
    return Optional.empty();
  }

  private Optional<String> digest(DigestChallenge challenge, long nowNanos) {
    boolean another = !digest.isPresent() || !digest.get().nonce().equals(challenge.nonce());
    boolean again = sent != Sent.NEW_NONCE || (challenge.stale() && another);
    if (sent == Sent.SECOND_NONCE || !again) {
      return denied(nowNanos);
    }
    sent = sent == Sent.NEW_NONCE ? Sent.SECOND_NONCE : Sent.NEW_NONCE;
    basic = false;
    digest = Optional.of(challenge);
    clientNonce = clientNonces.get();
    count = 0;
    return Optional.empty();
  }

  private Optional<String> denied(long nowNanos) {
    digest = Optional.empty();
    basic = false;
    refusedAt = Optional.of(nowNanos);
    return Optional.of(
        "it refuses the user or the password; they are not sent again for "
            + PAUSE.toMinutes()
            + " minutes");
  }

  private static Strength strength(DigestChallenge challenge) {
    return challenge.algorithm().isMd5() ? Strength.MD5 : Strength.SHA_256;
  }
}

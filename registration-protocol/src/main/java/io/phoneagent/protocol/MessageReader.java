// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.protocol;

import io.phoneagent.Protocol;
import io.phoneagent.Transport;
import io.phoneagent.protocol.RegistrationRecord.Cause;
import io.phoneagent.protocol.RegistrationRecord.Previous;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads messages from their JSON in UTF-8. Unknown members are ignored; a member that is missing,
 * doubled, of the wrong type or out of range is refused, and so is a message that is too large.
 *
 * <p>Every method throws {@link MalformedMessageException}, and nothing else, for what it cannot
 * read.
 */
public final class MessageReader {
  /** Longest request the switch reads, in bytes. */
  public static final int MAX_REQUEST = Limits.MAX_REQUEST;

  /** Longest answer a phone reads, in bytes. */
  public static final int MAX_ANSWER = Limits.MAX_ANSWER;

  private MessageReader() {}

  /** The body of a PUT. */
  public static RegistrationRequest registrationRequest(byte[] json) {
    JsonMembers message = JsonMembers.read(json, Limits.MAX_REQUEST);
    RegistrationRequest.Builder request =
        RegistrationRequest.builder()
            .mac(message.requiredMac("mac"))
            .localAddress(message.requiredAddress("localAddress"))
            .protocol(message.requiredWord("protocol", Protocol.class))
            .transport(message.requiredWord("transport", Transport.class))
            .bootId(message.requiredText("bootId"))
            .sequence(message.requiredLong("sequence", 0, Long.MAX_VALUE))
            .reason(message.requiredText("reason"));
    message.address("uniqueAddress").ifPresent(request::uniqueAddress);
    message.address("publicAddress").ifPresent(request::publicAddress);
    message.phoneNumber("backupNumber").ifPresent(request::backupNumber);
    return JsonMembers.checked(request::build);
  }

  /** The answer of a PUT. */
  public static RegistrationAnswer registrationAnswer(byte[] json) {
    JsonMembers message = JsonMembers.read(json, Limits.MAX_ANSWER);
    AssignedEndpoint endpoint = endpoint(message);
    Duration expiresIn =
        Duration.ofSeconds(message.requiredLong("expiresIn", 1, Limits.MAX_SECONDS));
    Duration keepAlive = message.requiredSeconds("keepAlive");
    JsonMembers flow = message.requiredObject("flow");
    String keyId = flow.requiredText("keyId");
    byte[] key = flow.requiredOctets("key");
    String nonce = flow.requiredText("nonce");
    InetAddress observed = message.requiredAddress("observedAddress");
    Optional<InetAddress> unique = message.address("uniqueAddress");
    return JsonMembers.checked(
        () ->
            new RegistrationAnswer(
                endpoint, expiresIn, keepAlive, FlowKey.of(keyId, key, nonce), observed, unique));
  }

  /** The body of {@code POST /v1/addresses}. */
  public static AddressRequest addressRequest(byte[] json) {
    JsonMembers message = JsonMembers.read(json, Limits.MAX_REQUEST);
    return new AddressRequest(
        message.requiredMac("mac"), message.required("number", message.phoneNumber("number")));
  }

  /** The answer of {@code POST /v1/addresses}. */
  public static AddressAnswer addressAnswer(byte[] json) {
    JsonMembers message = JsonMembers.read(json, Limits.MAX_ANSWER);
    return new AddressAnswer(
        message.requiredAddress("uniqueAddress"),
        Duration.ofSeconds(message.requiredLong("expiresIn", 1, Limits.MAX_SECONDS)));
  }

  /** The answer of a GET. */
  public static RegistrationRecord registrationRecord(byte[] json) {
    JsonMembers message = JsonMembers.read(json, Limits.MAX_ANSWER);
    return JsonMembers.checked(
        () ->
            new RegistrationRecord(
                message.required("number", message.phoneNumber("number")),
                message.requiredMac("mac"),
                message.requiredAddress("localAddress"),
                message.address("uniqueAddress"),
                message.address("publicAddress"),
                message.requiredAddress("observedAddress"),
                message.socketAddress("flowAddress"),
                message.instant("verifiedAt"),
                message.objects("previous", MessageReader::previous),
                message.objects("causes", MessageReader::cause),
                message.phoneNumber("backupNumber"),
                message.requiredWord("protocol", Protocol.class),
                message.requiredWord("transport", Transport.class),
                endpoint(message),
                message.requiredInstant("registeredAt"),
                message.requiredInstant("expiresAt")));
  }

  /** The answer of {@code GET /v1/whoami}. */
  public static WhoAmI whoAmI(byte[] json) {
    JsonMembers message = JsonMembers.read(json, Limits.MAX_ANSWER);
    return new WhoAmI(
        message.requiredAddress("address"), (int) message.requiredLong("port", 0, 65535));
  }

  /**
   * Problem details. RFC 9457 makes every member optional; an absent status is the given one, so
   * that any server's problem can be read.
   *
   * @param status the status of the HTTP answer, 400 to 599
   */
  public static Problem problem(byte[] json, int status) {
    JsonMembers message = JsonMembers.read(json, Limits.MAX_ANSWER);
    return new Problem(
        message.text("type").orElse(Problem.BLANK),
        message.text("title").orElse(""),
        (int) (long) message.number("status", 400, 599).orElse((long) status),
        message.text("detail").orElse(""),
        message.number("retryAfter", 0, Limits.MAX_SECONDS).map(Duration::ofSeconds));
  }

  private static AssignedEndpoint endpoint(JsonMembers message) {
    JsonMembers endpoint = message.requiredObject("endpoint");
    return new AssignedEndpoint(
        endpoint.requiredAddress("address"),
        (int) endpoint.requiredLong("port", 1, 65535),
        endpoint.requiredWord("transport", Transport.class),
        endpoint.text("serverName"));
  }

  private static Previous previous(JsonMembers entry) {
    return new Previous(
        entry.address("publicAddress"),
        entry.requiredAddress("observedAddress"),
        entry.socketAddress("flowAddress"),
        entry.requiredInstant("until"));
  }

  private static Cause cause(JsonMembers entry) {
    return new Cause(entry.requiredInstant("at"), entry.requiredText("cause"));
  }
}

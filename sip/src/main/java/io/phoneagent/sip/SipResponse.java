// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

/** A response. */
public final class SipResponse extends SipMessage {
  private final int status;
  private final int reasonFrom;
  private final int reasonTo;

  SipResponse(Parts parts, int status, int reasonFrom, int reasonTo) {
    super(parts);
    this.status = status;
    this.reasonFrom = reasonFrom;
    this.reasonTo = reasonTo;
  }

  /**
   * Begins a response with the usual reason phrase; {@link SipRequest#respond} fills in what is
   * copied.
   */
  public static Builder builder(int status) {
    return new Builder(status, ReasonPhrases.of(status));
  }

  /** 100 to 699. */
  public int status() {
    return status;
  }

  /** The reason phrase, for people; may be empty. */
  public String reason() {
    return text(reasonFrom, reasonTo);
  }

  /** 100 to 199: a final one is still to come. */
  public boolean isProvisional() {
    return status < 200;
  }

  /** 200 to 299. */
  public boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** A builder that holds all of this response, byte for byte. */
  public Builder toBuilder() {
    Builder copy = new Builder(status, reason());
    copyAll(copy);
    return copy;
  }

  @Override
  public String toString() {
    return status + " " + reason() + " (" + cseq() + ')';
  }

  /** Puts a response together. */
  public static final class Builder extends SipWriter<Builder> {
    private final int status;
    private String reason;

    private Builder(int status, String reason) {
      if (status < 100 || status > 699) {
        throw new IllegalArgumentException("a status is 100 to 699, not " + status);
      }
      this.status = status;
      this.reason = reason;
    }

    int status() {
      return status;
    }

    /**
     * Another reason phrase than the usual one.
     *
     * @throws IllegalArgumentException if it would break the line
     */
    public Builder reason(String phrase) {
      this.reason = SipWriter.unbroken(phrase);
      return this;
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    String startLine() {
      return "SIP/2.0 " + status + ' ' + reason;
    }

    /**
     * The response.
     *
     * @throws InvalidMessageException if something that every response needs is missing or wrong
     */
    public SipResponse build() {
      if (read() instanceof SipResponse response) {
        return response;
      }
      throw new InvalidMessageException("no response was built");
    }
  }
}

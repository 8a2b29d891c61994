// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.sip;

import java.util.Locale;

/** A request. */
public final class SipRequest extends SipMessage {
  private final SipMethod method;
  private final int uriFrom;
  private final int uriTo;
  private final Uri uri;

  SipRequest(Parts parts, SipMethod method, int uriFrom, int uriTo, Uri uri) {
    super(parts);
    this.method = method;
    this.uriFrom = uriFrom;
    this.uriTo = uriTo;
    this.uri = uri;
  }

  /**
   * Begins a request to a Request-URI; all fields are the caller's to add.
   *
   * @throws IllegalArgumentException if the URI would break the line
   */
  public static Builder builder(SipMethod method, Uri uri) {
    return new Builder(method, uri.text());
  }

  /** What is asked for. */
  public SipMethod method() {
    return method;
  }

  /** The Request-URI: whom or what is asked. */
  public Uri uri() {
    return uri;
  }

  /** The Request-URI as it was sent. */
  public String uriText() {
    return text(uriFrom, uriTo);
  }

  /** A builder that holds all of this request, byte for byte. */
  public Builder toBuilder() {
    Builder copy = new Builder(method, uriText());
    copyAll(copy);
    return copy;
  }

  /**
   * Begins a response to this request (RFC 3261 section 8.2.6): Via, From, To, Call-ID and CSeq are
   * copied as they came, Record-Route where the response may make a dialog.
   */
  public SipResponse.Builder respond(int status) {
    SipResponse.Builder response = SipResponse.builder(status);
    copyLines(HeaderName.VIA, response);
    copyFirst(HeaderName.FROM, response);
    copyFirst(HeaderName.TO, response);
    copyFirst(HeaderName.CALL_ID, response);
    copyFirst(HeaderName.CSEQ, response);
    if (status > 100 && status < 300) {
      copyLines(HeaderName.RECORD_ROUTE, response);
    }
    if (status == 100) {
      copyLines(HeaderName.TIMESTAMP, response);
    }
    return response;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %s (%s)", method, uriText(), cseq());
  }

  /** Puts a request together. */
  public static final class Builder extends SipWriter<Builder> {
    private SipMethod method;
    private String uri;

    private Builder(SipMethod method, String uri) {
      this.method = method;
      this.uri = SipWriter.unbroken(uri);
    }

    /**
     * Changes the Request-URI.
     *
     * @throws IllegalArgumentException if it would break the line
     */
    public Builder uri(Uri newUri) {
      this.uri = SipWriter.unbroken(newUri.text());
      return this;
    }

    /** Changes the method; CSeq is the caller's to change too. */
    public Builder method(SipMethod newMethod) {
      this.method = newMethod;
      return this;
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    String startLine() {
      return method + " " + uri + " SIP/2.0";
    }

    /**
     * The request.
     *
     * @throws InvalidMessageException if something that every request needs is missing or wrong
     */
    public SipRequest build() {
      if (read() instanceof SipRequest request) {
        return request;
      }
      throw new InvalidMessageException("no request was built");
    }
  }
}

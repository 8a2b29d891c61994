// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * An HTTP request.
 *
 * @param method such as {@code GET}
 * @param uri where to; its fragment, if it has one, names the host whose addresses are connected to
 *     instead of the URI's own host, which is still the one that the certificate has to be for
 * @param headers by name; may hold credentials, so they are in no text made of this
 * @param body a text, of the type that the header {@code Content-Type} names, or else JSON; empty
 *     for none
 * @param timeout for the whole exchange
 * @param maxBytes the longest answer to take, in octets
 */
public record HttpQuestion(
    String method,
    URI uri,
    Map<String, String> headers,
    String body,
    Duration timeout,
    int maxBytes) {

  /** Copies the headers. */
  public HttpQuestion {
    headers = Map.copyOf(headers);
  }

  /** The host to connect to: what the fragment names, or else the URI's own. */
  public String connectTo() {
    String fragment = uri.getFragment();
    return fragment == null ? String.valueOf(uri.getHost()) : fragment;
  }

  /**
   * The address of a path under this one, with the same fragment.
   *
   * @param path begins with a slash
   */
  public static URI under(URI base, String path) {
    String text = base.toString();
    int hash = text.indexOf('#');
    String fragment = hash < 0 ? "" : text.substring(hash);
    String front = hash < 0 ? text : text.substring(0, hash);
    return URI.create(
        (front.endsWith("/") ? front.substring(0, front.length() - 1) : front) + path + fragment);
  }

  /** Method and address. */
  @Override
  public String toString() {
    return method + " " + uri;
  }
}

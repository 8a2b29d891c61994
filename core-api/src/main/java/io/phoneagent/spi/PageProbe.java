// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/** A page that holds the public address, and how it is read. A value: each method gives another. */
public interface PageProbe extends PublicAddressProbe {

  /**
   * Searches the page with a pattern, instead of for the only public address in it.
   *
   * @param pattern a regular expression; its first group, or all of it, is the address
   * @throws io.phoneagent.InvalidSettingException if it is no regular expression
   */
  PageProbe pattern(String pattern);

  /**
   * Who asks, for a page that is shown only with a password: by HTTP Digest (RFC 7616, with
   * SHA-256, or MD5 where nothing better is offered), or by Basic (RFC 7617) where only that is
   * offered. Both go to the host and port of the page alone, and only after that has asked for
   * them. Of a page that is given as a path, that is whatever gateway the lease names: a device
   * that is carried to other networks is better given the whole address. A server that once asked
   * for more than Basic or MD5 is not told the password by less. Where the password is refused it
   * is not sent again for five minutes.
   *
   * @param user up to 256 characters without a colon
   * @param password up to 256 characters; never shown, neither in {@link #id}
   * @throws io.phoneagent.InvalidSettingException if one of them is longer, or holds control
   *     characters
   */
  PageProbe credentials(String user, String password);
}

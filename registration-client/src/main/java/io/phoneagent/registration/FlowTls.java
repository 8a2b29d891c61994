// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.PhoneAgentException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The phone's end of TLS: whom it trusts, and the sessions it can resume. Made at its first use,
 * since a phone over UDP with a vendor's HTTP client has none. Thread-safe.
 */
final class FlowTls {
  private final List<X509Certificate> authorities;
  private Optional<SSLContext> made = Optional.empty();

  /**
   * TLS that trusts these authorities.
   *
   * @param authorities empty for the system's
   */
  FlowTls(List<X509Certificate> authorities) {
    this.authorities = authorities;
  }

  /**
   * The client's end of one connection.
   *
   * @param serverName a name or address that the other end's certificate must have (RFC 9525)
   */
  SSLEngine engine(String serverName, int port) {
    // With name and port the context finds the session of an earlier connection (RFC 8446, 2.2).
    SSLEngine engine = context().createSSLEngine(serverName, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }

  private synchronized SSLContext context() {
    if (!made.isPresent()) {
      made = Optional.of(context(trusting(authorities)));
    }
    return made.get();
  }

  /** Trust in these authorities and in nobody else; in the system's, if there are none. */
  static X509TrustManager trusting(List<X509Certificate> authorities) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      if (authorities.isEmpty()) {
        factory.init((KeyStore) null);
      } else {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
          store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        factory.init(store);
      }
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          return x509;
        }
      }
      throw new PhoneAgentException("this platform checks no X.509 certificates");
    } catch (GeneralSecurityException | IOException e) {
      throw new PhoneAgentException("the trusted certificates cannot be used", e);
    }
  }

  /** TLS with this trust. */
  static SSLContext context(X509TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new PhoneAgentException("this platform has no TLS", e);
    }
  }
}

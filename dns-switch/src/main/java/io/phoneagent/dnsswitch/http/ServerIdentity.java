// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.runtime.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The switch's certificate under its own authority, for whatever name a phone knows the switch by:
 * a handshake that names a host (RFC 6066, section 3) gets a certificate for that name too, made on
 * the spot. Phones trust the authority and nobody else has its key, so a name alone proves nothing
 * more and nothing less than the authority does.
 *
 * <p>A certificate lives 90 days in memory and is made anew at the first handshake of its last 30.
 */
public final class ServerIdentity extends X509ExtendedKeyManager {
  private static final Duration LIFE = Duration.ofDays(90);
  private static final Duration RENEWAL = Duration.ofDays(30);

  /** A switch has a handful of names; beyond this somebody is trying them out. */
  private static final int MAX_NAMES = 256;

  // RFC 1123, section 2.1, and not all digits: that would be an address.
  private static final Pattern HOST =
      Pattern.compile(
          "(?!.*[.]?[0-9]+$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?[.]){0,20}"
              + "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private static final String DEFAULT = "";

  private final CertificateAuthority authority;
  private final Clock clock;
  private final Set<String> names;
  private final Collection<InetAddress> addresses;
  private final KeyPair pair;
  private final Map<String, X509Certificate> leaves =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, X509Certificate> eldest) {
          return size() > MAX_NAMES;
        }
      };

  /**
   * An identity with these names and addresses at least.
   *
   * @throws PhoneAgentException if no certificate can be made
   */
  public ServerIdentity(
      CertificateAuthority authority,
      Clock clock,
      Collection<String> names,
      Collection<InetAddress> addresses) {
    this.authority = authority;
    this.clock = clock;
    this.names = new LinkedHashSet<>();
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (isHost(lower)) {
        this.names.add(lower);
      }
    }
    this.addresses = List.copyOf(addresses);
    try {
      this.pair = CertificateAuthority.newKeyPair();
    } catch (GeneralSecurityException e) {
      throw new PhoneAgentException("no key for the switch's certificate can be made", e);
    }
    leaf(DEFAULT);
  }

  /** Whether a name can be one of a host. */
  public static boolean isHost(String name) {
    return name.length() <= 253 && HOST.matcher(name).matches();
  }

  private synchronized X509Certificate leaf(String name) {
    X509Certificate known = leaves.get(name);
    if (known != null
        && known.getNotAfter().toInstant().toEpochMilli() - clock.epochMillis()
            > RENEWAL.toMillis()) {
      return known;
    }
    Set<String> all = new LinkedHashSet<>(names);
    if (!name.equals(DEFAULT)) {
      all.add(name);
    }
    try {
      X509Certificate leaf = authority.leaf(pair.getPublic(), all, addresses, LIFE);
      leaves.put(name, leaf);
      return leaf;
    } catch (GeneralSecurityException | IOException e) {
      throw new PhoneAgentException("the switch's certificate cannot be made", e);
    }
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    if (!keyType.equals("EC")) {
      return null;
    }
    if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
      for (SNIServerName name : session.getRequestedServerNames()) {
        if (name instanceof SNIHostName host) {
          String lower = host.getAsciiName().toLowerCase(Locale.ROOT);
          if (isHost(lower)) {
            return names.contains(lower) ? DEFAULT : lower;
          }
        }
      }
    }
    return DEFAULT;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return new X509Certificate[] {leaf(alias), authority.certificate()};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return pair.getPrivate();
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return keyType.equals("EC") ? DEFAULT : null;
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {DEFAULT};
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.http;

import io.phoneagent.PhoneAgentException;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.runtime.Clock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The switch's own authority: made once, kept as {@code ca.pem} and {@code ca-key.pem} in the data
 * directory. Phones are given {@code ca.pem}. Its leaves live in memory only.
 */
public final class CertificateAuthority {
  /** The file that phones are given. */
  public static final String CA_FILE = "ca.pem";

  private static final String KEY_FILE = "ca-key.pem";

  /** As long as a phone may hang on a wall without anyone giving it another file. */
  private static final Duration CA_LIFE = Duration.ofDays(20 * 365L);

  /** Clocks of phones run behind; a leaf begins this long before it is made. */
  private static final Duration SKEW = Duration.ofDays(2);

  private final Clock clock;
  private final X509Certificate certificate;
  private final PrivateKey key;
  private final SecureRandom random = new SecureRandom();

  private CertificateAuthority(Clock clock, X509Certificate certificate, PrivateKey key) {
    this.clock = clock;
    this.certificate = certificate;
    this.key = key;
  }

  /**
   * Reads the authority from the directory, or makes it there.
   *
   * @throws PhoneAgentException if one of its two files is missing or unreadable
   */
  public static CertificateAuthority open(Path directory, Clock clock) {
    Path certificateFile = directory.resolve(CA_FILE);
    Path keyFile = directory.resolve(KEY_FILE);
    try {
      // The key is written first: without ca.pem nobody has been told to trust it yet.
      if (!Files.exists(certificateFile)) {
        return create(certificateFile, keyFile, clock);
      }
      if (!Files.exists(keyFile)) {
        throw new PhoneAgentException(
            keyFile
                + " is missing beside "
                + certificateFile
                + "; put it back, or remove the latter and give phones the new one");
      }
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(Pem.read(certificateFile, "CERTIFICATE")));
      PrivateKey key =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Pem.read(keyFile, "PRIVATE KEY")));
      return new CertificateAuthority(clock, certificate, key);
    } catch (IOException | GeneralSecurityException e) {
      throw new PhoneAgentException(
          "the certificate authority in " + directory + " cannot be read or made: " + e, e);
    }
  }

  private static CertificateAuthority create(Path certificateFile, Path keyFile, Clock clock)
      throws IOException, GeneralSecurityException {
    KeyPair pair = newKeyPair();
    SecureRandom random = new SecureRandom();
    Instant now = Instant.ofEpochMilli(clock.epochMillis());
    BigInteger serial = serial(random);
    X500Name name = new X500Name("CN=DNS switch CA " + serial.toString(16).substring(0, 8));
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            serial,
            Date.from(now.minus(SKEW)),
            Date.from(now.plus(CA_LIFE)),
            name,
            pair.getPublic());
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            identifiers.createSubjectKeyIdentifier(pair.getPublic()));
    X509Certificate certificate = sign(builder, pair.getPrivate());
    Pem.write(keyFile, "PRIVATE KEY", pair.getPrivate().getEncoded(), "rw-------");
    Pem.write(certificateFile, "CERTIFICATE", certificate.getEncoded(), "rw-r--r--");
    return new CertificateAuthority(clock, certificate, pair.getPrivate());
  }

  /** A new P-256 key pair: the curve that every TLS stack knows. */
  static KeyPair newKeyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** The authority's own certificate. */
  X509Certificate certificate() {
    return certificate;
  }

  /** A server's certificate for these names and addresses. */
  X509Certificate leaf(
      PublicKey subject, Collection<String> names, Collection<InetAddress> addresses, Duration life)
      throws GeneralSecurityException, IOException {
    Instant now = Instant.ofEpochMilli(clock.epochMillis());
    List<GeneralName> alternatives = new ArrayList<>();
    names.forEach(n -> alternatives.add(new GeneralName(GeneralName.dNSName, n)));
    for (InetAddress address : addresses) {
      alternatives.add(new GeneralName(GeneralName.iPAddress, AddressLiteral.format(address)));
    }
    Instant end = now.plus(life);
    Instant last = certificate.getNotAfter().toInstant();
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            certificate,
            serial(random),
            Date.from(now.minus(SKEW)),
            Date.from(end.isBefore(last) ? end : last),
            new X500Name("CN=DNS switch"),
            subject);
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
        .addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
        .addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(alternatives.toArray(new GeneralName[0])))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            identifiers.createAuthorityKeyIdentifier(certificate));
    return sign(builder, key);
  }

  private static BigInteger serial(SecureRandom random) {
    // 127 random bits below a set one: positive, and within the 20 octets of RFC 5280.
    return new BigInteger(127, random).setBit(127);
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }
}

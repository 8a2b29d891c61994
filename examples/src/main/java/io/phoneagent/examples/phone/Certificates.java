// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Certificates in a PEM file. */
public final class Certificates {
  private Certificates() {}

  /**
   * Reads all of them.
   *
   * @throws InvalidSettingException if the file cannot be read or holds none
   */
  public static List<X509Certificate> read(String setting, Path file) {
    List<X509Certificate> found = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        if (one instanceof X509Certificate x509) {
          found.add(x509);
        }
      }
    } catch (IOException e) {
      throw new InvalidSettingException(
          setting, file + " cannot be read (" + e.getClass().getSimpleName() + ")");
    } catch (CertificateException e) {
      throw new InvalidSettingException(
          setting, file + " holds something else than certificates; give them in PEM");
    }
    if (found.isEmpty()) {
      throw new InvalidSettingException(
          setting, file + " holds no certificate; give one or more in PEM");
    }
    return found;
  }
}

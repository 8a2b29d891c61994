// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.Transport;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.RegistrarBed;
import io.phoneagent.lab.SideBySide;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The phone with Kamailio as its registrar, which wants digest by SHA-256 and registrations of a
 * quarter of an hour.
 */
@InLab
@SideBySide
final class SipRegistrationTest {
  private static final String ANN = "+15551230001";
  private static final String BEN = "+15551230002";

  private static RegistrarBed bed;

  @BeforeAll
  static void build() {
    bed = RegistrarBed.up("SHA-256", "LEAST_EXPIRES=900");
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
  }

  @Test
  void thePasswordIsProvenBySha256() {
    bed.phone("phone1", ANN, Transport.UDP).awaitReachable();
    bed.awaitContacts(ANN, 1);
  }

  @Test
  void aDomainIsEnoughAndASilentServerIsLeftForTheNext() {
    PhoneProcess ann = bed.phoneOf("phone1", ANN, "sip:pbx.lab.test").awaitReachable();
    Event registered = ann.await("registered");
    assertThat(registered.text("endpoint")).isEqualTo("203.0.113.100:5070");
    assertThat(registered.at() - ann.await("public-address").at()).isLessThan(10_000);
    bed.awaitContacts(ANN, 1);
  }

  @Test
  void aWrongOneIsTold() {
    PhoneProcess ann = bed.phoneWithPassword("phone1", BEN, Transport.UDP, "another");
    Event failed = ann.await("failed");
    assertThat(failed.text("detail")).contains("does not accept the password of " + BEN);
    assertThat(failed.text("what")).isEqualTo("registration");
    assertThat(bed.contacts(BEN)).isEmpty();
  }
}

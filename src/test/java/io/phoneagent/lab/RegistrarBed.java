// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import io.phoneagent.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A lab with Kamailio as a SIP server for calls, and the phones that a test registers with it. */
public final class RegistrarBed implements AutoCloseable {

  /** The password of all its phones. */
  public static final String PASSWORD = "word-that-all-share";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "LAB_SWITCH_UDP", "5070",
          "LAB_SWITCH_TCP", "5070, 5071");
  private static final String HOST = "203.0.113.100";
  private static final Map<String, String> GATEWAYS =
      Map.of("phone1", "192.168.1.1", "phone1b", "192.168.1.1", "phone2", "192.168.2.1");

  private final Lab lab;
  private final PeerRegistrar registrar;
  private final Path control;
  private final Path certificate;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  private RegistrarBed(Lab lab, List<String> definitions) {
    this.lab = lab;
    this.control = lab.state().resolve("kamailio-control");
    this.certificate = lab.state().resolve("registrar.pem");
    Path key = lab.state().resolve("registrar.key");
    Outcome.of(
            lab.state().resolve("run"),
            List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + HOST,
                "-addext",
                "subjectAltName=IP:" + HOST,
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString()),
            Duration.ofSeconds(30))
        .orFail();
    List<String> all = new ArrayList<>(definitions);
    all.addAll(
        List.of(
            "TLS_PORT=5071",
            "TLS_KEY=\"" + key + "\"",
            "TLS_CERTIFICATE=\"" + certificate + "\"",
            "CONTROL=\"unix:" + control + "\""));
    this.registrar = PeerRegistrar.start(lab, PASSWORD, all);
  }

  /**
   * Builds it.
   *
   * @param algorithm of the digest, MD5 or SHA-256
   * @param definitions more of {@code kamailio.cfg}
   */
  public static RegistrarBed up(String algorithm, String... definitions) {
    List<String> all = new ArrayList<>(List.of(definitions));
    all.addAll(List.of("CALLS=1", "ALGORITHM=\"" + algorithm + "\""));
    return up(all);
  }

  /** Builds it with a registrar through which anybody may call. */
  public static RegistrarBed upForStrangers() {
    return up(List.of());
  }

  private static RegistrarBed up(List<String> definitions) {
    Lab lab = Lab.up(SETTINGS);
    try {
      return new RegistrarBed(lab, definitions);
    } catch (RuntimeException | AssertionError e) {
      lab.close();
      throw e;
    }
  }

  /** The lab. */
  public Lab lab() {
    return lab;
  }

  /** Who calls through it from outside. */
  public PeerRegistrar registrar() {
    return registrar;
  }

  /** What a phone is told. */
  public static String address(Transport transport) {
    return "sip:"
        + HOST
        + (transport == Transport.TLS ? ":5071" : ":5070")
        + ";transport="
        + transport.label();
  }

  /** Leases an address for the host and starts our phone of that number there. */
  public PhoneProcess phone(String host, String number, Transport transport, String... more) {
    return phoneWithPassword(host, number, transport, PASSWORD, more);
  }

  /** The same with this password. */
  public PhoneProcess phoneWithPassword(
      String host, String number, Transport transport, String password, String... more) {
    return phone(host, number, address(transport), password, more);
  }

  /** The same with this address of the registrar. */
  public PhoneProcess phoneOf(String host, String number, String registrar) {
    return phone(host, number, registrar, PASSWORD);
  }

  private PhoneProcess phone(
      String host, String number, String registrar, String password, String... more) {
    lab.lease(host);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--registrar",
                registrar,
                "--password",
                password,
                "--ca",
                certificate.toString(),
                "--interface",
                "eth0",
                "--probe",
                "http://" + GATEWAYS.getOrDefault(host, "") + "/ip",
                "--check-every",
                "1s",
                "--treat-as-public",
                "203.0.113.0/24",
                "--treat-as-public",
                "198.51.100.0/24"));
    arguments.addAll(List.of(more));
    PhoneProcess phone = PhoneProcess.registered(lab, host, Account.of(number), arguments);
    started.push(phone);
    return phone;
  }

  /** Starts baresip of that number on the host beyond all firewalls, which hears into a folder. */
  public BaresipPhone baresip(String number, Path sound, boolean answers) {
    BaresipPhone phone =
        BaresipPhone.start(lab, "pstn", number, PASSWORD, HOST + ":5070", sound, answers);
    started.push(phone);
    return phone;
  }

  /** The contacts that the registrar has of that number. */
  public List<String> contacts(String number) {
    return lab.exec(
            "switch", "kamcmd", "-s", "unix:" + control, "ul.lookup", "s:location", "s:" + number)
        .output()
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("Address:"))
        .map(line -> line.substring("Address:".length()).strip())
        .toList();
  }

  /** Waits until the registrar has so many contacts of that number. */
  public void awaitContacts(String number, int count) {
    Awaitility.await(count + " contacts of " + number)
        .atMost(Duration.ofSeconds(20))
        .until(() -> contacts(number).size() == count);
  }

  /** Ends the phones. */
  public void endPrograms() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    try {
      endPrograms();
      registrar.close();
    } finally {
      lab.close();
    }
  }
}

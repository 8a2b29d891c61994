// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static io.phoneagent.system.Numbers.ANN;
import static io.phoneagent.system.Numbers.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Account;
import io.phoneagent.lab.Capture;
import io.phoneagent.lab.Event;
import io.phoneagent.lab.InLab;
import io.phoneagent.lab.PhoneProcess;
import io.phoneagent.lab.SideBySide;
import io.phoneagent.lab.TestBed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Both sites have the same network, and in it both phones have the same address: by what the switch
 * gives them they are told apart.
 */
@InLab
@SideBySide
final class UniqueAddressTest {
  private static final String SAME = "192.168.1.100";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static TestBed bed;
  private static Path sounds;

  @BeforeAll
  static void build() throws Exception {
    bed = TestBed.up(Map.of("LAB_LAN2", "192.168.1", "LAB_DHCP_RANGE", "100,100"), ANN, BOB);
    sounds = Files.createDirectories(bed.lab().state().resolve("sounds"));
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @AfterEach
  void endPhones() {
    bed.endPrograms();
  }

  private static PhoneProcess phone(String host, Account account, String... more) {
    PhoneProcess phone = bed.phone(host, account, more).awaitReachable();
    assertThat(phone.await("leased").text("address")).isEqualTo(SAME);
    return phone;
  }

  private static String unique(PhoneProcess phone) {
    String address = phone.await("registered").text("uniqueAddress");
    assertThat(bed.record(phone.account()).text("uniqueAddress")).isEqualTo(address);
    assertThat(bed.record(phone.account()).text("localAddress")).isEqualTo(SAME);
    return address;
  }

  @Test
  void dialledByUniqueAddressTheRightOneOfTwoRingsAHundredTimesOfAHundred() {
    PhoneProcess ann = phone("phone1", ANN, "--unique-address", "--answer", "auto");
    PhoneProcess bob = phone("phone2", BOB, "--unique-address", "--answer", "auto");
    String anns = unique(ann);
    String bobs = unique(bob);
    assertThat(anns).startsWith("198.1").isNotEqualTo(bobs);
    for (int i = 0; i < 50; i++) {
      rings(ann, bob, bobs);
      rings(bob, ann, anns);
    }
    int mark = ann.events().mark();
    ann.say("call sip:" + BOB.number() + "@" + anns);
    assertThat(ann.await(mark, "call-ended").body().path("status").asInt()).isEqualTo(404);
    assertThat(ann.events().named("call-incoming")).hasSize(50);
    assertThat(bob.events().named("call-incoming")).hasSize(50);
  }

  private static void rings(PhoneProcess calling, PhoneProcess called, String address) {
    int callings = calling.events().mark();
    int calleds = called.events().mark();
    calling.say("call sip:" + called.account().number() + "@" + address);
    Event incoming = called.await(calleds, "call-incoming");
    assertThat(incoming.text("from")).isEqualTo(calling.account().number());
    calling.await(callings, "call-established");
    calling.say("hangup");
    calling.await(callings, "call-ended");
    called.await(calleds, "call-ended");
  }

  @Test
  void itStandsInContactAndDescriptionAndBothHearEachOther() {
    Voice anns = Voice.of(sounds, 1);
    Voice bobs = Voice.of(sounds, 2);
    PhoneProcess bob = phone("phone2", BOB, bobs.options("--unique-address", "--answer", "auto"));
    String bobsAddress = unique(bob);
    Capture capture = bed.lab().capture("phone1", "udp", "port", "5060");
    PhoneProcess ann =
        phone(
            "phone1",
            ANN,
            anns.options("--unique-address", "--call", "sip:" + BOB.number() + "@" + bobsAddress));
    Event established = ann.await("call-established");
    Awaitility.await("they talk")
        .atMost(PATIENCE)
        .until(() -> System.currentTimeMillis() > established.at() + 4_000);
    ann.say("hangup");
    ann.await("call-ended");
    bob.await("call-ended");
    capture.stop();
    ann.close();
    bob.close();
    Voice.heardWell(anns, bobs);
    Voice.heardWell(bobs, anns);

    String annsAddress = ann.await("registered").text("uniqueAddress");
    List<List<String>> invites =
        capture.fields(
            "sip.Method == INVITE && ip.src == " + SAME,
            "sip.r-uri.host",
            "sip.contact.host",
            "sdp.connection_info.address",
            "sdp.owner.address");
    assertThat(invites)
        .isNotEmpty()
        .allSatisfy(
            fields -> {
              assertThat(fields.get(0)).isEqualTo(bobsAddress);
              for (String field : fields.subList(1, fields.size())) {
                assertThat(Set.of(annsAddress)).containsAll(List.of(field.split(",", -1)));
              }
            });
  }

  @Test
  void itStaysOverARestartOfPhoneAndSwitch() {
    PhoneProcess before = phone("phone1", ANN, "--unique-address");
    String address = unique(before);
    before.close();
    bed.killAndRestartSwitch();
    PhoneProcess after = phone("phone1", ANN, "--unique-address");
    assertThat(unique(after)).isEqualTo(address);
  }
}

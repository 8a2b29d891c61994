// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.store.DurableStore;
import io.phoneagent.flow.FlowSource;
import io.phoneagent.testkit.VirtualTime;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What outlives the switch, in the real store. */
class ContactsTest {
  private static final PhoneNumber NUMBER = new PhoneNumber("+15550000002");

  private final VirtualTime time = new VirtualTime();
  @TempDir private Path folder;

  private Contact contact(String id, FlowSource path, int seconds) {
    return contact(NUMBER, id, path, seconds);
  }

  private Contact contact(PhoneNumber number, String id, FlowSource path, int seconds) {
    Instant now = Instant.ofEpochMilli(time.epochMillis());
    return new Contact(
        number,
        id,
        "sip:" + id,
        path,
        Optional.of("<urn:uuid:0>"),
        OptionalInt.of(3),
        List.of("<sip:a;lr>", "<sip:b;lr>"),
        new Contact.Order("call-" + id, 5),
        now,
        now.plusSeconds(seconds),
        now.plusSeconds(seconds),
        Duration.ofMillis(40),
        "shop's own/1");
  }

  private static FlowSource udp(int port) {
    return FlowSource.udp(new InetSocketAddress("192.0.2.1", port));
  }

  private DurableStore<Contact> store() {
    return Contacts.store(folder.resolve("contacts.db"));
  }

  private static void bind(Contacts contacts, Contact contact) throws Exception {
    contacts.bind(contact).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void datagramsContactsOutliveTheSwitchWithAllTheyAre() throws Exception {
    Contact kept = contact("one@h", udp(5060), 600);
    try (DurableStore<Contact> store = store()) {
      Contacts contacts = new Contacts(store, time);
      contacts.restore(FlowSource::udp);
      bind(contacts, kept);
      bind(contacts, contact("two@h", udp(5061), 600));
      bind(contacts, contact("short@h", udp(5062), 60));
      bind(
          contacts,
          contact(
              "tcp@h",
              new FlowSource(Transport.TCP, new InetSocketAddress("192.0.2.1", 5063), 7),
              600));
      contacts.remove(contacts.find(NUMBER, "two@h").orElseThrow(), "its phone left");
      assertThat(contacts.size()).isEqualTo(3);
    }
    time.advance(Duration.ofSeconds(61));
    try (DurableStore<Contact> store = store()) {
      Contacts contacts = new Contacts(store, time);
      contacts.restore(a -> new FlowSource(Transport.UDP, a, 2));
      assertThat(contacts.of(NUMBER))
          .containsExactly(kept.at(new FlowSource(Transport.UDP, kept.path().address(), 2)));
      assertThat(contacts.at(udp(5060))).as("by another of the switch's addresses").isEmpty();
    }
    try (DurableStore<Contact> store = store()) {
      assertThat(store.load()).as("what had ended is gone").hasSize(1);
    }
  }

  @Test
  void aRefreshIsAnsweredWithoutWaitingForTheDisk() throws Exception {
    try (DurableStore<Contact> store = store()) {
      Contacts contacts = new Contacts(store, time);
      bind(contacts, contact("one@h", udp(5060), 600));
      assertThat(contacts.bind(contact("one@h", udp(5060), 900)).toCompletableFuture()).isDone();
      assertThat(contacts.size()).isEqualTo(1);
    }
    try (DurableStore<Contact> store = store()) {
      assertThat(store.load())
          .singleElement()
          .extracting(Contact::until)
          .as("and five minutes, so that the next need not be written")
          .isEqualTo(Instant.ofEpochMilli(time.epochMillis()).plusSeconds(1_200));
    }
  }

  @Test
  void notEachRefreshIsWritten() throws Exception {
    List<Contact> written = new ArrayList<>();
    Contacts contacts = new Contacts(new CountedStore(written), time);
    for (int i = 0; i < 20; i++) {
      bind(contacts, contact("one@h", udp(5060), 60));
      Contact now = contacts.find(NUMBER, "one@h").orElseThrow();
      assertThat(now.until()).isEqualTo(Instant.ofEpochMilli(time.epochMillis()).plusSeconds(60));
      assertThat(written.get(written.size() - 1).kept())
          .as("a restart does not lose it")
          .isAfterOrEqualTo(now.until());
      time.advance(Duration.ofSeconds(30));
    }
    // The first, then one in five minutes and a half.
    assertThat(written).hasSize(3);
    bind(contacts, contact("one@h", udp(5061), 60));
    assertThat(written).as("another way to it").hasSize(4);
  }

  @Test
  void aRefreshThatShortensTheTimeIsWritten() throws Exception {
    List<Contact> written = new ArrayList<>();
    Contacts contacts = new Contacts(new CountedStore(written), time);
    bind(contacts, contact("one@h", udp(5060), 7_200));
    bind(contacts, contact("one@h", udp(5060), 60));
    assertThat(written.get(written.size() - 1).kept())
        .as("a restart does not have it ring in vain for two hours")
        .isEqualTo(Instant.ofEpochMilli(time.epochMillis()).plusSeconds(360));
    bind(contacts, contact("one@h", udp(5060), 60));
    assertThat(written).hasSize(2);
  }

  private record CountedStore(List<Contact> written) implements DurableStore<Contact> {
    @Override
    public List<Contact> load() {
      return List.of();
    }

    @Override
    public CompletionStage<Void> write(Contact value) {
      written.add(value);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void writeSoon(Contact value) {
      written.add(value);
    }

    @Override
    public void close() {}
  }

  @Test
  void whatWasReachedOverAConnectionGoesWithIt() throws Exception {
    try (DurableStore<Contact> store = store()) {
      Contacts contacts = new Contacts(store, time);
      FlowSource connection =
          new FlowSource(Transport.TLS, new InetSocketAddress("192.0.2.1", 5063), 7);
      bind(contacts, contact("tls@h", connection, 600));
      assertThat(contacts.at(connection)).hasSize(1);
      contacts.closed(connection);
      assertThat(contacts.of(NUMBER)).isEmpty();
      assertThat(contacts.at(connection)).isEmpty();
    }
  }

  @Test
  void aSourceLeadsToAllThatAreThereAndToNoOther() throws Exception {
    PhoneNumber other = new PhoneNumber("+15550000003");
    PhoneNumber third = new PhoneNumber("+15550000004");
    Contacts contacts = new Contacts(new CountedStore(new ArrayList<>()), time);
    Contact one = contact("one@h", udp(5060), 600);
    Contact two = contact(other, "two@h", udp(5060), 600);
    Contact three = contact(third, "three@h", udp(5060), 600);
    bind(contacts, one);
    bind(contacts, two);
    bind(contacts, three);
    assertThat(contacts.at(udp(5060))).containsExactlyInAnyOrder(one, two, three);
    bind(contacts, two.at(udp(5061)));
    assertThat(contacts.at(udp(5060))).containsExactlyInAnyOrder(one, three);
    assertThat(contacts.at(udp(5061))).containsExactly(two.at(udp(5061)));
    contacts.remove(three, "its phone left");
    assertThat(contacts.at(udp(5060))).containsExactly(one);
    bind(contacts, two);
    assertThat(contacts.at(udp(5060))).containsExactlyInAnyOrder(one, two);
    assertThat(contacts.at(udp(5061))).isEmpty();
    contacts.remove(one, "its phone left");
    contacts.remove(two, "its phone left");
    assertThat(contacts.at(udp(5060))).isEmpty();
    assertThat(contacts.size()).isZero();
  }

  @Test
  void oneOfANumberThatLeavesASourceLeavesTheOthersThere() throws Exception {
    Contacts contacts = new Contacts(new CountedStore(new ArrayList<>()), time);
    Contact one = contact("one@h", udp(5060), 600);
    bind(contacts, one);
    // A proxy's: behind one source there may be several of a number.
    Contact two = contact("two@h", udp(5060), 600);
    bind(contacts, two);
    assertThat(contacts.at(udp(5060))).containsExactly(one, two);
    bind(contacts, one.at(udp(5061)));
    assertThat(contacts.at(udp(5060))).containsExactly(two);
    assertThat(contacts.of(NUMBER)).as("in their order").containsExactly(one.at(udp(5061)), two);
  }

  @Test
  void aRefreshKeepsInMemoryWhatHasNotChanged() throws Exception {
    Contacts contacts = new Contacts(new CountedStore(new ArrayList<>()), time);
    Contact first = contact("one@h", udp(5060), 60);
    bind(contacts, first);
    time.advance(Duration.ofSeconds(30));
    bind(contacts, contact(new PhoneNumber(NUMBER.e164()), "one@h", udp(5060), 60));
    Contact now = contacts.find(NUMBER, "one@h").orElseThrow();
    assertThat(now.until()).isEqualTo(first.until().plusSeconds(30));
    assertThat(now.number()).isSameAs(first.number());
    assertThat(now.uri()).isSameAs(first.uri());
    assertThat(now.path()).isSameAs(first.path());
    assertThat(now.routes()).isSameAs(first.routes());
    assertThat(now.order().callId()).isSameAs(first.order().callId());
    assertThat(now.userAgent()).isSameAs(first.userAgent());
  }
}

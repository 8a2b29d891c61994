// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch.call;

import io.phoneagent.dnsswitch.registrar.Contact;
import io.phoneagent.dnsswitch.store.DurableStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps contacts in memory, over the restarts of a test. */
final class MemoryContacts implements DurableStore<Contact> {
  private final Map<List<Object>, Contact> kept = new LinkedHashMap<>();
  boolean broken;

  @Override
  public List<Contact> load() {
    return new ArrayList<>(kept.values());
  }

  @Override
  public CompletionStage<Void> write(Contact contact) {
    if (broken) {
      return CompletableFuture.failedFuture(new IOException("no space is left"));
    }
    writeSoon(contact);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void writeSoon(Contact contact) {
    List<Object> key = List.of(contact.number(), contact.id());
    if (contact.until().equals(Instant.EPOCH)) {
      kept.remove(key);
    } else {
      kept.put(key, contact);
    }
  }

  @Override
  public void close() {}
}

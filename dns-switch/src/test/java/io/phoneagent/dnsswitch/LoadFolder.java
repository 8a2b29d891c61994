// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import io.phoneagent.PhoneNumber;
import io.phoneagent.dnsswitch.account.Account;
import io.phoneagent.dnsswitch.account.PlainDigests;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the servers of a benchmark have their files, until it is over. */
final class LoadFolder implements Closeable {
  private final Path folder;

  private LoadFolder(Path folder) {
    this.folder = folder;
  }

  /** One with the accounts of the {@link RegisterLoad}'s numbers. */
  static LoadFolder of(int numbers, String secret) throws IOException {
    LoadFolder made = new LoadFolder(Files.createTempDirectory("benchmark"));
    made.accounts(numbers, secret);
    return made;
  }

  Path path() {
    return folder;
  }

  private void accounts(int numbers, String secret) throws IOException {
    StringBuilder json = new StringBuilder("{\"accounts\":[");
    for (int i = 0; i < numbers; i++) {
      PhoneNumber number = new PhoneNumber(RegisterLoad.number(i));
      PlainDigests plain = PlainDigests.of(number, secret, PlainDigests.Offered.MD5);
      json.append(i == 0 ? "" : ",")
          .append("{\"number\":\"")
          .append(number)
          .append("\",\"ha1\":\"")
          .append(Account.ha1(number, secret))
          .append("\",\"digest\":\"md5\",\"ha1Md5\":\"")
          .append(plain.md5().orElseThrow())
          .append("\"}");
    }
    Files.writeString(folder.resolve("accounts.json"), json.append("]}"));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(f -> f.toFile().delete());
    }
  }
}

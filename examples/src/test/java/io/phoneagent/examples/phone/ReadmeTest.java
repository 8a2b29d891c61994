// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.examples.minimal.MinimalPhone;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's example is a class of this module, and it runs. */
class ReadmeTest {
  private static final Path SOURCE =
      Path.of("src/main/java/io/phoneagent/examples/minimal/MinimalPhone.java");

  @Test
  void theExampleIsTheClass() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    int begin = readme.indexOf("```java\n") + "```java\n".length();
    String example = readme.substring(begin, readme.indexOf("```", begin));
    String source = Files.readString(SOURCE);
    String body = source.substring(source.indexOf("    PhoneAgent agent ="), source.length());
    String withoutMain = body.replace("    Thread.currentThread().join();\n  }\n\n", "");
    for (String line : example.lines().toList()) {
      assertThat(withoutMain).contains(line.strip());
    }
    assertThat(example.lines().toList()).hasSizeBetween(10, 20);
  }

  @Test
  void theExampleBecomesReachable(@TempDir Path data) throws Exception {
    try (TestSwitch dnsSwitch = new TestSwitch(data, "+15551230001", "s1")) {
      Process phone =
          dnsSwitch.example(MinimalPhone.class, dnsSwitch.address(), "+15551230001", "s1", "lo");
      try (BufferedReader out = phone.inputReader(StandardCharsets.UTF_8)) {
        assertThat(out.lines().filter(l -> l.startsWith("+")).findFirst())
            .hasValueSatisfying(
                l -> assertThat(l).startsWith("+15551230001 can be called through 127.0.0.1:"));
      } finally {
        phone.destroyForcibly();
      }
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void theExampleSaysWhyItIsNotReachable(@TempDir Path data) throws Exception {
    try (TestSwitch dnsSwitch = new TestSwitch(data, "+15551230001", "s1")) {
      Process phone =
          dnsSwitch.example(MinimalPhone.class, dnsSwitch.address(), "+15551230001", "s2", "lo");
      try (BufferedReader out = phone.inputReader(StandardCharsets.UTF_8)) {
        assertThat(out.lines().filter(l -> l.startsWith("registration: ")).findFirst())
            .hasValueSatisfying(l -> assertThat(l).contains("401 no account has this number"));
      } finally {
        phone.destroyForcibly();
      }
    }
  }
}

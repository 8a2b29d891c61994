// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Outcome;
import io.phoneagent.lab.Product;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story that {@code bin/demo} tells; it ends with 0 only if all of it happened. */
final class DemoTest {

  @TempDir Path folder;

  @Test
  void theWholeStoryHappens() {
    Outcome outcome = Product.run(folder, "demo");
    assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
    assertThat(outcome.output().toLowerCase(Locale.ROOT))
        .contains(
            "registered, assigned",
            "flow open",
            "anna hears bert",
            "bert hears anna",
            "firewall changes",
            "back in",
            "backup number rings");
  }
}

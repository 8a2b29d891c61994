// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that needs the lab. It is skipped where nobody may make network namespaces, and only
 * there; {@code -Dlab=on} makes it run (and fail) even so, {@code -Dlab=off} leaves it out.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("lab")
@ExtendWith(InLab.Possible.class)
public @interface InLab {

  /** Whether this machine, and this user, can have a lab. */
  final class Possible implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      String wanted = System.getProperty("lab", "auto");
      if (wanted.equals("on")) {
        return ConditionEvaluationResult.enabled("-Dlab=on");
      } else if (wanted.equals("off")) {
        return ConditionEvaluationResult.disabled("the lab is left out: -Dlab=off");
      } else if (namespacesAllowed()) {
        return ConditionEvaluationResult.enabled("network namespaces can be made");
      }
      return ConditionEvaluationResult.disabled("the lab needs root, to make network namespaces");
    }

    private static boolean namespacesAllowed() {
      try {
        return new ProcessBuilder("unshare", "--mount", "--net", "true")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}

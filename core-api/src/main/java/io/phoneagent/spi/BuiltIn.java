// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.PhoneAgentException;
import java.util.Iterator;
import java.util.ServiceLoader;

/** Finds the code of this SDK that stands in other modules than its API. */
final class BuiltIn {
  private BuiltIn() {}

  static <T> T only(Class<T> service, String artifact) {
    // The API's own class loader: the thread's may be a container's that does not see the SDK.
    Iterator<T> found = ServiceLoader.load(service, BuiltIn.class.getClassLoader()).iterator();
    if (!found.hasNext()) {
      throw new PhoneAgentException(
          "no " + service.getSimpleName() + " found; add " + artifact + " to the application");
    }
    return found.next();
  }
}

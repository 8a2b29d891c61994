// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

import io.phoneagent.PhoneAgentException;
import java.io.IOException;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.StringJoiner;

/**
 * What a vendor's jars provide by lying on the class or module path, looked up anew for each agent.
 */
final class PlugIns {
  private final ClassLoader loader;

  /** Those that this class loader and its parents see. */
  PlugIns(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * The only plug-in for a port that takes one, or empty if there is none.
   *
   * @param port what it implements
   * @param setting the builder's method that decides between several
   * @throws PhoneAgentException if there are several, or one that cannot be used
   */
  <T> Optional<T> only(Class<T> port, String setting) {
    List<T> found = all(port, setting);
    if (found.size() > 1) {
      StringJoiner names = new StringJoiner(" and ");
      found.forEach(plugIn -> names.add(name(plugIn.getClass())));
      throw new PhoneAgentException(
          "several plug-ins for "
              + port.getSimpleName()
              + ", which takes one: "
              + names
              + "; take all but one off the class or module path, or name the right one with"
              + " PhoneAgentBuilder."
              + setting);
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
  }

  /**
   * All plug-ins for a port that takes any number.
   *
   * @throws PhoneAgentException if one of them cannot be used
   */
  <T> List<T> all(Class<T> port, String setting) {
    List<T> found = new ArrayList<>();
    try {
      for (T plugIn : ServiceLoader.load(port, loader)) {
        found.add(plugIn);
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      // Linkage: compiled for a newer Java, or against classes that are not here.
      throw new PhoneAgentException(
          "a plug-in for "
              + port.getSimpleName()
              + " cannot be used: "
              + reason(e)
              + declaredIn(port)
              + "; mend it, take its jar off the class or module path, or name another one with"
              + " PhoneAgentBuilder."
              + setting,
          e);
    }
    return found;
  }

  private static String reason(Throwable error) {
    Throwable cause = error.getCause();
    return error instanceof ServiceConfigurationError
        ? error.getMessage() + (cause == null ? "" : ", because of " + cause)
        : error.toString();
  }

  /** Where class path plug-ins for a port are declared, for what does not name itself. */
  private String declaredIn(Class<?> port) {
    try {
      List<URL> files =
          Collections.list(loader.getResources("META-INF/services/" + port.getName()));
      return files.isEmpty() ? "" : " (declared in " + files + ")";
    } catch (IOException e) {
      return "";
    }
  }

  private static String name(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return type.getName() + (source == null ? "" : " (" + source.getLocation() + ")");
  }
}

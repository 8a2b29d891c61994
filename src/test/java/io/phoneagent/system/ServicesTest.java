// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.phoneagent.lab.Product;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a jar provides is said twice, for the module path and for the class path. */
final class ServicesTest {
  @Test
  void moduleDescriptorsAndServiceFilesAgree() throws IOException {
    int providing = 0;
    for (Path classes : modules()) {
      Map<String, List<String>> declared = descriptor(classes);
      assertThat(serviceFiles(classes))
          .as("META-INF/services and module-info of %s", classes)
          .isEqualTo(declared);
      providing += declared.isEmpty() ? 0 : 1;
    }
    assertThat(providing).as("modules that provide something").isGreaterThanOrEqualTo(4);
  }

  /** Without {@code uses} a plug-in is found on the class path and not on the module path. */
  @Test
  void theApiUsesEveryServiceThatIsProvided() throws IOException {
    ModuleDescriptor api = read(Product.root().resolve("core-api/target/classes"));
    for (Path classes : modules()) {
      assertThat(api.uses()).containsAll(descriptor(classes).keySet());
    }
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(Product.root());
        Stream<Path> examples = Files.list(Product.root().resolve("examples"))) {
      return Stream.concat(folders, examples)
          .map(folder -> folder.resolve("target/classes"))
          .filter(classes -> Files.exists(classes.resolve("module-info.class")))
          .toList();
    }
  }

  private static ModuleDescriptor read(Path classes) throws IOException {
    try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
      return ModuleDescriptor.read(in);
    }
  }

  private static Map<String, List<String>> descriptor(Path classes) throws IOException {
    Map<String, List<String>> provided = new TreeMap<>();
    read(classes).provides().forEach(p -> provided.put(p.service(), p.providers()));
    return provided;
  }

  private static Map<String, List<String>> serviceFiles(Path classes) throws IOException {
    Map<String, List<String>> provided = new TreeMap<>();
    Path services = classes.resolve("META-INF/services");
    if (Files.isDirectory(services)) {
      try (Stream<Path> files = Files.list(services)) {
        for (Path file : files.toList()) {
          provided.put(file.getFileName().toString(), Files.readAllLines(file));
        }
      }
    }
    return provided;
  }
}

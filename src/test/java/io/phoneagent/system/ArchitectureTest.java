// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.phoneagent.lab.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which module may know which, and who reads the clock. */
final class ArchitectureTest {

  private static final String ROOT = "io.phoneagent";

  /** Beside these, all may know core-api, the packages io.phoneagent and io.phoneagent.spi. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("", Set.of()),
          Map.entry("spi", Set.of()),
          Map.entry("runtime", Set.of()),
          Map.entry("flow", Set.of("runtime")),
          Map.entry("dhcpmessage", Set.of()),
          Map.entry("dhcp", Set.of("runtime", "dhcpmessage")),
          Map.entry("nat", Set.of("runtime", "flow")),
          Map.entry("protocol", Set.of("runtime")),
          Map.entry("sip", Set.of("runtime")),
          Map.entry("mgcp", Set.of("runtime")),
          Map.entry("testkit", Set.of("runtime")),
          Map.entry(
              "registration", Set.of("runtime", "nat", "dhcp", "sip", "mgcp", "flow", "protocol")),
          Map.entry(
              "dnsswitch",
              Set.of("runtime", "nat", "sip", "mgcp", "flow", "protocol", "dhcpmessage")),
          Map.entry(
              "examples",
              Set.of(
                  "runtime",
                  "nat",
                  "dhcp",
                  "sip",
                  "mgcp",
                  "flow",
                  "protocol",
                  "registration",
                  "dnsswitch",
                  "testkit")));

  private static JavaClasses product;

  @BeforeAll
  static void readAllModules() throws IOException {
    try (Stream<Path> folders = Files.list(Product.root())) {
      List<Path> modules =
          folders
              .filter(folder -> !folder.endsWith("benchmarks")) // no part of the product
              .map(folder -> folder.resolve("target/classes"))
              .filter(Files::isDirectory)
              .toList();
      product =
          new ClassFileImporter()
              .withImportOption(location -> !location.contains("module-info"))
              .importPaths(modules);
    }
    assertThat(product.contain("io.phoneagent.PhoneNumber")).isTrue();
  }

  /** "" for core-api's own package, else the first word after io.phoneagent. */
  private static String module(JavaClass type) {
    String name = type.getPackageName();
    String rest = name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  private static boolean ours(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) || name.startsWith(ROOT + ".");
  }

  @Test
  void modulesKnowOnlyWhomTheyMay() {
    ArchCondition<JavaClass> keepToTheArrows =
        new ArchCondition<>("know only the modules that the design allows") {
          @Override
          public void check(JavaClass type, ConditionEvents events) {
            Set<String> allowed = MAY_KNOW.get(module(type));
            if (allowed == null) {
              events.add(
                  SimpleConditionEvent.violated(
                      type, type.getName() + " is in a package that this test does not know"));
              return;
            }
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
              JavaClass target = dependency.getTargetClass().getBaseComponentType();
              if (!ours(target)) {
                continue;
              }
              String other = module(target);
              if (!other.equals(module(type))
                  && !other.isEmpty()
                  && !other.equals("spi")
                  && !allowed.contains(other)) {
                events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
              }
            }
          }
        };
    ArchRule rule =
        classes()
            .should(keepToTheArrows)
            .because(
                "agent and switch never see each other, a protocol is usable alone, and what points"
                    + " in a circle cannot be changed");
    rule.check(product);
  }

  @Test
  void coreApiKnowsTheJdkAlone() {
    classes()
        .that()
        .resideInAnyPackage(ROOT, ROOT + ".spi..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(ROOT, ROOT + ".spi..", "java..", "javax..", "org.jspecify..")
        .because("a vendor who only implements a plug-in gets nothing else with it")
        .check(product);
  }

  @Test
  void theProtocolsDoNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + ".sip..", ROOT + ".flow..", ROOT + ".protocol..", ROOT + ".mgcp..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.net\\.(.*Socket|URLConnection|HttpURLConnection|http\\..*)|java\\.nio\\.channels\\..*")
        .because("bytes and time go in, bytes and timers come out: so every moment can be tested")
        .check(product);
  }

  @Test
  void oneClassReadsTheClock() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".runtime.SystemClock")
        .should()
        .accessTargetWhere(readsTheClock())
        .because("whoever is given the time can be tested on any day, and a day in a moment")
        .check(product);
  }

  private static DescribedPredicate<JavaAccess<?>> readsTheClock() {
    Set<String> times =
        Stream.of(
                Instant.class,
                LocalDate.class,
                LocalTime.class,
                LocalDateTime.class,
                OffsetDateTime.class,
                ZonedDateTime.class)
            .map(Class::getName)
            .collect(Collectors.toUnmodifiableSet());
    return DescribedPredicate.describe(
        "the system's clock is read",
        access -> {
          String owner = access.getTargetOwner().getName();
          String name = access.getTarget().getName();
          boolean noParameters = access.getDescription().contains("." + name + "()");
          return (owner.equals(System.class.getName())
                  && (name.equals("nanoTime") || name.equals("currentTimeMillis")))
              || (times.contains(owner) && name.equals("now"))
              || (owner.equals(Clock.class.getName()) && name.startsWith("system"))
              || (owner.equals(Date.class.getName()) && name.equals("<init>") && noParameters);
        });
  }
}

package dev.paddock.worker;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Data moves one way: what stands further along a request's way does not know what stands before.
 */
class ArchitectureTest {

  private static final String WORKER = "dev.paddock.worker";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(WORKER);

  /** Each stop on the way, and the packages that it may use besides the shared records. */
  private static Stream<Arguments> stops() {
    return Stream.of(
        Arguments.of(
            "app",
            List.of(
                "config",
                "intake",
                "dispatch",
                "pool",
                "publish",
                "catalog",
                "pipeline",
                "observe")),
        Arguments.of("pipeline", List.of("intake", "publish", "config")),
        Arguments.of("catalog", List.of("publish", "config")),
        Arguments.of("intake", List.of("ledger", "config")),
        Arguments.of("ledger", List.of()),
        Arguments.of("dispatch", List.of("pool", "config")),
        Arguments.of("pool", List.of("config")),
        Arguments.of("publish", List.of("config")),
        Arguments.of("observe", List.of("config")),
        Arguments.of("config", List.of()));
  }

  @ParameterizedTest
  @MethodSource("stops")
  void aStopUsesOnlyWhatItMayKnow(String stop, List<String> uses) {
    String[] allowed =
        Stream.concat(
                Stream.of(WORKER, subPackages(stop)),
                uses.stream().map(ArchitectureTest::subPackages))
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(subPackages(stop))
        .should()
        .dependOnClassesThat(resideInAPackage(WORKER + "..").and(not(resideInAnyPackage(allowed))))
        .because("dependencies point down the way of a request")
        .check(CLASSES);
  }

  @Test
  void theSharedRecordsKnowNoPackage() {
    noClasses()
        .that()
        .resideInAPackage(WORKER)
        .should()
        .dependOnClassesThat(resideInAPackage(WORKER + "..").and(not(resideInAPackage(WORKER))))
        .check(CLASSES);
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching(WORKER + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void ofTheSandboxOnlyWhatRunsNoGuestIsKnown() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.paddock.sandbox..")
                .and(
                    not(
                        resideInAnyPackage(
                            "dev.paddock.sandbox.wire",
                            "dev.paddock.sandbox.confine",
                            "dev.paddock.sandbox.launch"))))
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("org.graalvm..", "com.oracle.truffle..")
        .because("no guest code runs in the worker")
        .check(CLASSES);
  }

  @Test
  void runningAScriptNeedsNoKafka() {
    noClasses()
        .that()
        .resideInAnyPackage(WORKER, subPackages("dispatch"), subPackages("pool"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(subPackages("ledger"))
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.apache.kafka..")
                .and(not(name("org.apache.kafka.common.TopicPartition"))))
        .because("the ledger keeps books and calls nobody")
        .check(CLASSES);
  }

  @Test
  void onlyConfigReadsTheEnvironmentsValues() {
    noClasses()
        .that()
        .resideOutsideOfPackages(subPackages("cli"), subPackages("app"))
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .because("the environment is handed to Configuration.read once, at the door")
        .check(CLASSES);
  }

  private static String subPackages(String stop) {
    return WORKER + "." + stop + "..";
  }
}

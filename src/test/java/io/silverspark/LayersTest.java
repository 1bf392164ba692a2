package io.silverspark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.silverspark.jobs.Main;
import io.silverspark.jobs.pipeline.PipelineJob;
import io.silverspark.model.disk.AtomicWrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayersTest {
  private static final JavaClasses CLASSES = own();

  /** The rules ask for names of other classes alone, so the jars of Spark need not be read. */
  private static JavaClasses own() {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());
  }

  @Test
  void layers_arrowsGoOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("model")
        .definedBy("io.silverspark.model..")
        .optionalLayer("udfs")
        .definedBy("io.silverspark.udfs..")
        .layer("jobs")
        .definedBy("io.silverspark.jobs..")
        .whereLayer("jobs")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("udfs")
        .mayOnlyBeAccessedByLayers("jobs")
        .check(CLASSES);
  }

  @Test
  void model_knowsNothingOfSpark() {
    noClasses()
        .that()
        .resideInAPackage("io.silverspark.model..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "io.delta..", "org.apache.hadoop..", "scala..")
        .check(CLASSES);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("io.silverspark.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void atomicMoves_haveOneWriter() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(AtomicWrite.class)
        .should()
        .accessField(StandardCopyOption.class, "ATOMIC_MOVE")
        .check(CLASSES);
  }

  /** What two jobs share lies in a package of its own; the pipeline runs the others. */
  @Test
  void jobs_useNoOtherJob() {
    List<String> jobs =
        Main.jobs().stream()
            .map(job -> job.getClass().getPackageName())
            .filter(job -> !job.equals(Main.class.getPackageName()))
            .filter(job -> !job.equals(PipelineJob.class.getPackageName()))
            .distinct()
            .toList();
    assertThat(jobs).hasSizeGreaterThan(10);
    for (String job : jobs) {
      noClasses()
          .that()
          .resideInAPackage(job)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              jobs.stream().filter(other -> !other.equals(job)).toArray(String[]::new))
          .check(CLASSES);
    }
  }

  /** The page for newcomers names every package and only classes that exist. */
  @Test
  void architecturePage_packagesAndPlaces_areThoseOfTheCode() throws IOException {
    String page = Files.readString(Path.of("docs/architecture.md"));
    Set<String> named =
        Pattern.compile("`((?:model|udfs|jobs)[.A-Za-z]*)`")
            .matcher(section(page, "Rooms") + section(page, "Where is ...?"))
            .results()
            .map(match -> "io.silverspark." + match.group(1))
            .collect(Collectors.toSet());
    Set<String> packages = new TreeSet<>();
    Set<String> known = new TreeSet<>();
    for (JavaClass each : CLASSES) {
      if (each.isTopLevelClass() && !each.getSimpleName().equals("package-info")) {
        packages.add(each.getPackageName());
        known.add(each.getName());
      }
    }
    known.addAll(packages);
    assertThat(named).isSubsetOf(known).containsAll(packages);
  }

  /** The walks of that page: each class is used by one before it. */
  @ParameterizedTest
  @ValueSource(strings = {"One batch of train-bi", "One pair of label"})
  void walk_eachClass_isUsedByOneBefore(String title) throws IOException {
    String page = Files.readString(Path.of("docs/architecture.md"));
    List<String> walk =
        Pattern.compile("`([A-Z][A-Za-z]+)`")
            .matcher(section(page, title))
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();
    Set<String> reached = new TreeSet<>(Set.of("Main"));
    for (String name : walk) {
      assertThat(reached).as("used by one before: " + name).contains(name);
      for (JavaClass each : CLASSES) {
        if (top(each).getSimpleName().equals(name)) {
          each.getDirectDependenciesFromSelf()
              .forEach(to -> reached.add(top(to.getTargetClass()).getSimpleName()));
        }
      }
    }
    assertThat(walk).hasSizeGreaterThan(20);
  }

  private static JavaClass top(JavaClass each) {
    return each.getEnclosingClass().map(LayersTest::top).orElse(each);
  }

  private static String section(String page, String title) {
    String start = page.substring(page.indexOf("\n## " + title + "\n") + 4);
    int end = start.indexOf("\n## ");
    return end < 0 ? start : start.substring(0, end);
  }
}

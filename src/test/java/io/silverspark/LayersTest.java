package io.silverspark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.silverspark.jobs.Main;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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

  /** What two jobs share lies in a package of its own; the pipeline runs the others. */
  @Test
  void jobs_useNoOtherJob() {
    List<String> jobs =
        Stream.of(
                "benchmark",
                "doctor",
                "encode",
                "evaluate",
                "explain",
                "generate",
                "ingest",
                "label",
                "mine",
                "push",
                "train")
            .map("io.silverspark.jobs."::concat)
            .toList();
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
}

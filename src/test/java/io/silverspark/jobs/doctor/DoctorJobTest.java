package io.silverspark.jobs.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.jobs.run.FailedVerdict;
import io.silverspark.jobs.run.JobContext;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class DoctorJobTest {
  @TempDir private Path temporary;
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

  @Test
  void doctor_onThisMachine_findsAllWellAndLeavesNothing(SparkSession spark) {
    JobContext context =
        SparkFixture.context(spark, "doctor", lines, "run.dir=" + temporary.resolve("run"));

    new DoctorJob().run(context);

    assertThat(text()).contains("ok    PyTorch: 2.7.1").contains("a product is right");
    assertThat(text())
        .contains("encoder work on cpu, 384 components")
        .contains("a Delta table was written and read");
    assertThat(context.results().json().path("findings")).hasSizeGreaterThan(10);
    assertThat(temporary.resolve("run")).doesNotExist();
  }

  @Test
  void doctor_withWhatCannotWork_saysHowToMendIt(SparkSession spark) throws Exception {
    Path file = Files.writeString(temporary.resolve("file"), "in the way");
    JobContext context =
        SparkFixture.context(
            spark,
            "doctor",
            lines,
            "run.dir=" + temporary.resolve("run"),
            "tables.dir=" + file.resolve("tables"),
            "model.device=cuda:0",
            "model.base=" + temporary.resolve("absent"));

    assertThatThrownBy(() -> new DoctorJob().run(context))
        .isInstanceOf(FailedVerdict.class)
        .hasMessageStartingWith("3 of ");
    assertThat(text()).contains("FAIL  GPU: PyTorch sees 0").contains("set model.device = cpu");
    assertThat(text()).contains("FAIL  model:").contains("Check model.base");
    assertThat(text()).contains("FAIL  tables.dir:").contains("Set tables.dir to a directory");
  }

  /** It once encoded on the CPU whatever the settings said, so that a broken GPU passed. */
  @Test
  void model_isCheckedOnTheDeviceOfTheSettings(SparkSession spark) {
    JobContext context =
        SparkFixture.context(
            spark, "doctor", lines, "run.dir=" + temporary.resolve("run"), "model.device=cuda:0");

    assertThatThrownBy(() -> new DoctorJob().run(context))
        .isInstanceOf(FailedVerdict.class)
        .hasMessageStartingWith("2 of ");
    assertThat(text()).contains("FAIL  model: UserException: model.device = 'cuda:0' is not there");
  }

  @Test
  void model_thatGivesOtherNumbersThanOnTheCpu_fails() {
    float[] onCpu = {0.6f, 0.8f};

    assertThat(NativeChecks.sameAsOnCpu("cuda:0", "works", new float[] {0.6f, 0.8001f}, onCpu))
        .returns(Finding.Level.OK, Finding::level)
        .returns("works; fp32 differs from the CPU by 1.0e-04", Finding::found);
    assertThat(NativeChecks.sameAsOnCpu("cuda:0", "works", new float[] {0.6f, 0.81f}, onCpu))
        .returns(Finding.Level.FAILURE, Finding::level)
        .extracting(Finding::remedy)
        .asString()
        .startsWith("cuda:0 gives other numbers than the CPU (allowed: 1.0e-03).");
    assertThat(
            NativeChecks.sameAsOnCpu("cuda:0", "works", new float[] {Float.NaN, 0.8f}, onCpu)
                .level())
        .isEqualTo(Finding.Level.FAILURE);
  }

  private String text() {
    return lines.toString(StandardCharsets.UTF_8);
  }
}

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
    assertThat(text()).contains("384 components").contains("a Delta table was written and read");
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

  private String text() {
    return lines.toString(StandardCharsets.UTF_8);
  }
}

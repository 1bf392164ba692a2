package io.silverspark.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportJsonTest {
  @TempDir Path directory;

  @Test
  void read_whatWasWritten_isEqualAndGivesTheSamePage() throws IOException {
    RunReport report = ExampleReport.full();

    ReportFiles files = ReportFiles.write(report, directory.resolve("new/folder"));
    RunReport read = ReportFiles.read(files.json());

    assertThat(read).isEqualTo(report);
    assertThat(ReportFiles.toHtml(read)).isEqualTo(Files.readString(files.html()));
    try (var left = Files.list(files.html().getParent())) {
      assertThat(left).as("no temporary file stays").hasSize(2);
    }
  }

  @Test
  void read_missingValues_comeBackAsNaNAndNull() {
    RunReport report =
        RunReport.builder("r", "1", Instant.EPOCH)
            .evaluation(
                new Evaluation(
                    "",
                    List.of(),
                    List.of(),
                    List.of(
                        new ModelResult(
                            "m", ModelRole.BASE, "", Map.of("a", MetricValue.MISSING), List.of())),
                    List.of()))
            .add(
                new TrainingCurve(
                    "c",
                    "m",
                    "s",
                    List.of(
                        new TrainingCurve.StepMetrics(
                            3, 0.5, Double.NaN, Double.POSITIVE_INFINITY)),
                    List.of(),
                    Double.NaN,
                    0.25))
            .add(new StageResult("s", StageResult.Status.SKIPPED, null, 4L, 0, ""))
            .build(Instant.parse("1970-01-01T00:00:01.500Z"));

    String json = ReportFiles.toJson(report);
    RunReport read = ReportJson.read(json, "test");

    assertThat(json).doesNotContain("NaN", "Infinity");
    assertThat(read.evaluation().models().get(0).metrics().get("a")).isEqualTo(MetricValue.MISSING);
    assertThat(read.curves().get(0).steps())
        .containsExactly(new TrainingCurve.StepMetrics(3, 0.5, Double.NaN, Double.NaN));
    assertThat(read.curves().get(0).stepsPerSecond()).isNaN();
    assertThat(read.stages().get(0).rowsIn()).isNull();
    assertThat(read.duration().toMillis()).isEqualTo(1_500);
  }

  @Test
  void read_keysOfALaterVersionAndAbsentParts_arePassedOver() {
    String json =
        """
        {"format": 1, "name": "n", "runId": "1", "later": [1],
         "started": "2026-01-01T00:00:00Z", "ended": "2026-01-01T00:00:01Z",
         "evaluation": {"models": [{"name": "m", "role": "GOLD", "metrics": {"a": {"value": 0.5}}}]}}
        """;

    RunReport read = ReportJson.read(json, "test");

    assertThat(read.stages()).isEmpty();
    assertThat(read.evaluation().models().get(0).metrics().get("a")).isEqualTo(MetricValue.of(0.5));
  }

  @Test
  void read_noReport_isAUsersMistakeInOneLine() throws IOException {
    Path file = Files.writeString(directory.resolve("metrics.json"), "{\"format\": 1, \"name\": 3");
    Path other = Files.writeString(directory.resolve("other.json"), "{\"a\": 1}");

    assertThatThrownBy(() -> ReportFiles.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("metrics.json")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> ReportFiles.read(other))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("other.json");
    assertThatThrownBy(() -> ReportFiles.read(directory.resolve("none.json")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none.json");
  }

  @Test
  void read_otherFormat_namesBoth() {
    String json =
        ReportFiles.toJson(ExampleReport.full()).replace("\"format\" : 1", "\"format\" : 9");

    assertThatThrownBy(() -> ReportJson.read(json, "old.json"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("9")
        .hasMessageContaining("format 1");
  }
}

package io.silverspark.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
  void write_report_leavesPageAndNumbersAlone() throws IOException {
    RunReport report = ExampleReport.full();

    ReportFiles files = ReportFiles.write(report, directory.resolve("new/folder"));

    JsonNode json = new ObjectMapper().readTree(files.json().toFile());
    assertThat(json.path("format").asInt()).isEqualTo(1);
    assertThat(json.path("started").asText()).isEqualTo("2026-03-01T10:15:00Z");
    assertThat(json.at("/evaluation/models")).hasSize(report.evaluation().models().size());
    assertThat(json.at("/curves/2/steps")).hasSize(report.curves().get(2).steps().size());
    assertThat(json.at("/data/silverLabels/counts")).hasSize(20);
    assertThat(json.at("/tables/2/inputs/0").asText()).isEqualTo("candidate_pairs@2");
    assertThat(Files.readString(files.html()))
        .isEqualTo(ReportPage.html(report, ReportFiles.JSON_NAME));
    try (var left = Files.list(files.html().getParent())) {
      assertThat(left).as("no temporary file stays").hasSize(2);
    }
  }

  @Test
  void write_missingValues_areNull() throws IOException {
    RunReport report =
        RunReport.builder("r", "1", Instant.EPOCH)
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

    JsonNode json = new ObjectMapper().readTree(ReportJson.write(report));

    assertThat(json.at("/curves/0/steps/0").toString()).isEqualTo("[3,0.5,null,null]");
    assertThat(json.at("/curves/0/stepsPerSecond").isNull()).isTrue();
    assertThat(json.at("/stages/0/rowsIn").isNull()).isTrue();
    assertThat(json.path("ended").asText()).isEqualTo("1970-01-01T00:00:01.500Z");
  }

  @Test
  void read_evaluationThatWasWritten_isEqual() {
    Evaluation evaluation = ExampleReport.full().evaluation();
    Path file = directory.resolve("evaluation.json");

    EvaluationFile.write(evaluation, file);

    assertThat(EvaluationFile.read(file)).isEqualTo(evaluation);
  }

  @Test
  void read_missingValues_comeBackAsNaN() {
    ModelResult model =
        new ModelResult("m", ModelRole.BASE, "", Map.of("a", MetricValue.MISSING), List.of());
    String json = ReportJson.write(new Evaluation("", null, null, List.of(model), null));

    assertThat(json).doesNotContain("NaN", "Infinity");
    assertThat(ReportJson.readEvaluation(json, "test").models()).containsExactly(model);
  }

  @Test
  void read_keysOfALaterVersionAndAbsentParts_arePassedOver() {
    String json =
        """
        {"later": [1], "models": [{"name": "m", "role": "GOLD", "metrics": {"a": {"value": 0.5}}}]}
        """;

    Evaluation read = ReportJson.readEvaluation(json, "test");

    assertThat(read.differences()).isEmpty();
    assertThat(read.models().get(0).metrics().get("a")).isEqualTo(MetricValue.of(0.5));
  }

  @Test
  void read_noEvaluation_isAUsersMistakeInOneLine() throws IOException {
    Path file = Files.writeString(directory.resolve("cut.json"), "{\"note\": \"n\", \"models\": 3");
    Path nothing = Files.writeString(directory.resolve("null.json"), "null");

    assertThatThrownBy(() -> EvaluationFile.read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("cut.json: not an evaluation written by SilverSpark: ")
        .hasMessageEndingWith(". Run 'evaluate' again.")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> EvaluationFile.read(nothing))
        .isInstanceOf(UserException.class)
        .hasMessageEndingWith("null.json holds no evaluation. Run 'evaluate' again.");
    assertThatThrownBy(() -> EvaluationFile.read(directory.resolve("none.json")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none.json")
        .hasMessageEndingWith("Run 'evaluate' first.");
  }
}

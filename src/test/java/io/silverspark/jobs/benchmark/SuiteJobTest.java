package io.silverspark.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("cluster")
@ExtendWith(SparkFixture.class)
class SuiteJobTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temporary;

  /** The same code as on a GPU, with a small model. */
  @Test
  void suite_onTheCpu_printsATableAndWritesNumbersAndPairs(SparkSession spark) throws IOException {
    Path output = temporary.resolve("suite.json");
    Commands result = suite(temporary, "--device=cpu", "--output=" + output);

    assertThat(result.code()).as(result.err()).isZero();
    JsonNode json = JSON.readTree(output.toFile());
    JsonNode numbers = json.path("numbers");
    assertThat(numbers.path("parity.fp32.embeddings.largestDifference").doubleValue()).isZero();
    assertThat(numbers.path("parity.fp32.embeddings.leastCosine").doubleValue())
        .isEqualTo(1, within(1e-6));
    assertThat(numbers.path("parity.fp32.logits.largestDifference").doubleValue()).isZero();
    assertThat(numbers.path("parity.fp32.steps.largestRelativeLossDifference").doubleValue())
        .isZero();
    assertThat(numbers.path("parity.bf16.embeddings.largestDifference").doubleValue())
        .isBetween(1e-6, 0.1);
    for (String key :
        List.of(
            "encode.fp32",
            "encode.bf16",
            "score.fp32",
            "train.fp32.batch32",
            "train.bf16.batch32")) {
      assertThat(numbers.path(key + ".firstPass").doubleValue()).as(key).isPositive();
      assertThat(numbers.path(key + ".steady").doubleValue()).as(key).isPositive();
      assertThat(numbers.path(key + ".shapes").intValue()).as(key).isPositive();
    }
    assertThat(numbers.path("spark.encode.fp32.steady").doubleValue()).isPositive();
    assertThat(numbers.path("spark.score.bf16.firstPass").doubleValue()).isPositive();
    assertThat(numbers.path("memory.steps").intValue()).isEqualTo(10);
    assertThat(result.out())
        .contains(json.path("device").textValue(), "train.bf16.batch32", "memory of the host: ");
    assertThat(
            Files.readAllLines(temporary.resolve("suite-pairs.jsonl")).stream()
                .collect(Collectors.groupingBy(SuiteJobTest::part, Collectors.counting())))
        .containsEntry("encode.fp32", 550L)
        .containsEntry("score.bf16", 1100L)
        .containsEntry("train.fp32.batch32", 660L)
        .containsEntry("spark.encode.bf16", 550L);
  }

  private static String part(String line) {
    try {
      return JSON.readTree(line).path("part").textValue();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The smallest suite with a small model. */
  static Commands suite(Path directory, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--set=run.dir=" + directory.resolve("run"),
                "--model=" + NarrowModel.directory(),
                "--threads=1",
                "--count=1100",
                "--memory-steps=10",
                "--batch-size=32",
                "--seconds=0"));
    arguments.addAll(List.of(more));
    return Commands.run(new SuiteJob(), arguments.toArray(String[]::new));
  }
}

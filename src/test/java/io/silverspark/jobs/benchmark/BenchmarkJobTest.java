package io.silverspark.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.NarrowModel;
import io.silverspark.jobs.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkJobTest {
  @TempDir Path directory;

  @Test
  void allParts_printOneJsonObject() throws IOException {
    Path pairs =
        Files.write(
            directory.resolve("pairs.jsonl"),
            List.of(
                "{\"sentence1\": \"a cat\", \"sentence2\": \"a dog\", \"score\": 2.0}",
                "{\"sentence1\": \"a cat\", \"sentence2\": \"a car\"}"));
    Commands result =
        benchmark(
            "--model",
            NarrowModel.directory(),
            "--pairs",
            pairs.toString(),
            "--repeats",
            "2",
            "--precision",
            "fp32",
            "--count",
            "1200",
            "--per-call",
            "100",
            "--batch-size",
            "16",
            "--threads",
            "1",
            "--exchange",
            "1");

    assertThat(result.code()).as(result.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json.path("precision").textValue()).isEqualTo("fp32");
    assertThat(json.path("layers").intValue()).isEqualTo(1);
    JsonNode encode = json.path("encode");
    assertThat(encode.path("texts").intValue()).isEqualTo(1200);
    assertThat(encode.path("madeOfPieces").intValue()).isEqualTo(1197);
    assertThat(encode.path("sentencesPerSecond").doubleValue()).isPositive();
    assertThat(encode.path("sentencesPerSecondAll")).hasSize(2);
    assertThat(encode.path("warmUp").path("loadSeconds").doubleValue()).isPositive();
    JsonNode first = encode.path("firstPass");
    assertThat(first.path("sentencesPerSecond").doubleValue()).isPositive();
    assertThat(first.path("sentencesPerSecondByPart")).hasSize(3);
    assertThat(first.path("sentencesPerSecondFirstThousandTexts"))
        .isEqualTo(first.path("sentencesPerSecondByPart").get(0));
    assertThat(first.path("distinctShapes").intValue()).isBetween(1, 40);
    assertThat(json.path("train").path("stepsPerSecond").doubleValue()).isPositive();
    assertThat(json.path("train").path("batchSize").intValue()).isEqualTo(16);
    assertThat(json.path("train").path("pairsPerSecond").doubleValue())
        .isGreaterThan(json.path("train").path("stepsPerSecond").doubleValue());
    assertThat(json.path("train").path("firstPass").path("distinctShapes").intValue()).isPositive();
    assertThat(json.path("label").path("pairsPerSecond").doubleValue()).isPositive();
    assertThat(json.path("label").path("firstPass").path("pairsPerSecondByPart")).hasSize(3);
    JsonNode exchange = json.path("gradientExchange");
    assertThat(exchange.path("megabytes").intValue()).isEqualTo(4);
    assertThat(exchange.path("replicas").path("megabytesPerSecond").intValue()).isPositive();
    assertThat(exchange.path("processes").findValuesAsText("precision"))
        .containsExactly("fp32", "bf16");
    assertThat(exchange.path("processes").get(1).path("secondsPerStep").doubleValue()).isPositive();
    assertThat(json.path("device").textValue()).contains("(cpu, class ");
    assertThat(json.path("cores").intValue()).isPositive();
    assertThat(json.path("pytorch").textValue()).startsWith("2.");
  }

  @Test
  void mistakes_areToldInOneLine() {
    assertMistake(benchmark("--exchange", "0"), "--exchange 0: needs a whole number >= 1.");
    assertMistake(benchmark("--what", "fly"), "--what 'fly' is not valid: encode, train, label.");
    assertMistake(
        benchmark("--precision", "fp8"),
        "expected one of [AUTO, FP32, BF16, FP16, INT8] (case-insensitive) but was 'fp8'. See"
            + " --help.");
    assertMistake(benchmark("--repeats", "0"), "--repeats 0: needs a whole number >= 1.");
    assertMistake(benchmark("--batch-size", "0"), "--batch-size 0: needs a whole number >= 1.");
    assertMistake(benchmark("--count", "1000"), "--count 1000: needs a whole number >= 1100.");
    assertMistake(
        benchmark("--device", "cuda:9"),
        "model.device = 'cuda:9' is not there: PyTorch sees 0 GPUs; use cpu, or the artifacts with"
            + " CUDA natives");
    assertMistake(
        benchmark("--pairs", directory.resolve("none.jsonl").toString()),
        "none.jsonl is missing or is not UTF-8. --pairs names the file.");
  }

  @Test
  void median_ofEvenAndOddCounts() {
    assertThat(Repeats.median(new double[] {3, 1, 2})).isEqualTo(2);
    assertThat(Repeats.median(new double[] {4, 1, 2, 3})).isEqualTo(2.5);
  }

  private Commands benchmark(String... more) {
    String[] common = {
      "--set", "run.dir=" + directory.resolve("run"), "--layers", "1", "--seconds", "0"
    };
    return Commands.run(
        new BenchmarkJob(),
        java.util.stream.Stream.of(common, more)
            .flatMap(java.util.Arrays::stream)
            .toArray(String[]::new));
  }

  private static void assertMistake(Commands result, String message) {
    assertThat(result.err().strip()).endsWith(message);
    assertThat(result.code()).isEqualTo(2);
  }
}

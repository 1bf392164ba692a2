package io.silverspark.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.Python;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.Commands;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("cluster")
@ExtendWith(SparkFixture.class)
class PeerSuiteTest {
  @TempDir private Path temporary;

  @Test
  void sentenceTransformers_doTheSameWork_andRatiosArePrinted(SparkSession spark)
      throws IOException {
    Python.assumeImports("PeerSuiteTest", "sentence_transformers");
    Path output = temporary.resolve("suite.json");
    Path peer = temporary.resolve("peer.json");
    Commands suite = SuiteJobTest.suite(temporary, "--precision=fp32", "--output=" + output);
    assertThat(suite.code()).as(suite.err()).isZero();

    Python.Finished finished =
        Python.run(
            List.of(
                "src/test/python/peer_suite.py",
                output.toString(),
                "--seconds=0",
                "--output=" + peer),
            Map.of());

    assertThat(finished.code()).as(finished.text()).isZero();
    JsonNode numbers = new ObjectMapper().readTree(peer.toFile()).path("numbers");
    for (String key :
        List.of(
            "encode.fp32.default",
            "encode.fp32.steady",
            "encode.fp32.bestBatch",
            "score.fp32.steady",
            "train.fp32.batch32.steady",
            "train.fp32.batch32.bestThreads")) {
      assertThat(numbers.path(key).doubleValue()).as(key).isPositive();
    }
    assertThat(finished.text())
        .containsPattern("encode\\.fp32 .*first/best \\d+\\.\\d\\d, steady/best")
        .containsPattern("train\\.fp32\\.batch32 .*steady/best \\d");
  }
}

package io.silverspark.udfs.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.files.TokenizerFiles;
import io.silverspark.model.shards.ShardManifest;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("cluster")
@ExtendWith(SparkFixture.class)
class TokenizedShardsTest {
  @TempDir private Path directory;

  @Test
  void write_oneShardOfMoreBytesThanAFile_becomesRandomParts(SparkSession spark)
      throws IOException {
    ShardManifest manifest = shards(1000).write(rows(spark, 800, 100_000), 800);

    assertThat(manifest.shards()).hasSizeBetween(2, 4);
    List<Float> all = new ArrayList<>();
    for (ShardManifest.Shard shard : manifest.shards()) {
      List<Float> labels = labels(shard);
      assertThat(labels.stream().mapToDouble(Float::doubleValue).average().orElseThrow())
          .as("a random part of 0 to 799")
          .isBetween(330.0, 470.0);
      all.addAll(labels);
    }
    assertThat(all).containsExactlyInAnyOrderElementsOf(ordered(800));
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".safetensors")))
          .as("the ordered parts are gone")
          .hasSameSizeAs(manifest.shards());
    }
  }

  @Test
  void write_oneShard_keepsTheOrder(SparkSession spark) throws IOException {
    ShardManifest manifest = shards(1000).write(rows(spark, 20, 10), 20);

    assertThat(manifest.shards()).hasSize(1);
    assertThat(labels(manifest.shards().get(0))).isEqualTo(ordered(20));
  }

  private TokenizedShards shards(int shardRows) throws IOException {
    byte[] json = Files.readAllBytes(Path.of(NarrowModel.directory(), "tokenizer.json"));
    ExampleTokenizer tokenizer =
        new ExampleTokenizer(TokenizerFiles.of(json), 64, List.of(""), true)
            .with(ExampleTokenizer.Sequences.NONE);
    return new TokenizedShards(
        directory.toUri().toString(), "identity", tokenizer, shardRows, 42, true);
  }

  /** Texts of that length; the label of a row is its number. */
  private static Dataset<Row> rows(SparkSession spark, int count, int characters) {
    return spark.sql(
        "SELECT id AS position, array(concat(id, repeat('x', %d))) AS texts, array(float(id)) AS labels FROM range(%d)"
            .formatted(characters, count));
  }

  private List<Float> labels(ShardManifest.Shard shard) {
    TensorData labels =
        Safetensors.read(directory.resolve(shard.file()), "labels"::equals).get("labels");
    List<Float> numbers = new ArrayList<>();
    for (float label : labels.floats()) {
      numbers.add(label);
    }
    return numbers;
  }

  private static List<Float> ordered(int count) {
    return IntStream.range(0, count).mapToObj(i -> (float) i).toList();
  }
}

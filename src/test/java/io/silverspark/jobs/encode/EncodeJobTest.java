package io.silverspark.jobs.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.Commands;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

class EncodeJobTest {
  private static final String MODEL = "builtin:all-MiniLM-L6-v2";
  private static final List<String> TEXTS =
      List.of("A man is eating.", "", "\"Quoted\", with a comma and \u00fcml\u00e4uts", "last");

  @TempDir Path directory;

  @Test
  void lines_toJsonLines_keepOrderAndEmptyLines() throws IOException {
    Path input = write("in.txt", "\uFEFF" + TEXTS.get(0) + "\r\n\n" + TEXTS.get(2) + "\nlast\n");
    Commands result = encode(input, directory.resolve("sub/out.jsonl"));

    assertThat(result.code()).as(result.err()).isZero();
    List<JsonNode> rows = rows(directory.resolve("sub/out.jsonl"));
    assertThat(rows).extracting(row -> row.path("text").textValue()).isEqualTo(TEXTS);
    try (SentenceEncoder encoder =
        SentenceEncoder.load(MODEL, EncoderOptions.defaults().withLayers(1))) {
      float[][] expected = encoder.encode(TEXTS);
      for (int i = 0; i < expected.length; i++) {
        assertThat(vector(rows.get(i))).containsExactly(expected[i]);
      }
    }
    assertThat(files("sub")).containsExactly("out.jsonl");
  }

  @Test
  void jsonLines_otherColumn_isRead() throws IOException {
    Path input = write("in.jsonl", "{\"id\": 1, \"question\": \"one\"}\n\n{\"question\": \"two\"}");
    Path output = directory.resolve("out.jsonl");
    assertThat(encode(input, output, "--column", "question").code()).isZero();
    assertThat(rows(output))
        .extracting(row -> row.path("text").textValue())
        .containsExactly("one", "two");

    Commands wrong = encode(input, output);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err())
        .contains("in.jsonl, line 1: 'text' is missing, expected a text. --column names");
    assertThat(rows(output)).as("the old file stays").hasSize(2);
  }

  @Test
  void badInput_endsWithOneLineAndNoOutput() throws IOException {
    Path output = directory.resolve("out.jsonl");
    Path latin = directory.resolve("latin.txt");
    Files.write(latin, new byte[] {'a', '\n', 'b', (byte) 0xE9, '\n'});

    assertMistake(encode(directory.resolve("none.txt"), output), "none.txt is missing.");
    assertMistake(encode(write("e.txt", ""), output), "e.txt is empty, expected a text a line.");
    assertMistake(
        encode(latin, output), "latin.txt, line 2: not UTF-8. Convert the file to UTF-8.");
    Path good = write("good.txt", "one\n");
    assertMistake(
        encode(good, directory.resolve("out.csv")),
        "out.csv': unknown ending. Allowed: .jsonl, .parquet, .delta or none (Delta table), catalog:NAME.SCHEMA.TABLE.");
    assertMistake(
        Commands.run(
            new EncodeJob(),
            "--set",
            "run.dir=" + directory.resolve("run"),
            "--model",
            "no-such-model",
            "--input",
            good.toString(),
            "--output",
            output.toString()),
        "model 'no-such-model'");
    assertThat(output).doesNotExist();
  }

  @Test
  @Tag("spark")
  @ExtendWith(SparkFixture.class)
  void tables_fromAndTo_haveTheSameEmbeddings(SparkSession spark) throws IOException {
    Path lines = write("in.txt", String.join("\n", TEXTS) + "\n");
    Path parquet = directory.resolve("table.parquet");
    Path delta = directory.resolve("table");
    Path back = directory.resolve("back.jsonl");
    Path direct = directory.resolve("direct.jsonl");

    for (int run = 0; run < 2; run++) { // the second one replaces the first
      assertThat(encode(lines, parquet).err()).contains("encode: " + parquet);
    }
    spark
        .createDataset(TEXTS, Encoders.STRING())
        .toDF("text")
        .coalesce(1)
        .write()
        .format("delta")
        .save(delta.toString());
    assertThat(encode(delta, back).code()).isZero();
    assertThat(encode(lines, direct).code()).isZero();

    assertThat(rows(back)).isEqualTo(rows(direct));
    List<Row> rows = spark.read().parquet(parquet.toString()).collectAsList();
    assertThat(rows).extracting(row -> row.getString(0)).isEqualTo(TEXTS);
    for (int i = 0; i < rows.size(); i++) {
      List<Float> embedding = rows.get(i).getList(1);
      float[] expected = vector(rows(direct).get(i));
      assertThat(embedding).hasSize(expected.length);
      for (int k = 0; k < expected.length; k++) {
        assertThat(embedding.get(k))
            .isCloseTo(expected[k], org.assertj.core.api.Assertions.within(1e-6f));
      }
    }
    assertMistake(
        encode(parquet, back, "--column", "txt"), "has no column 'txt'; found text, embedding.");
    assertMistake(encode(directory.resolve("none.parquet"), back), "none.parquet is missing");
  }

  private Commands encode(Path input, Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--set",
                "run.dir=" + directory.resolve("run"),
                "--set",
                "model.layers=1",
                "--input",
                input.toString(),
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    return Commands.run(new EncodeJob(), arguments.toArray(String[]::new));
  }

  private static void assertMistake(Commands result, String message) {
    assertThat(result.err()).contains(message);
    assertThat(result.err().strip().lines()).hasSize(1);
    assertThat(result.code()).isEqualTo(2);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private List<String> files(String name) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(name))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static List<JsonNode> rows(Path file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return rows;
  }

  private static float[] vector(JsonNode row) {
    float[] vector = new float[row.path("embedding").size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = Float.parseFloat(row.path("embedding").path(i).asText());
    }
    return vector;
  }
}

package io.silverspark.jobs.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.BrokenModel;
import io.silverspark.NarrowModel;
import io.silverspark.PromptedModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.Commands;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.prompt.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

class EncodeJobTest {
  private static final String MODEL = NarrowModel.directory();
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
    try (SentenceEncoder encoder = SentenceEncoder.load(MODEL, EncoderOptions.defaults())) {
      float[][] expected = encoder.encode(TEXTS);
      for (int i = 0; i < expected.length; i++) {
        assertThat(vector(rows.get(i))).containsExactly(expected[i]);
      }
    }
    assertThat(files("sub")).containsExactly("out.jsonl");
  }

  @Test
  void lines_behindPrompts_equalTheEncoder() throws IOException {
    Path input = write("in.txt", "b b a\n");
    Path output = directory.resolve("out.jsonl");
    String model = PromptedModel.save(directory.resolve("prompted")).toString();
    Map<Prompt, List<String>> calls = new LinkedHashMap<>();
    calls.put(Prompt.DEFAULT, List.of());
    calls.put(Prompt.QUERY, List.of("--prompt-name", "query"));
    calls.put(Prompt.of("b a "), List.of("--prompt", "b a "));
    calls.put(Prompt.NONE, List.of("--prompt-name", ""));
    try (SentenceEncoder encoder = SentenceEncoder.load(model, EncoderOptions.defaults())) {
      for (Map.Entry<Prompt, List<String>> call : calls.entrySet()) {
        List<String> all = new ArrayList<>(List.of("--model", model, "--layers", "0"));
        all.addAll(call.getValue());
        Commands result = encode(input, output, all.toArray(String[]::new));
        assertThat(result.code()).as(result.err()).isZero();
        float[] expected = encoder.encode(List.of("b b a"), call.getKey())[0];
        assertThat(vector(rows(output).get(0))).as("%s", call.getKey()).containsExactly(expected);
      }
    }
    assertMistake(
        encode(input, output, "--model", model, "--prompt", "x", "--prompt-name", "query"),
        "--prompt and --prompt-name are both set ('x' and 'query'), but only one may be");
    assertMistake(
        encode(input, output, "--model", model, "--layers", "0", "--prompt-name", "web"),
        "the model has no prompt named 'web', expected one of query, document, title");
  }

  @Test
  void lines_longTexts_equalTheEncoder() throws IOException {
    String text = "the train to the north left an hour ago ".repeat(20).strip();
    Path input = write("long.txt", text + "\nshort\n");
    Path output = directory.resolve("long.jsonl");
    try (SentenceEncoder encoder = SentenceEncoder.load(MODEL, EncoderOptions.defaults())) {
      for (LongTexts rule :
          List.of(
              new LongTexts(LongTexts.Pooling.MEAN, LongTexts.OVERLAP),
              new LongTexts(LongTexts.Pooling.LATE, 5))) {
        List<String> options = new ArrayList<>(List.of("--long-texts", rule.pooling().title()));
        if (rule.overlap() == 5) {
          options.addAll(List.of("--window-overlap", "5"));
        }
        Commands result = encode(input, output, options.toArray(String[]::new));
        assertThat(result.code()).as(result.err()).isZero();
        float[][] expected =
            encoder.encode(List.of(text, "short"), Prompt.DEFAULT, rule, BatchListener.NONE);
        assertThat(vector(rows(output).get(0)))
            .containsExactly(expected[0])
            .isNotEqualTo(encoder.encode(List.of(text))[0]);
        assertThat(vector(rows(output).get(1))).containsExactly(expected[1]);
      }
    }
    assertMistake(
        encode(input, output, "--window-overlap", "5"),
        "--window-overlap is read with --long-texts mean or late only: leave it out");
    assertMistake(
        encode(input, output, "--long-texts", "mean", "--window-overlap", "-1"),
        "--window-overlap must be 0 or more, found -1");
  }

  @Test
  void lines_withATruncateDim_haveTheFirstNumbers() throws IOException {
    Path input = write("cut.txt", "one text\n");
    Path output = directory.resolve("cut.jsonl");
    assertThat(encode(input, output).code()).isZero();
    float[] whole = vector(rows(output).get(0));
    assertThat(encode(input, output, "--set", "model.truncateDim=7").code()).isZero();
    assertThat(vector(rows(output).get(0))).isEqualTo(Arrays.copyOf(whole, 7));
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
    assertMistake(
        encode(write("e.txt", ""), output), "e.txt is empty, expected one text per line.");
    assertMistake(
        encode(latin, output),
        "latin.txt, line 2: invalid UTF-8: byte 0xE9 at position 2; perhaps Latin-1 or"
            + " Windows-1252. Convert the file to UTF-8.");
    Path wide = directory.resolve("wide.txt");
    Files.write(wide, "\ufeffone\n".getBytes("UTF-16BE"));
    assertMistake(
        encode(wide, output), "wide.txt: the file is UTF-16 (big endian); convert it to UTF-8.");
    assertMistake(
        encode(write("cr.txt", "one\rtwo\r"), output),
        "cr.txt: the lines end in CR alone, as on old Macs; convert them to LF.");
    assertMistake(
        encode(write("nul.txt", "one\nt\0wo\n"), output),
        "nul.txt, line 2: a NUL byte, so this is not a text.");
    assertMistake(
        encode(write("nested.jsonl", "{\"text\": {\"en\": \"x\"}}\n"), output),
        "nested.jsonl, line 1: 'text' is a JSON object, expected a text. --column names another"
            + " field.");
    assertMistake(
        encode(write("twice.jsonl", "{\"text\": \"a\", \"text\": \"b\"}\n"), output),
        "twice.jsonl, line 1: column 'text' occurs 2 times, and must occur once.");
    Path good = write("good.txt", "one\n");
    assertMistake(
        encode(good, directory.resolve("out.csv")),
        "out.csv': unknown ending. Allowed: .jsonl, .parquet, .delta or none (Delta table),"
            + " catalog:NAME.SCHEMA.TABLE.");
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

  @Test
  @Tag("spark")
  @ExtendWith(SparkFixture.class)
  void tables_oddNamesAndBadContent_areLiteralAndNamed(SparkSession spark) throws IOException {
    Path odd = Files.createDirectories(directory.resolve("a [v2] {1}? %20#*"));
    Files.createDirectories(directory.resolve("a v {1}? %20#*"));
    Path out = odd.resolve("out [1].parquet");
    Path lines = Files.writeString(odd.resolve("in [1].jsonl"), "\ufeff{\"Text\": \"one\"}\n\n");
    assertThat(encode(lines, out).err()).contains("encode: " + out);
    assertThat(encode(lines, odd.resolve("table")).err()).contains("encode: " + odd);
    for (Path table : List.of(out, odd.resolve("table"))) {
      Path back = odd.resolve("back.jsonl");
      assertThat(encode(table, back, "--column", "TEXT").code()).isZero();
      assertThat(rows(back).get(0).path("text").textValue()).isEqualTo("one");
    }

    Path wide = directory.resolve("wide.jsonl");
    Files.write(wide, "\ufeff{\"text\": \"one\"}\n".getBytes("UTF-16LE"));
    assertMistake(
        encode(wide, out), "wide.jsonl: the file is UTF-16 (little endian); convert it to UTF-8.");
    assertMistake(
        encode(write("list.jsonl", "{\"text\": [\"a\"]}\n"), out),
        "list.jsonl, line '{\"text\": [\"a\"]}': 'text' is a JSON array, expected a text. --column"
            + " names another field.");
    Path nested = directory.resolve("nested.parquet");
    spark.sql("SELECT named_struct('en', 'hi') AS text").write().parquet(nested.toString());
    assertMistake(
        encode(nested, out),
        "nested.parquet: column 'text' is of type struct<en:string>, expected string.");
  }

  private Commands encode(Path input, Path output, String... more) {
    return EncodeRun.of(directory, MODEL, input, output.toString(), more);
  }

  @Test
  void optionsThatNothingReads_areRefused() throws IOException {
    Path input = write("in.txt", "one\n");
    Path output = directory.resolve("out.jsonl");
    assertMistake(
        encode(input, output, "--column", "question"),
        "--column 'question' is not read: the input '%s' has one text per line and no columns"
            .formatted(input));
    assertMistake(
        encode(input, output, "--interval", "5"),
        "--interval is read with --follow always only: leave it out");
    assertMistake(
        encode(input, output, "--checkpoint", "c"),
        "--checkpoint is read with --follow only: leave it out");
    assertMistake(
        encode(input, output, "--skip-changes"),
        "--skip-changes is read with --follow only: leave it out");
  }

  @Test
  void modelThatGivesNoNumbers_isRefused_whereverItEncodes() throws IOException {
    Path model = BrokenModel.encoder(directory.resolve("broken"));
    Path input = write("in.txt", "one\n");
    for (String output : List.of("out.jsonl", "out.parquet")) {
      Commands result =
          encode(input, directory.resolve(output), "--model", model.toString(), "--layers", "0");
      assertThat(result.err())
          .contains(
              "gives no numbers (NaN) for 'one': its weights are broken, as after a training that"
                  + " diverged");
      assertThat(result.code()).isEqualTo(2);
      assertThat(directory.resolve(output)).doesNotExist();
    }
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

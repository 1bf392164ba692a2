package io.silverspark.jobs.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.FakeFileSystem;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.Commands;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.model.quantization.Quantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The output precisions of {@code encode}, and the ranges beside the output. */
class QuantizedOutputTest {
  private static final String MODEL = NarrowModel.directory();
  private static final List<String> TEXTS =
      IntStream.range(0, 120).mapToObj(i -> "Text " + i + " of " + i % 7).toList();

  @TempDir Path directory;

  @Test
  void lines_ofEachPrecision_areTheQuantisedEmbeddings() throws IOException {
    Path input = write("in.txt", TEXTS);
    float[][] embeddings = embeddings(TEXTS);
    for (EmbeddingPrecision precision : EmbeddingPrecision.values()) {
      Path output = directory.resolve(precision.title() + ".jsonl");
      Commands result = encode(input, output, "--output-precision", precision.title());
      assertThat(result.code()).as(result.err()).isZero();
      List<double[]> rows = vectors(output);
      assertThat(rows).hasSize(TEXTS.size());
      for (int i = 0; i < rows.size(); i++) {
        assertThat(rows.get(i))
            .as("%s %d", precision, i)
            .isEqualTo(expected(precision, embeddings, embeddings[i]));
      }
      assertThat(Path.of(output + ".ranges.json").toFile().exists())
          .as(precision.title())
          .isEqualTo(precision.needsRanges());
    }
  }

  @Test
  void ranges_besideTheOutput_areThoseOfTheNextRun() throws IOException {
    Path output = directory.resolve("new/out.jsonl");
    Path ranges = directory.resolve("new/out.jsonl.ranges.json");
    Commands first = encode(write("in.txt", TEXTS), output, "--output-precision", "int8");
    assertThat(first.err()).contains("encode: ranges of 120 texts -> " + ranges);
    List<double[]> all = vectors(output);
    String kept = Files.readString(ranges);

    Path few = write("few.txt", TEXTS.subList(0, 2));
    Commands second = encode(few, output, "--output-precision", "int8");
    assertThat(second.err()).contains("encode: ranges of " + ranges);
    assertThat(vectors(output)).containsExactlyElementsOf(all.subList(0, 2));
    assertThat(Files.readString(ranges)).isEqualTo(kept);

    Path other = directory.resolve("other.jsonl");
    assertThat(encode(few, other, "--output-precision", "int8", "--ranges", "" + ranges).code())
        .isZero();
    assertThat(vectors(other)).containsExactlyElementsOf(all.subList(0, 2));
  }

  @Test
  void rangesThatDoNotFit_areRefusedInOneLine_andNothingIsWritten() throws IOException {
    Path input = write("in.txt", TEXTS);
    Path output = directory.resolve("out.jsonl");
    List<String> same = new ArrayList<>(TEXTS.subList(0, 99));
    same.addAll(TEXTS.subList(0, 99));
    assertMistake(
        encode(write("few.txt", same), output, "--output-precision", "uint8"),
        "--output-precision uint8: '%s' has 99 different texts, too few for ranges, which need 100;"
            .formatted(directory.resolve("few.txt")));
    assertThat(output).doesNotExist();
    assertMistake(
        encode(input, output, "--ranges", "r.json"),
        "--ranges is read with --output-precision int8 or uint8 only: leave it out");
    assertMistake(
        encode(input, Path.of("catalog:a.b.c"), "--output-precision", "int8"),
        "--output 'catalog:a.b.c' has no file beside it: name the file of the ranges by --ranges");

    Path ranges = directory.resolve("ranges.json");
    String[] options = {"--output-precision", "int8", "--ranges", ranges.toString()};
    assertThat(encode(input, output, options).code()).isZero();
    Files.delete(output);
    String json = Files.readString(ranges);
    assertMistake(
        encode(input, output, with(options, "--set", "model.truncateDim=3")),
        "ranges.json has the ranges of truncateDim '0', now it is '3'; name another file by"
            + " --ranges, or delete this one and write the whole output again");
    assertMistake(
        encode(input, output, with(options, "--long-texts", "mean")),
        "ranges.json has the ranges of longTexts 'cut', now it is 'mean, overlap 32';");
    Files.writeString(ranges, json.replaceFirst("\"fingerprint\":\"..", "\"fingerprint\":\"zz"));
    assertMistake(
        encode(input, output, options),
        "has the ranges of model '%s', now it is '%s' with other content;".formatted(MODEL, MODEL));
    Files.writeString(ranges, json.replaceFirst("\"minimum\":\\[", "\"minimum\":[\"x\","));
    assertMistake(
        encode(input, output, options), "ranges.json holds no ranges: ranges need as many");
    Files.writeString(ranges, "{");
    assertMistake(encode(input, output, options), "ranges.json is not valid JSON: ");
    assertThat(output).doesNotExist();
  }

  @Test
  @Tag("spark")
  @ExtendWith(SparkFixture.class)
  void tables_ofEachPrecision_haveTheNumbersOfTheLines(SparkSession spark) throws IOException {
    Path input = write("in.txt", TEXTS);
    Path ranges = directory.resolve("lines.ranges.json");
    for (EmbeddingPrecision precision :
        List.of(EmbeddingPrecision.INT8, EmbeddingPrecision.UINT8, EmbeddingPrecision.BINARY)) {
      List<String> options = new ArrayList<>(List.of("--output-precision", precision.title()));
      Path lines = directory.resolve("lines.jsonl");
      Path parquet = directory.resolve(precision.title() + ".parquet");
      if (precision.needsRanges()) {
        options.addAll(List.of("--ranges", ranges.toString()));
      }
      assertThat(encode(input, lines, options.toArray(String[]::new)).code()).isZero();
      Commands result = encode(input, parquet, options.toArray(String[]::new));
      assertThat(result.code()).as(result.err()).isZero();
      Dataset<Row> rows = spark.read().parquet(parquet.toString());
      assertThat(rows.schema().apply("embedding").dataType().simpleString())
          .isEqualTo(precision.isUnsigned() ? "array<smallint>" : "array<tinyint>");
      assertThat(differing(rows, vectors(lines))).as("%s", precision).isLessThan(3);
    }
  }

  @Test
  @Tag("spark")
  @ExtendWith(SparkFixture.class)
  void outputOnAnotherFileSystem_hasItsRangesThere_andReadsThemAgain(SparkSession spark)
      throws IOException {
    FakeFileSystem.register(spark);
    Path input = write("in.txt", TEXTS);
    Path few = write("few.txt", TEXTS.subList(0, 2));
    for (String name : List.of("far.jsonl", "far.parquet")) {
      String output = "fake:" + directory.resolve(name);
      String[] options = {"--output-precision", "int8", "--ranges", output + ".json"};
      Commands first = encode(input, output, options);
      assertThat(first.code()).as(first.err()).isZero();
      assertThat(directory.resolve(name + ".json")).exists();
      assertThat(encode(few, output, options).err()).contains("encode: ranges of fake:");
    }
    assertThat(vectors(directory.resolve("far.jsonl"))).hasSize(2);
  }

  /** Nothing can lie beside such a table, and only ranges need it. */
  @Test
  @Tag("spark")
  @ExtendWith(SparkFixture.class)
  void tableOfACatalog_withAndWithoutRanges_isWritten(SparkSession spark) throws IOException {
    Path input = write("in.txt", TEXTS);
    String table = "spark_catalog.default.small_vectors";
    try {
      for (String[] options :
          List.of(
              new String[0],
              new String[] {"--output-precision", "ubinary"},
              new String[] {
                "--output-precision", "int8", "--ranges", directory.resolve("r.json").toString()
              })) {
        Commands result = encode(input, Path.of("catalog:" + table), options);
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(spark.table(table).count()).isEqualTo(TEXTS.size());
      }
      assertThat(spark.table(table).schema().apply("embedding").dataType().simpleString())
          .isEqualTo("array<tinyint>");
      assertThat(directory.resolve("r.json")).exists();
    } finally {
      spark.sql("drop table if exists " + table);
    }
  }

  @Test
  @Tag("spark")
  @ExtendWith(SparkFixture.class)
  void followedTable_keepsItsPrecisionAndRanges(SparkSession spark) throws IOException {
    Path input = directory.resolve("docs");
    Path output = directory.resolve("vectors");
    spark
        .createDataset(TEXTS, Encoders.STRING())
        .toDF("text")
        .write()
        .format("delta")
        .save("" + input);
    String[] options = {"--follow", "available", "--output-precision", "uint8"};
    Commands first = encode(input, output, options);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).contains("ranges of 120 texts -> file:" + output + ".ranges.json");
    Dataset<Row> rows = spark.read().format("delta").load(output.toString());
    assertThat(rows.schema().apply("embedding").dataType().simpleString())
        .isEqualTo("array<smallint>");
    assertThat(rows.count()).isEqualTo(TEXTS.size());
    assertThat(encode(input, output, options).err()).contains("no new rows");
    assertMistake(
        encode(input, output, "--follow", "available"),
        "was started with outputPrecision 'uint8', now it is 'float32'");
    Path ranges = Path.of(output + ".ranges.json");
    Files.writeString(
        ranges, Files.readString(ranges).replaceFirst("\"minimum\":\\[[^,]+", "\"minimum\":[-9.0"));
    assertMistake(encode(input, output, options), "was started with ranges '");
  }

  /** How many numbers are not the same: the embeddings of a batch differ in their last bits. */
  private static long differing(Dataset<Row> rows, List<double[]> expected) {
    List<Row> found = rows.collectAsList();
    assertThat(found).hasSize(expected.size());
    long differing = 0;
    for (int i = 0; i < found.size(); i++) {
      List<Number> numbers = found.get(i).getList(1);
      assertThat(numbers).hasSize(expected.get(i).length);
      for (int k = 0; k < numbers.size(); k++) {
        differing += numbers.get(k).doubleValue() == expected.get(i)[k] ? 0 : 1;
      }
    }
    return differing;
  }

  private static double[] expected(
      EmbeddingPrecision precision, float[][] calibration, float[] embedding) {
    if (precision == EmbeddingPrecision.FLOAT32) {
      return IntStream.range(0, embedding.length).mapToDouble(i -> embedding[i]).toArray();
    }
    Quantizer quantizer =
        precision.isBinary()
            ? Quantizer.binary(precision)
            : Quantizer.bytes(precision, EmbeddingRanges.of(calibration));
    byte[] bytes = quantizer.quantize(embedding);
    return IntStream.range(0, bytes.length).mapToDouble(i -> precision.number(bytes[i])).toArray();
  }

  private static float[][] embeddings(List<String> texts) {
    try (SentenceEncoder encoder = SentenceEncoder.load(MODEL, EncoderOptions.defaults())) {
      return encoder.encode(texts);
    }
  }

  private Commands encode(Path input, Path output, String... more) {
    return encode(input, output.toString(), more);
  }

  private Commands encode(Path input, String output, String... more) {
    return EncodeRun.of(directory, MODEL, input, output, more);
  }

  private static String[] with(String[] options, String... more) {
    String[] all = Arrays.copyOf(options, options.length + more.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    return all;
  }

  private static void assertMistake(Commands result, String message) {
    assertThat(result.err()).contains(message);
    assertThat(result.code()).isEqualTo(2);
  }

  private Path write(String name, List<String> texts) throws IOException {
    return Files.writeString(directory.resolve(name), String.join("\n", texts) + "\n");
  }

  private static List<double[]> vectors(Path file) throws IOException {
    List<double[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode embedding = new ObjectMapper().readTree(line).path("embedding");
      rows.add(
          IntStream.range(0, embedding.size())
              .mapToDouble(
                  i ->
                      embedding.get(i).isIntegralNumber()
                          ? embedding.get(i).intValue()
                          : Float.parseFloat(embedding.get(i).asText()))
              .toArray());
    }
    return rows;
  }
}

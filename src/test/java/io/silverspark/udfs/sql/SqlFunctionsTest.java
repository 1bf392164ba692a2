package io.silverspark.udfs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.BrokenModel;
import io.silverspark.NarrowModel;
import io.silverspark.PromptedModel;
import io.silverspark.SparkFixture;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.mining.BinaryIndex;
import io.silverspark.model.mining.Neighbour;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.model.quantization.Quantizer;
import io.silverspark.udfs.EmbedUdf;
import io.silverspark.udfs.SilverSparkCatalog;
import io.silverspark.udfs.SimilarityUdf;
import io.silverspark.udfs.UdfRegistry;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.ml.PairScorer;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.NullText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class SqlFunctionsTest {
  private static final EncodeSpec ENCODER =
      EncodeSpec.of(NarrowModel.directory())
          .withPrecision(Precision.FP32)
          .withNullText(NullText.KEEP);
  private static final String CROSS_ENCODER = NarrowModel.crossEncoder();

  private static void configure(SparkSession spark, String... settings) {
    spark.conf().set("spark.sql.catalog.ml", SilverSparkCatalog.class.getName());
    spark.conf().set("spark.sql.catalog.ml.precision", "fp32");
    for (int i = 0; i < settings.length; i += 2) {
      spark.conf().set("spark.sql.catalog.ml." + settings[i], settings[i + 1]);
    }
  }

  private static void texts(SparkSession spark) {
    spark
        .sql(
            "select * from values ('A dog runs.', 'A dog is running.'),"
                + " ('A dog runs.', 'The stock market fell.'), ('A dog runs.', null) as t(a, b)")
        .repartition(2)
        .createOrReplaceTempView("texts");
  }

  @Test
  void quantize_eachPrecision_hasTheNumbersOfTheLibrary(SparkSession spark, @TempDir Path folder)
      throws IOException {
    configure(spark);
    Path ranges =
        Files.writeString(
            folder.resolve("r.json"), "{\"minimum\": [-0.1, 0.25], \"maximum\": [0.3, 0.75]}");
    Row row =
        spark
            .sql(
                ("with r as (select cast(minimum as array<float>) a, cast(maximum as array<float>)"
                        + " b from json.`%s`), v as (select array(0.1f, 0.8f) v) select"
                        + " ml.quantize_int8(v, a, b), ml.quantize_uint8(v, a, b),"
                        + " ml.quantize_binary(v), ml.quantize_ubinary(v), ml.quantize_binary(null)"
                        + " from v cross join r")
                    .formatted(ranges))
            .first();
    float[] vector = {0.1f, 0.8f};
    EmbeddingRanges given =
        new EmbeddingRanges(new float[] {-0.1f, 0.25f}, new float[] {0.3f, 0.75f});
    byte[] int8 = Quantizer.bytes(EmbeddingPrecision.INT8, given).quantize(vector);
    assertThat(row.<Byte>getList(0)).containsExactly(int8[0], int8[1]);
    assertThat(row.<Short>getList(1))
        .containsExactly((short) (int8[0] + 128), (short) (int8[1] + 128))
        .contains((short) 255);
    assertThat(row.<Byte>getList(2)).containsExactly((byte) (0b1100_0000 - 128));
    assertThat(row.<Short>getList(3)).containsExactly((short) 0b1100_0000);
    assertThat(row.isNullAt(4)).isTrue();
    assertThatThrownBy(() -> spark.sql("select ml.quantize_int8(array(1f))").first())
        .hasMessageContaining("needs quantize_int8(array<float>, array<float>, array<float>)");
  }

  @Test
  void scorePair_classesWithoutNames_needsTheKeyMatchClass(
      SparkSession spark, @TempDir Path folder) {
    Path three = folder.resolve("three");
    List<TextPair> pair = List.of(new TextPair("A dog runs.", "A dog is running."));
    float[] expected = new float[2];
    try (CrossEncoder encoder =
        CrossEncoder.fromEncoder(
            ENCODER.model(),
            new ClassNames(List.of("LABEL_0", "LABEL_1", "LABEL_2")),
            5,
            ENCODER.options("cpu"))) {
      encoder.save(three, "# test");
    }
    for (int label : List.of(0, 1)) {
      try (CrossEncoder encoder =
          CrossEncoder.load(
              three.toString(), ENCODER.options("cpu").withMatchClass("LABEL_" + label))) {
        expected[label] = encoder.scores(pair)[0];
      }
    }
    String query = "select ml.score_pair('A dog runs.', 'A dog is running.')";
    configure(spark, "cross-model", three.toString(), "layers", "1", "match-class", "");
    assertThatThrownBy(() -> spark.sql(query).first())
        .hasStackTraceContaining("has 3 classes, LABEL_0, LABEL_1, LABEL_2")
        .hasStackTraceContaining("match-class in SQL");
    configure(spark, "match-class", "LABEL_1");
    assertThat(spark.sql(query).first().getFloat(0)).isCloseTo(expected[1], within(1e-6f));
    configure(spark, "match-class", "0");
    assertThat(spark.sql(query).first().getFloat(0)).isCloseTo(expected[0], within(1e-6f));
    spark.conf().unset("spark.sql.catalog.ml.match-class");

    PairScorer scorer = new PairScorer().setModel(three.toString()).setLayers(1);
    scorer.setFirstCol("a").setSecondCol("b").setMatchClass("label_1");
    texts(spark);
    Row row = scorer.transform(spark.table("texts").where("b like '%running%'")).first();
    assertThat(row.<Float>getAs("score")).isCloseTo(expected[1], within(1e-6f));
    assertThat(scorer.getMatchClass()).isEqualTo("label_1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ml.embed('one')",
        "ml.similarity('one', 'two')",
        "ml.score_pair('one', 'two')",
        "ml.top_k('one', 'two', 1L, 1)"
      })
  void model_thatGivesNoNumbers_isRefused(String call, SparkSession spark, @TempDir Path folder) {
    configure(
        spark,
        "model",
        BrokenModel.encoder(folder.resolve("encoder")).toString(),
        "cross-model",
        BrokenModel.crossEncoder(folder.resolve("cross")).toString());

    assertThatThrownBy(() -> spark.sql("select " + call).collectAsList())
        .hasStackTraceContaining("UserException")
        .hasStackTraceContaining("(NaN) for '");
  }

  @Test
  void catalog_allFunctions_workOnRowsConstantsAndNulls(SparkSession spark) {
    configure(spark, "model", ENCODER.model(), "cross-model", CROSS_ENCODER);
    texts(spark);
    Row near =
        spark
            .sql(
                "select ml.embed(a), ml.similarity(a, b), ml.score_pair(a, b), size(ml.embed(b))"
                    + " from texts where b like '%running%'")
            .first();
    Row far = spark.sql("select ml.similarity(a, b) from texts where b like '%market%'").first();
    Row none =
        spark
            .sql(
                "select ml.embed(b), ml.similarity(a, b), ml.score_pair(a, b), ml.embed(null)"
                    + " from texts where b is null")
            .first();
    Row constant = spark.sql("select ml.similarity('A dog runs.', 'A dog runs.')").first();

    assertThat(near.getList(0)).hasSize(NarrowModel.WIDTH);
    assertThat(near.getInt(3)).isEqualTo(NarrowModel.WIDTH);
    assertThat(near.getFloat(1)).isGreaterThan(far.getFloat(0));
    assertThat(near.getFloat(2)).isBetween(0f, 1f);
    assertThat(constant.getFloat(0)).isCloseTo(1f, within(1e-5f));
    for (int column = 0; column < none.size(); column++) {
      assertThat(none.isNullAt(column)).isTrue();
    }
  }

  @Test
  void registry_sessionFunctions_equalTheCatalog(SparkSession spark) {
    configure(spark, "model", ENCODER.model(), "cross-model", CROSS_ENCODER);
    UdfRegistry.register(
        spark, ENCODER, EncodeSpec.of(CROSS_ENCODER).withPrecision(Precision.FP32));
    texts(spark);
    Row row =
        spark
            .sql(
                "select embed(a) = ml.embed(a), similarity(a, b) - ml.similarity(a, b),"
                    + " score_pair(a, b) - ml.score_pair(a, b) from texts where b like '%running%'")
            .first();
    assertThat(row.getBoolean(0)).isTrue();
    assertThat(row.getFloat(1)).isZero();
    assertThat(row.getFloat(2)).isZero();
    assertThat(spark.sql("select embed(b) from texts where b is null").first().isNullAt(0))
        .isTrue();
  }

  @Test
  void registerJava_classNames_readTheSessionsSettings(SparkSession spark) {
    SparkSession.setActiveSession(spark);
    spark.conf().set("spark.silverspark.model", ENCODER.model());
    spark.conf().set("spark.silverspark.precision", "fp32");
    spark.udf().registerJava("embed_java", EmbedUdf.class.getName(), Columns.VECTOR);
    spark.udf().registerJava("similarity_java", SimilarityUdf.class.getName(), DataTypes.FloatType);
    Row row = spark.sql("select size(embed_java('x')), similarity_java('x', 'x')").first();
    assertThat(row.getInt(0)).isEqualTo(NarrowModel.WIDTH);
    assertThat(row.getFloat(1)).isCloseTo(1f, within(1e-5f));
  }

  @Test
  void catalog_setInTheSession_changesTheModelAtOnce(SparkSession spark, @TempDir Path folder) {
    ModelFiles other = NarrowModel.files(0).withModules(SentenceModules.of(PoolingMode.CLS, true));
    ModelDirectory.write(other, folder.resolve("cls"), "# Other pooling");
    configure(spark, "model", ENCODER.model());
    Row one = spark.sql("select ml.embed('A dog runs.')").first();
    spark.sql("set spark.sql.catalog.ml.model=" + folder.resolve("cls"));
    Row two = spark.sql("select ml.embed('A dog runs.')").first();
    assertThat(two.getList(0)).isNotEqualTo(one.getList(0));
  }

  @Test
  void prompts_ofEachFunction_areThoseOfTheModelOrTheSettings(
      SparkSession spark, @TempDir Path folder) {
    Path model = PromptedModel.save(folder.resolve("prompted"));
    configure(spark, "model", model.toString());
    Row row =
        spark
            .sql(
                "select ml.embed('b b a'), ml.embed('b b a', 'query'), ml.embed_query('b b a'),"
                    + " ml.embed_document('b b a'), ml.embed('b b a', ''),"
                    + " ml.similarity('b b a', 'a'), ml.embed('b b a', null),"
                    + " ml.top_k('a b b', 'b b a', 7L, 1)")
            .first();
    try (SentenceEncoder encoder = SentenceEncoder.load(model.toString(), ENCODER.options("cpu"))) {
      List<String> text = List.of("b b a");
      float[] query = encoder.encodeQuery(text)[0];
      assertThat(floats(row, 0)).containsExactly(encoder.encode(text)[0]);
      assertThat(floats(row, 1)).containsExactly(query);
      assertThat(floats(row, 2)).containsExactly(query);
      assertThat(floats(row, 3)).containsExactly(encoder.encodeDocument(text)[0]);
      assertThat(floats(row, 4)).containsExactly(encoder.encode(text, Prompt.NONE)[0]);
      float[][] pair = encoder.encode(List.of("b b a", "a"));
      assertThat(row.getFloat(5)).isEqualTo(VectorSimilarity.COSINE.between(pair[0], pair[1]));
      assertThat(row.isNullAt(6)).isTrue();
      assertThat(row.<Row>getList(7).get(0).getFloat(1))
          .isEqualTo(
              VectorSimilarity.COSINE.between(
                  encoder.encodeQuery(List.of("a b b"))[0], encoder.encodeDocument(text)[0]));
      configure(spark, "prompt", "b a ", "corpus-prompt-name", "");
      Row set = spark.sql("select ml.embed('b b a'), ml.embed_document('b b a')").first();
      assertThat(floats(set, 0)).containsExactly(encoder.encode(text, Prompt.of("b a "))[0]);
      assertThat(floats(set, 1)).containsExactly(encoder.encode(text, Prompt.NONE)[0]);
    } finally {
      spark.conf().unset("spark.sql.catalog.ml.prompt");
      spark.conf().unset("spark.sql.catalog.ml.corpus-prompt-name");
    }
    assertThatThrownBy(() -> spark.sql("select ml.embed('a', 'web')").first())
        .hasStackTraceContaining(
            "the model has no prompt named 'web', expected one of query, document, title");
  }

  private static float[] floats(Row row, int column) {
    List<Float> values = row.getList(column);
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }

  @Test
  void topK_storedBits_areRankedAsByTheIndex(SparkSession spark) {
    configure(spark, "model", ENCODER.model());
    documents(spark);
    spark
        .sql(
            "select id, ml.embed(text) as e, ml.quantize_binary(ml.embed(text)) as b,"
                + " ml.quantize_ubinary(ml.embed(text)) as u from documents where text is not null")
        .createOrReplaceTempView("bits");
    Row found =
        spark
            .sql(
                "select q, ml.top_k(q, b, id, 3), ml.top_k(q, u, concat('d', id), 3) from bits"
                    + " cross join (select ml.embed('a dog is running') as q) group by q")
            .first();
    float[] query = floats(found, 0);
    List<Row> rows = spark.sql("select id, e from bits order by id").collectAsList();
    float[][] corpus = rows.stream().map(row -> floats(row, 1)).toArray(float[][]::new);
    List<Neighbour> expected =
        BinaryIndex.of(
                Quantizer.binary(EmbeddingPrecision.BINARY).quantize(corpus),
                EmbeddingPrecision.BINARY)
            .search(query, 3, rows.size());
    List<Row> signed = found.getList(1);
    List<Row> unsigned = found.getList(2);
    assertThat(signed).hasSize(3);
    for (int i = 0; i < 3; i++) {
      long id = rows.get((int) expected.get(i).id()).getLong(0);
      assertThat(signed.get(i).getLong(0)).isEqualTo(id);
      assertThat(signed.get(i).getFloat(1)).isEqualTo(expected.get(i).score());
      assertThat(unsigned.get(i).getString(0)).isEqualTo("d" + id);
      assertThat(unsigned.get(i).getFloat(1)).isEqualTo(expected.get(i).score());
    }
    assertThatThrownBy(
            () ->
                spark
                    .sql("select ml.top_k(e, array(1Y, 2Y), id, 1) from bits group by e")
                    .collectAsList())
        .hasStackTraceContaining("bytes of bits; the vectors have 2");
  }

  @Test
  void topK_storedEmbeddings_areRankedAsBySimilarity(SparkSession spark) {
    configure(spark, "model", ENCODER.model());
    documents(spark);
    spark.sql("select *, ml.embed(text) as e from documents").createOrReplaceTempView("embedded");
    List<Row> hits =
        spark
            .sql("select ml.top_k(ml.embed('a dog is running'), e, id, 3) from embedded")
            .first()
            .getList(0);
    List<Row> expected =
        spark
            .sql(
                "select id, ml.similarity(ml.embed('a dog is running'), e) as score from embedded"
                    + " where e is not null order by score desc, id limit 3")
            .collectAsList();
    assertThat(hits).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(hits.get(i).getLong(0)).isEqualTo(expected.get(i).getLong(0));
      assertThat(hits.get(i).getFloat(1)).isEqualTo(expected.get(i).getFloat(1));
    }
  }

  @ParameterizedTest
  @EnumSource(Similarity.class)
  void similarityAndTopK_ofTextsAndEmbeddings_areThoseOfTheModel(
      Similarity similarity, SparkSession spark, @TempDir Path folder) {
    String model = NarrowModel.save(folder.resolve("model"), similarity).toString();
    configure(spark, "model", model);
    UdfRegistry.register(spark, EncodeSpec.of(model).withPrecision(Precision.FP32));
    String texts = "'A dog runs.', 'The stock market fell.'";
    Row row =
        spark
            .sql(
                "select ml.similarity(%1$s), similarity(%1$s), ml.top_k(%1$s, 1L, 1)[0].score,"
                        .formatted(texts)
                    + " ml.similarity(ml.embed('A dog runs.'), ml.embed('The stock market fell.')),"
                    + " ml.top_k(ml.embed('A dog runs.'), ml.embed('The stock market fell.'), 1L,"
                    + " 1)[0].score")
            .first();
    try (SentenceEncoder encoder = SentenceEncoder.load(model, ENCODER.options("cpu"))) {
      float[][] rows = encoder.encode(List.of("A dog runs.", "The stock market fell."));
      float expected = (float) similarity.of(rows[0], rows[1]);
      for (int column = 0; column < row.size(); column++) {
        assertThat(row.getFloat(column))
            .as("column " + column)
            .isCloseTo(expected, within(1e-5f * (1 + Math.abs(expected))));
      }
    }
  }

  @Test
  void truncateDim_setByItsKey_keepsTheFirstNumbers(SparkSession spark) {
    configure(spark, "model", ENCODER.model());
    String query = "select ml.embed('A dog runs.'), ml.embed('A dog runs.') as again";
    float[] whole = floats(spark.sql(query).first(), 0);
    try {
      configure(spark, "truncate-dim", "5");
      assertThat(floats(spark.sql(query).first(), 0)).isEqualTo(Arrays.copyOf(whole, 5));
      configure(spark, "truncate-dim", "5000");
      assertThat(floats(spark.sql(query).first(), 1)).isEqualTo(whole);
    } finally {
      spark.conf().unset("spark.sql.catalog.ml.truncate-dim");
    }
  }

  @Test
  void similarity_setByItsKey_winsOverTheModel(SparkSession spark) {
    configure(spark, "model", ENCODER.model(), "similarity", "manhattan");
    String query = "select ml.similarity(array(1f, 2f), array(4f, 0f))";
    try {
      assertThat(spark.sql(query).first().getFloat(0)).isEqualTo(-5);
      configure(spark, "similarity", "dot", "model", "/no/such/model");
      assertThat(spark.sql(query).first().getFloat(0)).isEqualTo(4);
      configure(spark, "similarity", "l2");
      assertThatThrownBy(() -> spark.sql(query).first())
          .hasStackTraceContaining(
              "spark.sql.catalog.ml.similarity = 'l2' is not valid: needs cosine, dot, euclidean or"
                  + " manhattan");
    } finally {
      spark.conf().unset("spark.sql.catalog.ml.similarity");
    }
  }

  @Test
  void topK_textsPerGroup_encodesInBatchesAndTakesTextIds(SparkSession spark) {
    configure(spark, "model", ENCODER.model());
    documents(spark);
    List<Row> rows =
        spark
            .sql(
                "select q, ml.top_k(q, text, concat('d', id), 1)[0].id from documents cross join"
                    + " (select explode(array('a dog is running', 'rainy weather')) as q) group by"
                    + " q order by q")
            .collectAsList();
    assertThat(rows).extracting(row -> row.getString(1)).containsExactly("d1", "d3");
    assertThat(
            spark
                .sql("select size(ml.top_k('x', text, id, 5)) from documents where id > 99")
                .first()
                .getInt(0))
        .isZero();
  }

  @Test
  void topK_wrongUse_saysWhatIsNeeded(SparkSession spark) {
    configure(spark, "model", ENCODER.model());
    documents(spark);
    assertThatThrownBy(
            () -> spark.sql("select ml.top_k(text, text, id, 2) from documents").collectAsList())
        .hasStackTraceContaining("a group has several queries; add the query to GROUP BY");
    assertThatThrownBy(
            () -> spark.sql("select ml.top_k('x', text, id, 0) from documents").collectAsList())
        .hasStackTraceContaining("k must be 1 or more, found 0");
    assertThatThrownBy(() -> spark.sql("select ml.top_k('x', text, 2) from documents"))
        .hasStackTraceContaining("top_k(string, string, bigint, int)")
        .hasStackTraceContaining("got top_k(string, string, int)");
  }

  private static void documents(SparkSession spark) {
    spark
        .sql(
            "select * from values (1L, 'A dog runs.'), (2L, 'The stock market fell.'),"
                + " (3L, 'It rained all day.'), (4L, 'Dogs bark.'), (5L, null) as t(id, text)")
        .repartition(2)
        .createOrReplaceTempView("documents");
  }

  @Test
  void catalog_noModel_namesTheKey(SparkSession spark) {
    configure(spark);
    assertThatThrownBy(() -> spark.sql("select ml.embed('x')").collectAsList())
        .hasStackTraceContaining(
            "function ml.embed needs a model: set spark.sql.catalog.ml.model to");
    assertThatThrownBy(() -> spark.sql("select ml.score_pair('x', 'y')").collectAsList())
        .hasStackTraceContaining("set spark.sql.catalog.ml.cross-model to");
  }

  @Test
  void catalog_wrongSettings_areNamed(SparkSession spark) {
    configure(spark, "model", ENCODER.model(), "layers", "three");
    assertThatThrownBy(() -> spark.sql("select ml.embed('x')").collectAsList())
        .hasStackTraceContaining(
            "spark.sql.catalog.ml.layers = 'three' is not valid: needs a whole number >= 0");
  }

  @Test
  void catalog_unknownSetting_isNamed(SparkSession spark) {
    configure(spark, "modle", ENCODER.model());
    assertThatThrownBy(() -> spark.sql("select ml.embed('x')").collectAsList())
        .hasStackTraceContaining("unknown setting 'spark.sql.catalog.ml.modle'");
  }

  @Test
  void catalog_wrongArguments_sayWhatIsNeeded(SparkSession spark) {
    configure(spark, "model", ENCODER.model());
    assertThatThrownBy(() -> spark.sql("select ml.embed(1)").collectAsList())
        .hasStackTraceContaining(
            "needs embed(string) or embed(string, string), got embed(int): write embed(CAST(... AS"
                + " STRING))");
    assertThatThrownBy(() -> spark.sql("select ml.embed(struct('a' as en))").collectAsList())
        .hasStackTraceContaining(
            "needs embed(string) or embed(string, string), got embed(struct<en:string>)")
        .hasStackTraceContaining("embed(struct<en:string>)")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("CAST"));
    assertThatThrownBy(() -> spark.sql("select ml.embed('a', 'b', 'c')").collectAsList())
        .hasStackTraceContaining(
            "got embed(string, string, string): takes 1 or 2 arguments, not 3");
    assertThatThrownBy(() -> spark.sql("select ml.score_pair('a', 2.5D)").collectAsList())
        .hasStackTraceContaining(
            "needs score_pair(string, string), got score_pair(string, double): write"
                + " score_pair(..., CAST(... AS STRING))");
    assertThatThrownBy(
            () -> spark.sql("select ml.similarity(array(1D), array(2D))").collectAsList())
        .hasStackTraceContaining(
            "got similarity(array<double>, array<double>): write similarity(CAST(... AS"
                + " ARRAY<FLOAT>), CAST(... AS ARRAY<FLOAT>))");
    UdfRegistry.register(spark, ENCODER);
    assertThatThrownBy(() -> spark.sql("select embed(123)").collectAsList())
        .hasStackTraceContaining(
            "embed needs texts, found 123 of type Integer: write CAST(... AS STRING)");
    assertThatThrownBy(() -> spark.sql("select ml.similarity('x')").collectAsList())
        .hasStackTraceContaining(
            "needs similarity(string, string) or similarity(array<float>, array<float>) or"
                + " similarity(struct<indices: array<int>, values: array<float>>,"
                + " struct<indices: array<int>, values: array<float>>),"
                + " got similarity(string): takes 2 arguments, not 1");
    assertThatThrownBy(() -> spark.sql("select ml.encode('x')").collectAsList())
        .hasStackTraceContaining("encode");
  }
}

package io.silverspark.udfs.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.FakeFileSystem;
import io.silverspark.NarrowModel;
import io.silverspark.PromptedModel;
import io.silverspark.SparkFixture;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.model.quantization.Quantizer;
import io.silverspark.udfs.columns.QuantizedColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class PipelineStagesTest {
  private static final String MODEL = NarrowModel.directory();
  private static final EncoderOptions ONE_LAYER = EncoderOptions.defaults().withLayers(1);

  @TempDir Path folder;

  private static SentenceEmbedder embedder() {
    return new SentenceEmbedder()
        .setModel(MODEL)
        .setPrecision("fp32")
        .setLayers(1)
        .setOutputCol("features");
  }

  private static Dataset<Row> animals(SparkSession spark) {
    return spark
        .sql(
            "select * from values ('A dog runs.', 1d), ('The cat sleeps.', 1d),"
                + " ('Horses eat grass.', 1d), ('Birds sing early.', 1d),"
                + " ('The market fell.', 0d), ('Banks raise rates.', 0d),"
                + " ('Shares are cheap.', 0d), ('The budget was passed.', 0d) as t(text, label)")
        .repartition(2);
  }

  private static Dataset<Row> pairs(SparkSession spark) {
    return spark.sql(
        "select * from values ('A dog runs.', 'A dog is running.', 1d),"
            + " ('The cat sleeps.', 'A cat is asleep.', 0.9d),"
            + " ('The market fell.', 'Horses eat grass.', 0d),"
            + " ('Banks raise rates.', 'Rates go up.', 0.7d) as t(first_text, second_text, label)");
  }

  @Test
  void embedder_behindAPrompt_equalsTheEncoderAndSurvivesSaveAndLoad(SparkSession spark)
      throws IOException {
    String model = PromptedModel.save(folder.resolve("prompted")).toString();
    Dataset<Row> rows = spark.sql("select 'b b a' as text");
    SentenceEmbedder stage =
        new SentenceEmbedder()
            .setModel(model)
            .setPrecision("fp32")
            .setOutputType("array")
            .setPromptName("query");
    stage.save(folder.resolve("stage").toString());
    SentenceEmbedder loaded = SentenceEmbedder.load(folder.resolve("stage").toString());
    assertThat(loaded.getPromptName()).isEqualTo("query");
    List<Float> vector = loaded.transform(rows).first().getList(1);
    try (SentenceEncoder encoder = SentenceEncoder.load(model, EncoderOptions.defaults())) {
      float[] expected = encoder.encodeQuery(List.of("b b a"))[0];
      for (int i = 0; i < expected.length; i++) {
        assertThat(vector.get(i)).isEqualTo(expected[i]);
      }
    }
    stage.setPrompt("a ");
    assertThatThrownBy(() -> stage.transform(rows))
        .isInstanceOf(UserException.class)
        .hasMessage(
            stage.uid()
                + ": prompt and promptName are both set ('a ' and 'query'), but only one"
                + " may be");
  }

  @Test
  void embedder_ofLongTexts_equalsTheEncoderAndSurvivesSaveAndLoad(SparkSession spark)
      throws IOException {
    String text = "the train to the north left an hour ago ".repeat(20).strip();
    Dataset<Row> rows = spark.sql("select '" + text + "' as text");
    embedder()
        .setOutputType("array")
        .setLongTexts("late")
        .setWindowOverlap(5)
        .save(folder.resolve("long").toString());
    List<Float> found =
        SentenceEmbedder.load(folder.resolve("long").toString()).transform(rows).first().getList(1);
    float[] expected;
    try (SentenceEncoder encoder = SentenceEncoder.load(MODEL, ONE_LAYER)) {
      LongTexts rule = new LongTexts(LongTexts.Pooling.LATE, 5);
      expected = encoder.encode(List.of(text), Prompt.DEFAULT, rule, BatchListener.NONE)[0];
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.get(i)).isCloseTo(expected[i], within(1e-6f));
    }
  }

  @Test
  void embedder_truncated_scalesWhatIsLeftAndSurvivesSaveAndLoad(SparkSession spark)
      throws IOException {
    SentenceEmbedder stage = embedder().setOutputType("array").setNormalize(true).setTruncateDim(5);
    stage.save(folder.resolve("cut").toString());
    SentenceEmbedder loaded = SentenceEmbedder.load(folder.resolve("cut").toString());
    assertThat(loaded.getTruncateDim()).isEqualTo(5);
    Dataset<Row> rows = spark.sql("select 'A dog runs.' as text");
    List<Float> vector = loaded.transform(rows).first().getList(1);
    List<Float> whole = embedder().setOutputType("array").transform(rows).first().getList(1);
    double length =
        Math.sqrt(whole.subList(0, 5).stream().mapToDouble(value -> value * value).sum());
    assertThat(vector).hasSize(5);
    for (int i = 0; i < 5; i++) {
      assertThat((double) vector.get(i)).isCloseTo(whole.get(i) / length, within(1e-5));
    }
    assertThatThrownBy(() -> stage.setTruncateDim(-1)).hasMessageContaining("truncateDim");
  }

  @Test
  void pipeline_withLogisticRegression_learnsAndSurvivesSaveAndLoad(SparkSession spark)
      throws IOException {
    Dataset<Row> rows = animals(spark);
    Pipeline pipeline =
        new Pipeline()
            .setStages(new PipelineStage[] {embedder(), new LogisticRegression().setMaxIter(10)});
    PipelineModel fitted = pipeline.fit(rows);
    List<Row> predictions = fitted.transform(rows).select("label", "prediction").collectAsList();
    assertThat(predictions).allMatch(row -> row.getDouble(0) == row.getDouble(1));

    fitted.write().overwrite().save(folder.resolve("fitted").toString());
    PipelineModel loaded = PipelineModel.load(folder.resolve("fitted").toString());
    Dataset<Row> fresh =
        spark.sql("select * from values ('A puppy barks.'), ('The economy shrank.') as t(text)");
    assertThat(loaded.transform(fresh).select("probability").collectAsList())
        .isEqualTo(fitted.transform(fresh).select("probability").collectAsList());

    pipeline.save(folder.resolve("unfitted").toString());
    SentenceEmbedder stage =
        (SentenceEmbedder) Pipeline.load(folder.resolve("unfitted").toString()).getStages()[0];
    assertThat(stage.uid()).isEqualTo(pipeline.getStages()[0].uid());
    assertThat(stage.getLayers()).isEqualTo(1);
    assertThat(Path.of(stage.getModel()).startsWith(folder)).as("a copy of its own").isFalse();
    assertThat(weights(stage)).isEqualTo(weights(embedder()));

    String builtin = "builtin:all-MiniLM-L6-v2";
    embedder().setModel(builtin).save(folder.resolve("named").toString());
    assertThat(SentenceEmbedder.load(folder.resolve("named").toString()).getModel())
        .isEqualTo(builtin);
  }

  @Test
  void loaded_savedOverItself_keepsItsModel(SparkSession spark) throws IOException {
    Dataset<Row> text = spark.sql("select 'A dog runs.' as text");
    String path = folder.resolve("stage").toString();
    embedder().setOutputType("array").save(path);
    List<Float> expected = vector(SentenceEmbedder.load(path).transform(text));
    for (int size = 1; size <= 2; size++) {
      SentenceEmbedder loaded = SentenceEmbedder.load(path).setBatchSize(size);
      loaded.write().overwrite().save(path);
      assertThat(vector(loaded.transform(text))).isEqualTo(expected);
    }
    assertThat(SentenceEmbedder.load(path).getBatchSize()).isEqualTo(2);
    assertThat(vector(SentenceEmbedder.load(path).transform(text))).isEqualTo(expected);

    String whole = folder.resolve("pipeline").toString();
    new Pipeline()
        .setStages(new PipelineStage[] {SentenceEmbedder.load(path)})
        .fit(text)
        .write()
        .save(whole);
    PipelineModel.load(whole).write().overwrite().save(whole);
    try (Stream<Path> stages = Files.list(Path.of(whole, "stages"))) {
      assertThat(stages.toList()).singleElement().satisfies(PipelineStagesTest::hasModel);
    }
    assertThat(vector(PipelineModel.load(whole).transform(text))).isEqualTo(expected);
  }

  @Test
  void loaded_fromAnotherFileSystem_isSavedWithItsModel(SparkSession spark) throws IOException {
    FakeFileSystem.register(spark);
    Path remote = folder.resolve("remote");
    embedder().save("fake:" + remote);
    SentenceEmbedder loaded = SentenceEmbedder.load("fake:" + remote);
    delete(remote);
    loaded.save(folder.resolve("here").toString());
    assertThat(weights(SentenceEmbedder.load(folder.resolve("here").toString())))
        .isEqualTo(weights(embedder()));

    embedder().setModel("fake:" + MODEL).save(folder.resolve("named").toString());
    assertThat(folder.resolve("named")).satisfies(PipelineStagesTest::hasModel);
  }

  @Test
  void save_withoutItsModel_isRefusedBeforeAnythingIsDeleted(SparkSession spark)
      throws IOException {
    Path gone = folder.resolve("gone");
    NarrowModel.save(gone);
    Path path = folder.resolve("stage");
    SentenceEmbedder stage = embedder().setModel(gone.toString());
    stage.save(path.toString());
    delete(gone);
    assertThatThrownBy(() -> stage.write().overwrite().save(path.toString()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "%s cannot be saved without its model: model '%s' is not a directory"
                .formatted(stage.uid(), gone));
    stage.setModel(path.resolve("model").toString());
    assertThatThrownBy(() -> stage.write().overwrite().save(path.toString()))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "%s: its model '%s' lies in '%s', which would be overwritten: save to another directory"
                .formatted(stage.uid(), path.resolve("model"), path));
    assertThat(path).satisfies(PipelineStagesTest::hasModel);
  }

  private static void hasModel(Path stage) {
    assertThat(stage.resolve("model/model.safetensors")).isRegularFile();
  }

  private static List<Float> vector(Dataset<Row> embedded) {
    return embedded.first().getList(1);
  }

  @Test
  void embedder_outputTypesAndNormalize_equalTheEncoder(SparkSession spark) {
    float[] expected;
    try (SentenceEncoder encoder = SentenceEncoder.load(MODEL, ONE_LAYER)) {
      expected = encoder.encode(List.of("A dog runs."))[0];
    }
    Dataset<Row> row = spark.sql("select 'A dog runs.' as text union all select null");
    SentenceEmbedder keeping = embedder().setHandleInvalid("keep").setNormalize(true);
    List<Row> vectors = keeping.transform(row).collectAsList();
    Vector vector = vectors.get(0).getAs("features");
    assertThat(vector.size()).isEqualTo(expected.length);
    assertThat(vectors.get(1).isNullAt(1)).isTrue();
    List<Float> array =
        keeping.copy(ParamMap.empty()).setOutputType("array").transform(row).first().getList(1);
    for (int i = 0; i < expected.length; i++) {
      assertThat(vector.apply(i)).isCloseTo(expected[i], within(1e-6));
      assertThat(array.get(i)).isCloseTo(expected[i], within(1e-6f));
    }
    assertThat(keeping.getOutputType()).as("a copy is its own").isEqualTo("vector");
    assertThat(keeping.transformSchema(row.schema()).apply("features").dataType())
        .isEqualTo(keeping.transform(row).schema().apply("features").dataType());
  }

  @Test
  void embedder_toBits_hasTheNumbersOfTheQuantizer(SparkSession spark) {
    float[] embedding;
    try (SentenceEncoder encoder = SentenceEncoder.load(MODEL, ONE_LAYER)) {
      embedding = encoder.encode(List.of("A dog runs."))[0];
    }
    Dataset<Row> rows = spark.sql("select 'A dog runs.' as text union all select null");
    for (EmbeddingPrecision precision :
        List.of(EmbeddingPrecision.BINARY, EmbeddingPrecision.UBINARY)) {
      SentenceEmbedder bits = embedder().setHandleInvalid("keep").setOutputType(precision.title());
      Dataset<Row> result = bits.transform(rows);
      byte[] expected = Quantizer.binary(precision).quantize(embedding);
      List<Number> found = result.first().getList(1);
      assertThat(found).hasSize(expected.length);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found.get(i).intValue()).isEqualTo(precision.number(expected[i]));
      }
      assertThat(result.collectAsList().get(1).isNullAt(1)).isTrue();
      assertThat(bits.transformSchema(rows.schema())).isEqualTo(result.schema());
    }
  }

  @Test
  void embedder_toBytes_hasTheNumbersOfTheQuantizer_andKeepsItsRanges(SparkSession spark)
      throws IOException {
    Dataset<Row> rows = spark.sql("select 'A dog runs.' as text union all select 'Rain fell.'");
    Dataset<Row> floats = embedder().setOutputType("array").transform(rows);
    EmbeddingRanges ranges = QuantizedColumn.ranges(floats, "features");
    List<Float> embedding = floats.first().getList(1);
    float[] vector = new float[embedding.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = embedding.get(i);
    }
    for (EmbeddingPrecision precision :
        List.of(EmbeddingPrecision.INT8, EmbeddingPrecision.UINT8)) {
      String path = folder.resolve(precision.title()).toString();
      embedder()
          .setOutputType(precision.title())
          .setMinimum(doubles(ranges.minimum()))
          .setMaximum(doubles(ranges.maximum()))
          .save(path);
      SentenceEmbedder bytes = SentenceEmbedder.load(path);
      Dataset<Row> result = bytes.transform(rows);
      byte[] expected = Quantizer.bytes(precision, ranges).quantize(vector);
      List<Number> found = result.first().getList(1);
      assertThat(found).hasSize(expected.length);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found.get(i).intValue()).isEqualTo(precision.number(expected[i]));
      }
      assertThat(bytes.transformSchema(rows.schema())).isEqualTo(result.schema());
    }
    assertThatThrownBy(() -> embedder().setOutputType("int8").transformSchema(rows.schema()))
        .hasMessageEndingWith(
            ": outputType int8 needs minimum and maximum, the ranges of the components");
    assertThatThrownBy(
            () ->
                embedder()
                    .setOutputType("int8")
                    .setMinimum(new double[] {1})
                    .setMaximum(new double[] {0})
                    .transformSchema(rows.schema()))
        .hasMessageContaining("minimum and maximum are no ranges: component 0 has the range");
  }

  private static double[] doubles(float[] numbers) {
    double[] doubles = new double[numbers.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = numbers[i];
    }
    return doubles;
  }

  @Test
  void trainer_fit_givesASavedModelThatMovedTheEmbeddings(SparkSession spark) throws IOException {
    BiEncoderTrainer trainer =
        new BiEncoderTrainer()
            .setOutputDir(folder.resolve("models").toString())
            .setBaseModel(MODEL)
            .setPrecision("fp32")
            .setLayers(1)
            .setEpochs(2)
            .setBatchSize(2)
            .setLearningRate(1e-4)
            .setOutputType("array");
    Dataset<Row> pairs = pairs(spark);
    SentenceEmbedder first = trainer.fit(pairs);
    SentenceEmbedder again = trainer.fit(pairs.repartition(3));
    assertThat(first.parent()).isSameAs(trainer);
    assertThat(Path.of(first.getModel())).isNotEqualTo(Path.of(again.getModel())).exists();
    Dataset<Row> text = spark.sql("select 'A dog runs.' as text");
    List<Float> trained = first.transform(text).first().getList(1);
    assertThat(again.transform(text).first().<Float>getList(1)).isEqualTo(trained);
    assertThat(embedder().setOutputType("array").transform(text).first().<Float>getList(1))
        .isNotEqualTo(trained);

    first.save(folder.resolve("stage").toString());
    delete(Path.of(first.getModel()));
    SentenceEmbedder loaded = SentenceEmbedder.load(folder.resolve("stage").toString());
    assertThat(loaded.transform(text).first().<Float>getList(1))
        .as("the saved stage has the model with it")
        .isEqualTo(trained);

    trainer.setLoss("mnr").save(folder.resolve("trainer").toString());
    BiEncoderTrainer read = BiEncoderTrainer.load(folder.resolve("trainer").toString());
    assertThat(read.getLoss()).isEqualTo("mnr");
    assertThat(read.getLearningRate()).isEqualTo(1e-4);
    assertThat(read.fit(pairs).getModel()).startsWith(folder.resolve("models").toString());
  }

  /** Texts of which Java and Spark think differently in which order they come. */
  private static Dataset<Row> unordered(SparkSession spark) {
    return pairs(spark)
        .unionAll(
            spark.sql(
                "select * from values ('\uD83D\uDC15 runs', 'a', 0.5d),"
                    + " ('\uFF21 runs', 'a', 0.5d) as t(a, b, c)"))
        .repartition(3);
  }

  @Test
  void trainer_overShards_givesTheWeightsOfMemoryAndLeavesNoShard(SparkSession spark)
      throws IOException {
    Dataset<Row> rows = unordered(spark);
    BiEncoderTrainer trainer = trainer().setFirstPrompt("question: ");
    Map<String, TensorData> held = weights(trainer.fit(rows));
    Path shards = folder.resolve("elsewhere");
    trainer.setRowsInMemory(5).setShardsDir(shards.toString());
    assertThat(weights(trainer.fit(rows))).isEqualTo(held);
    assertThat(shards).isEmptyDirectory();

    trainer.setRowsInMemory(0);
    assertThatThrownBy(() -> trainer.fit(rows.withColumn("label", lit(null).cast("double"))))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(trainer.uid() + ": a null in row [")
        .hasMessageEndingWith(",null]; leave such rows out first");
  }

  @Test
  @Tag("cluster")
  void trainer_tripletsOverShards_giveTheWeightsOfMemory(SparkSession spark) {
    Dataset<Row> rows =
        unordered(spark).withColumn("other", concat(lit("no "), col("second_text")));
    BiEncoderTrainer trainer = trainer().setLoss("TripletLoss").setNegativeCol("other");
    Map<String, TensorData> held = weights(trainer.fit(rows));
    trainer.setRowsInMemory(0);
    assertThat(weights(trainer.fit(rows))).isEqualTo(held);
    assertThat(weights(trainer.setShardRows(2).fit(rows)))
        .as("another order of batches")
        .isNotEqualTo(held);
    assertThat(folder.resolve("models/training-examples")).isEmptyDirectory();
  }

  private BiEncoderTrainer trainer() {
    return new BiEncoderTrainer()
        .setOutputDir(folder.resolve("models").toString())
        .setBaseModel(MODEL)
        .setPrecision("fp32")
        .setBatchSize(2)
        .setLearningRate(1e-3);
  }

  private static Map<String, TensorData> weights(SentenceEmbedder fitted) {
    return Safetensors.read(Path.of(fitted.getModel()).resolve("model.safetensors"));
  }

  @Test
  void trainer_behindPrompts_equalsTextsThatCarryThem(SparkSession spark) {
    Dataset<Row> rows = pairs(spark).withColumn("other", concat(lit("no "), col("second_text")));
    Dataset<Row> carried =
        rows.withColumn("first_text", concat(lit("question: "), col("first_text")))
            .withColumn("second_text", concat(lit("answer: "), col("second_text")))
            .withColumn("other", concat(lit("wrong: "), col("other")));
    BiEncoderTrainer triplets = trainer().setLoss("TripletLoss").setNegativeCol("other");
    Map<String, TensorData> prompted =
        weights(
            triplets
                .copy(ParamMap.empty())
                .setFirstPrompt("question: ")
                .setSecondPrompt("answer: ")
                .setNegativePrompt("wrong: ")
                .fit(rows));
    assertThat(prompted)
        .isEqualTo(weights(triplets.fit(carried)))
        .isNotEqualTo(weights(triplets.fit(rows)));
  }

  @Test
  void trainer_lossOfTripletsWithoutNegatives_asksForTheColumn(SparkSession spark) {
    BiEncoderTrainer trainer = trainer().setLoss("TripletLoss");
    assertThatThrownBy(() -> trainer.fit(pairs(spark)))
        .isInstanceOf(UserException.class)
        .hasMessage(trainer.uid() + ": TripletLoss learns from triplets: set negativeCol");
    assertThatThrownBy(() -> trainer.setLayerDecay(1.5))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a number above 0 and at most 1");
  }

  @Test
  void trainer_parametersOfTheLoss_areUsed(SparkSession spark) {
    Dataset<Row> rows = pairs(spark);
    assertThat(weights(trainer().setLossParameters("{ matryoshkaDims = [16] }").fit(rows)))
        .as("a wrapper of its own name")
        .isEqualTo(
            weights(
                trainer()
                    .setLoss("MatryoshkaLoss")
                    .setLossParameters("{ loss = cosine, matryoshkaDims = [16] }")
                    .fit(rows)))
        .isNotEqualTo(weights(trainer().fit(rows)));
    SentenceEmbedder layered =
        trainer()
            .setLoss("Matryoshka2dLoss")
            .setLossParameters("{ loss = mnr, matryoshkaDims = [48, 16], scale = 10 }")
            .fit(rows);
    assertThat(Path.of(layered.getModel()).resolve("README.md"))
        .content()
        .contains("loss Matryoshka2dLoss of MultipleNegativesRankingLoss");
  }

  @Test
  void trainer_wrongParametersOfTheLoss_saysStageAndRule(SparkSession spark) {
    Dataset<Row> rows = pairs(spark);
    BiEncoderTrainer trainer = trainer();
    assertThatThrownBy(() -> trainer.setLossParameters("{ scale = 3 }").fit(rows))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            trainer.uid() + ": CosineSimilarityLoss has no parameter 'scale'; it has");
    assertThatThrownBy(() -> trainer.setLossParameters("{ scale").fit(rows))
        .hasMessageStartingWith(trainer.uid() + ": ")
        .hasMessageContaining("lossParameters");
    trainer.setLoss("AdaptiveLayerLoss").setLossParameters("");
    assertThatThrownBy(() -> trainer.transformSchema(rows.schema()))
        .hasMessageContaining(
            "AdaptiveLayerLoss wraps another loss: set loss among its parameters");
    trainer.setLossParameters("{ loss = GISTEmbedLoss }");
    assertThatThrownBy(() -> trainer.fit(rows))
        .hasMessageContaining(
            "AdaptiveLayerLoss does not go with GISTEmbedLoss here: needs one of");
  }

  @Test
  void scorer_addsTheCrossEncodersScore_alsoAfterLoad(SparkSession spark) throws IOException {
    Path cross = folder.resolve("cross");
    float expected;
    try (CrossEncoder encoder = CrossEncoder.fromEncoder(MODEL, 1, 5, ONE_LAYER)) {
      encoder.save(cross, "# test");
      expected =
          encoder
              .scores(
                  List.of(
                      new io.silverspark.model.data.TextPair("A dog runs.", "A dog is running.")))[
              0];
    }
    PairScorer scorer =
        new PairScorer().setModel(cross.toString()).setPrecision("fp32").setOutputCol("similarity");
    scorer.save(folder.resolve("scorer").toString());
    PairScorer loaded = PairScorer.load(folder.resolve("scorer").toString());
    Row row = loaded.transform(pairs(spark)).where("first_text = 'A dog runs.'").first();
    assertThat(row.<Float>getAs("similarity")).isCloseTo(expected, within(1e-5f));
  }

  @Test
  void wrongUse_saysStageColumnAndRule(SparkSession spark) {
    Dataset<Row> rows = animals(spark);
    assertThatThrownBy(() -> embedder().setInputCol("txt").transformSchema(rows.schema()))
        .isInstanceOf(UserException.class)
        .hasMessageMatching("sentenceEmbedder_.*: column 'txt' is not there; .* text, label");
    assertThatThrownBy(() -> embedder().setInputCol("label").transformSchema(rows.schema()))
        .hasMessageContaining("column 'label' has type double, needs string");
    assertThatThrownBy(() -> embedder().setOutputCol("Label").transformSchema(rows.schema()))
        .hasMessageContaining("output column 'Label' already exists");
    assertThatThrownBy(() -> new SentenceEmbedder().transform(rows))
        .hasMessageContaining("set a model");
    assertThatThrownBy(() -> embedder().setPrecision("fp64"))
        .isInstanceOf(IllegalArgumentException.class) // whose message PySpark shows
        .hasMessage("precision = 'fp64' is not valid: needs one of auto, fp32, bf16, fp16, int8");
    assertThatThrownBy(() -> embedder().setBatchSize(-1))
        .hasMessage("batchSize = '-1' is not valid: needs a number >= 0");
    assertThatThrownBy(() -> embedder().setModel(" "))
        .hasMessage("model = ' ' is not valid: needs a text that is not blank");
    assertThatThrownBy(() -> new BiEncoderTrainer().fit(pairs(spark)))
        .hasMessageContaining("set outputDir");
    assertThatThrownBy(() -> new BiEncoderTrainer().setLoss("triplet"))
        .hasMessageStartingWith("loss = 'triplet' is not valid: needs one of ");
    assertThatThrownBy(() -> new BiEncoderTrainer().setLearningRate(0))
        .hasMessage("learningRate = '0.0' is not valid: needs a number > 0");
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

package io.silverspark.udfs.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SparseEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.TinySplade;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.columns.SparseEmbedding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@link SentenceEmbedder} over a sparse encoder. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class SparseEmbedderTest {
  private static final List<String> TEXTS =
      List.of(
          "a man plays the guitar", "somebody makes music", "it rains today", "a dog runs fast");

  @TempDir Path folder;
  private String model;
  private Dataset<Row> rows;

  @BeforeEach
  void write(SparkSession spark) {
    model = TinySplade.write(folder.resolve("splade")).toString();
    rows =
        spark.sql(
            "select * from values ('%s', 1d), ('%s', 1d), ('%s', 0d), ('%s', 0d) t(text, label)"
                .formatted(TEXTS.toArray()));
  }

  private SentenceEmbedder embedder() {
    return new SentenceEmbedder().setModel(model).setPrecision("fp32").setOutputCol("features");
  }

  private List<SparseVector> encoded(int maxActiveDims) {
    try (SparseEncoder encoder =
        SparseEncoder.load(model, EncoderOptions.defaults().withWorkers(1))) {
      return encoder.encode(TEXTS, Prompt.DEFAULT, maxActiveDims, BatchListener.NONE);
    }
  }

  @Test
  void transform_vectorsOfSparkMl_areSparseAndAsLongAsTheVocabulary() {
    List<Row> found = embedder().setMaxActiveDims(5).transform(rows).collectAsList();
    List<SparseVector> expected = encoded(5);
    for (int i = 0; i < found.size(); i++) {
      Vector vector = found.get(i).getAs("features");
      assertThat(vector).isInstanceOf(org.apache.spark.ml.linalg.SparseVector.class);
      assertThat(vector.size()).isEqualTo(TinySplade.files().dimension());
      assertThat(vector.toSparse().indices()).isEqualTo(expected.get(i).indices());
      for (int k = 0; k < expected.get(i).active(); k++) {
        assertThat(vector.toSparse().values()[k])
            .isCloseTo(expected.get(i).values()[k], within(1e-5));
      }
    }
    assertThat(found).hasSize(TEXTS.size());
  }

  @Test
  void transform_structsOfLengthOne_areWhatSearchTakes() {
    Dataset<Row> found = embedder().setOutputType("sparse").setNormalize(true).transform(rows);
    assertThat(found.schema().apply("features").dataType()).isEqualTo(SparseEmbedding.VECTOR);
    List<Row> vectors = found.select("features").collectAsList();
    for (int i = 0; i < vectors.size(); i++) {
      assertThat(SparseEmbedding.vector(vectors.get(i), 0).values())
          .containsExactly(encoded(0).get(i).normalized().values(), within(1e-5f));
    }
  }

  @Test
  void pipeline_withLogisticRegression_learnsAndSurvivesSaveAndLoad() throws IOException {
    PipelineModel fitted =
        new Pipeline()
            .setStages(new PipelineStage[] {embedder(), new LogisticRegression().setMaxIter(20)})
            .fit(rows);
    fitted.save(folder.resolve("pipeline").toString());
    List<Row> again =
        PipelineModel.load(folder.resolve("pipeline").toString())
            .transform(rows)
            .select("label", "prediction")
            .collectAsList();
    assertThat(again).hasSize(4).allMatch(row -> row.getDouble(0) == row.getDouble(1));
  }

  @Test
  void transform_paramsOfTheOtherKind_areRefused() {
    assertRefused(embedder().setOutputType("array"), "outputType = array is for dense vectors");
    assertRefused(embedder().setTruncateDim(4), "truncateDim = 4 is for dense vectors");
    assertRefused(embedder().setLongTexts("mean"), "longTexts = mean is for dense vectors");
    String dense = "needs a sparse encoder, and '%s' has".formatted(NarrowModel.directory());
    assertRefused(
        embedder().setModel(NarrowModel.directory()).setMaxActiveDims(2),
        "maxActiveDims = 2 " + dense);
    assertRefused(
        embedder().setModel(NarrowModel.directory()).setOutputType("sparse"),
        "outputType = sparse " + dense);
  }

  private void assertRefused(SentenceEmbedder stage, String message) {
    assertThatThrownBy(() -> stage.transform(rows))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(stage.uid() + ": " + message);
  }
}

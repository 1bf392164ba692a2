package io.silverspark.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.jobs.report.MetricValue;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.data.Triplet;
import io.silverspark.model.evaluation.Resampling;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.quantization.EmbeddingPrecision;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimilarityTaskTest {
  private static final List<String> FIRST = List.of("a", "b", "c");
  private static final List<String> SECOND = List.of("d", "e", "f");
  private static final Resampling RESAMPLING = new Resampling(200, 0.95, 42);

  @Test
  void measure_constantGold_isNaNAndSaysSo() {
    List<Measure> measures = task(2.5, 2.5, 2.5).measure(different());

    assertThat(measures).extracting(Measure::name).hasSize(8).startsWith("spearman_cosine");
    assertUndefined(measures, "all 3 gold scores are 2.5");
  }

  @Test
  void measure_collapsedModel_isNaNAndSaysSo() {
    float[] same = {0.6f, 0.8f};
    float[][] vectors = {same, same, {0.60000002f, 0.8f}, same, same, same};

    List<Measure> measures = task(1, 2, 3).measure(vectors(vectors));

    assertUndefined(measures.subList(0, 4), "the model gives all 3 pairs the score 1.000");
  }

  @Test
  void measure_modelWithoutNumbers_isNaNAndSaysSo() {
    float[][] vectors = {{1, 0}, {Float.NaN, 1}, {0, 1}, {1, 1}, {1, 0}, {0, 1}};

    assertUndefined(
        task(1, 2, 3).measure(vectors(vectors)).subList(0, 2),
        "the model gives no number for 1 of 3 pairs");
  }

  @Test
  void measure_modelThatComparesByDot_leadsWithIt() {
    float[][] vectors = {{1, 0}, {9, 9}, {1, 1}, {1, 0}, {3, 1}, {1, -1}};
    TextVectors dot =
        new TextVectors(List.of("a", "b", "c", "d", "e", "f"), vectors, Similarity.DOT);
    List<Measure> measures = task(2, 3, 1).measure(dot);
    assertThat(measures)
        .extracting(Measure::name)
        .startsWith("spearman_dot", "pearson_dot")
        .contains("spearman_cosine")
        .doesNotHaveDuplicates();
    assertThat(measures.get(0).value()).isCloseTo(1, within(1e-12));
    assertThat(task(2, 3, 1).measure(vectors(vectors)).get(0).value()).isLessThan(1);
  }

  /** By the cosine the pairs and triplets come out the other way. */
  @ParameterizedTest
  @EnumSource(
      value = Similarity.class,
      names = {"DOT", "EUCLIDEAN", "MANHATTAN"})
  void pairsAndTriplets_ofAModelThatComparesOtherwise_areJudgedByIt(Similarity similarity) {
    boolean dot = similarity == Similarity.DOT;
    float[][] vectors = {{1, 0}, dot ? new float[] {5, 4} : new float[] {1, 1}, {9, 0.1f}};
    if (dot) {
      vectors[2] = new float[] {1, 0.1f};
    }
    List<String> texts = List.of("anchor", "match", "other");
    TextVectors own = new TextVectors(texts, vectors, similarity);
    TextVectors cosine = new TextVectors(texts, vectors, Similarity.COSINE);
    TripletTask triplets = new TripletTask(List.of(new Triplet("anchor", "match", "other")));
    List<TextPair> pairs =
        List.of(new TextPair("anchor", "match"), new TextPair("anchor", "other"));
    PairTask matches = PairTask.ofScores("test", pairs, row(5, 1), 4);

    assertThat(triplets.measure(own).get(0).value()).isEqualTo(1);
    assertThat(triplets.measure(cosine).get(0).value()).isZero();
    assertThat(matches.measure(own).get(0).value()).isEqualTo(1);
    assertThat(matches.measure(cosine).get(0).value()).isEqualTo(0.5);
  }

  /** By the first component the pairs rank 1, 2, 3; by signs of both, b and e are unlike. */
  @Test
  void measure_ofSmallVectors_comparesWhatIsKept() {
    float[][] vectors = {{1, 5}, {1, 3}, {1, -2}, {-1, 5}, {0.5f, -3}, {3, -2}};
    TextVectors dot =
        new TextVectors(List.of("a", "b", "c", "d", "e", "f"), vectors, Similarity.DOT);
    SimilarityTask task = task(1, 2, 3);

    assertThat(small(task, dot, 1, EmbeddingPrecision.FLOAT32)).isCloseTo(1, within(1e-12));
    assertThat(small(task, dot, 0, EmbeddingPrecision.FLOAT32))
        .isEqualTo(task.measure(dot).get(0).value());
    assertThat(small(task, dot, 1, EmbeddingPrecision.UINT8)).isCloseTo(1, within(1e-12));
    assertThat(small(task, dot, 0, EmbeddingPrecision.BINARY))
        .as("no pair has more than one component above 0 on both sides")
        .isNaN();
    float[][] broken = {{1, 0}, {Float.NaN, 1}, {0, 1}, {1, 1}, {1, 0}, {0, 1}};
    assertUndefined(
        task.measure(vectors(broken), new SmallVectors.Form(0, EmbeddingPrecision.INT8)),
        "the model gives no number for 1 of 3 pairs");
  }

  private static double small(
      SimilarityTask task, TextVectors vectors, int width, EmbeddingPrecision precision) {
    List<Measure> measures = task.measure(vectors, new SmallVectors.Form(width, precision));
    assertThat(measures).hasSize(1);
    return measures.get(0).value();
  }

  @Test
  void measure_oneRow_needsTwo() {
    SimilarityTask task = new SimilarityTask("test", true, List.of("a"), List.of("b"), row(4));

    assertUndefined(
        task.measure(
            new TextVectors(List.of("a", "b"), new float[][] {{1, 0}, {1, 1}}, Similarity.COSINE)),
        "a correlation needs at least two rows, found 1 of split test");
  }

  @Test
  void measure_twoRows_hasAValueButNoInterval() {
    SimilarityTask task =
        new SimilarityTask("test", true, List.of("a", "b"), List.of("d", "e"), row(4, 1));

    MetricValue value = task.measure(different()).get(0).withInterval(RESAMPLING);

    assertThat(Math.abs(value.value())).isCloseTo(1, within(1e-9));
    assertThat(value.low()).as("half of the resamples have no correlation").isNaN();
    assertThat(value.high()).isNaN();
    assertThat(value.reason()).isEmpty();
  }

  @Test
  void pairs_withoutMatches_haveNoAveragePrecision() {
    List<TextPair> pairs = List.of(new TextPair("a", "d"), new TextPair("b", "e"));

    assertUndefined(
        PairTask.ofScores("test", pairs, row(1, 2), 4).measure(different()).subList(0, 1),
        "none of the 2 pairs is a match");
    assertUndefined(
        PairTask.ofScores("test", pairs, row(5, 4), 4).measure(different()).subList(0, 1),
        "every one of the 2 pairs is a match");
    float[][] broken = {{1, 0}, {Float.NaN, 1}, {0, 1}, {1, 1}, {1, 0}, {0, 1}};
    assertUndefined(
        PairTask.ofScores("test", pairs, row(1, 5), 4).measure(vectors(broken)).subList(0, 3),
        "the model gives no number for 1 of 2 pairs");
  }

  private static void assertUndefined(List<Measure> measures, String reason) {
    assertThat(measures).isNotEmpty();
    for (Measure measure : measures) {
      assertThat(measure.reason()).as(measure.name()).isEqualTo(reason);
      assertThat(measure.withInterval(RESAMPLING)).isEqualTo(MetricValue.undefined(reason));
    }
  }

  private static SimilarityTask task(double... gold) {
    return new SimilarityTask("test", true, FIRST, SECOND, gold);
  }

  private static double[] row(double... values) {
    return values;
  }

  private static TextVectors different() {
    return vectors(new float[][] {{1, 0}, {0, 1}, {1, 1}, {1, 2}, {3, 1}, {1, -1}});
  }

  private static TextVectors vectors(float[][] vectors) {
    return new TextVectors(List.of("a", "b", "c", "d", "e", "f"), vectors, Similarity.COSINE);
  }
}

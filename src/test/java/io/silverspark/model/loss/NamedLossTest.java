package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedLossTest {
  @Test
  void read_noParameters_hasTheDefaultsOfSentenceTransformers() {
    assertThat(loss("CachedMultipleNegativesRankingLoss", Map.of()))
        .isEqualTo(new CachedMultipleNegativesRankingLoss(RankingOptions.ofScale(20), 32));
    assertThat(loss("TripletLoss", Map.of())).isEqualTo(new TripletLoss(Distance.EUCLIDEAN, 5));
    assertThat(loss("ContrastiveLoss", Map.of()))
        .isEqualTo(new ContrastiveLoss(Distance.COSINE, 0.5, true));
    assertThat(loss("GISTEmbedLoss", Map.of()))
        .isEqualTo(
            new GISTEmbedLoss(0.01, GISTEmbedLoss.MarginStrategy.ABSOLUTE, 0, true, true, 0));
    assertThat(loss("MegaBatchMarginLoss", Map.of()))
        .isEqualTo(new MegaBatchMarginLoss(0.8, 0.3, 50));
    assertThat(loss("mnr", Map.of())).isEqualTo(new MultipleNegativesRankingLoss(20));
  }

  @Test
  void read_namesOfPython_areTakenToo() {
    assertThat(loss("CachedMultipleNegativesRankingLoss", Map.of("mini_batch_size", "8")))
        .isEqualTo(loss("CachedMultipleNegativesRankingLoss", Map.of("miniBatchSize", "8")));
    assertThat(
            loss(
                "MultipleNegativesRankingLoss",
                Map.of(
                    "directions", "[query_to_doc, doc_to_query]",
                    "partition_mode", "per_direction",
                    "hardness_mode", "hard_negatives",
                    "hardness_strength", "5")))
        .isEqualTo(
            new MultipleNegativesRankingLoss(
                new RankingOptions(
                    20,
                    SimilarityFunction.COSINE,
                    Set.of(
                        RankingOptions.Direction.QUERY_TO_DOC,
                        RankingOptions.Direction.DOC_TO_QUERY),
                    RankingOptions.Partition.PER_DIRECTION,
                    new Hardness(Hardness.Mode.HARD_NEGATIVES, 5))));
  }

  @Test
  void read_constants_areReadInAnyCase() {
    assertThat(loss("TripletLoss", Map.of("distanceMetric", "Manhattan")))
        .isEqualTo(loss("TripletLoss", Map.of("distanceMetric", "manhattan")));
    assertThat(loss("MultipleNegativesRankingLoss", Map.of("directions", "QUERY-TO-DOC")))
        .isEqualTo(loss("MultipleNegativesRankingLoss", Map.of("directions", "query_to_doc")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MultipleNegativesRankingLoss | directions | doc | a list of",
        "MultipleNegativesRankingLoss | directions | [] | that is not empty",
        "EmbedDistillLoss | projectionDim | 0 | a whole number >= 1, or none",
        "CoSENTLoss | matryoshkaDims | [384, 0] | a list of whole numbers above 0",
        "CoSENTLoss | matryoshkaDims | [384, 1.5] | a list of whole numbers above 0",
        "TripletLoss | tripletMargin | 5f | a number"
      })
  void read_wrongText_saysWhatIsAllowed(String loss, String name, String text, String allowed) {
    assertThatThrownBy(() -> loss(loss, Map.of(name, text)))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("%s: %s = '%s' is not valid: needs ".formatted(loss, name, text))
        .hasMessageContaining(allowed);
  }

  @Test
  void read_matryoshkaDims_wrapTheLoss() {
    assertThat(loss("CoSENTLoss", Map.of("matryoshkaDims", "[384, 128]")))
        .isEqualTo(new MatryoshkaLoss(new CoSENTLoss(), List.of(384, 128), List.of(1.0, 1.0)));
  }

  @Test
  void read_unknownParameter_namesTheNearestAndAll() {
    assertThatThrownBy(() -> NamedLoss.TRIPLET.read(Map.of("tripletMargn", "3")))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "TripletLoss has no parameter 'tripletMargn'. Did you mean 'tripletMargin'?; it has"
                + " distanceMetric, tripletMargin, matryoshkaDims, matryoshkaWeights,"
                + " nDimsPerStep");
  }

  @Test
  void read_wrongValue_saysWhatIsAllowed() {
    assertThatThrownBy(() -> NamedLoss.TRIPLET.read(Map.of("distanceMetric", "chebyshev")))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "TripletLoss: distanceMetric = 'chebyshev' is not valid: needs one of cosine,"
                + " euclidean, manhattan");
    assertThatThrownBy(
            () ->
                NamedLoss.MULTIPLE_NEGATIVES_RANKING.read(
                    Map.of(
                        "directions", "query_to_doc, doc_to_doc",
                        "partitionMode", "per_direction")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("partition mode per_direction does not go with query_to_query");
  }

  @Test
  void of_unknownName_listsTheNames() {
    assertThatThrownBy(() -> NamedLoss.of("HingeLoss"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("'HingeLoss' is not a loss: needs one of CosineSimilarityLoss, ");
  }

  @Test
  void parameters_ofEveryLoss_areListedWithDefaults() {
    for (NamedLoss loss : NamedLoss.values()) {
      assertThat(NamedLoss.of(loss.title())).isEqualTo(loss);
      assertThat(loss.shapes()).isNotEmpty();
      assertThat(loss.parameters()).doesNotContainValue("null");
    }
    assertThat(NamedLoss.MEGA_BATCH_MARGIN.parameters())
        .containsEntry("positiveMargin", "0.8")
        .containsEntry("miniBatchSize", "50");
  }

  private static SentenceLoss loss(String name, Map<String, String> parameters) {
    return NamedLoss.of(name).read(parameters).create(null);
  }
}

package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.evaluation.RankCorrelation;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.prompt.Prompt;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ValidationPairsTest {
  private static final List<String> FIRST =
      List.of("A dog runs.", "It rains all day.", "The soup is hot.", "Trains are late.", "No.");
  private static final List<String> SECOND =
      List.of("The market fell.", "Rain.", "Nobody eats soup in the sun.", "A train.", "Yes, no!");

  /** The gold scores are the model's own, so another similarity would not rank them the same. */
  @ParameterizedTest
  @EnumSource(Similarity.class)
  void spearman_isOfTheModelsSimilarity(Similarity similarity, @TempDir Path folder) {
    String model = NarrowModel.save(folder.resolve("model"), similarity).toString();
    try (SentenceEncoder encoder =
        SentenceEncoder.load(model, EncoderOptions.defaults().withWorkers(1))) {
      float[][] first = encoder.encode(FIRST);
      float[][] second = encoder.encode(SECOND);
      double[] own = similarity.ofRows(first, second);
      List<Double> gold = Arrays.stream(own).boxed().toList();
      ValidationPairs pairs = new ValidationPairs(FIRST, SECOND, gold, Prompt.NONE, Prompt.NONE);
      assertThat(pairs.spearman(encoder)).isCloseTo(1, within(1e-12));
      Similarity other = similarity == Similarity.COSINE ? Similarity.DOT : Similarity.COSINE;
      assertThat(RankCorrelation.spearman(other.ofRows(first, second), own)).isLessThan(0.99);
    }
  }
}

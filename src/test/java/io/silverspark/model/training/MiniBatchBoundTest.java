package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.NarrowModel;
import io.silverspark.model.data.RankedDocuments;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.loss.NamedCrossEncoderLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a cross-encoder's loss in mini-batches puts through the model at once, and so the memory of
 * a step, is bounded by the mini-batch, however many documents a query has.
 */
class MiniBatchBoundTest {
  private static final int QUERIES = 3;
  private static final int DOCUMENTS = 64;
  private static final int MINI_BATCH = 16;
  private static final TrainingPlan PLAN = TrainingPlan.builder().maxSteps(1).build();

  /** Pairs of each forward pass of a model; all of one call are alive together. */
  private static final class Counted implements TrainableModel {
    private final TrainableModel model;
    private final List<Integer> pairs = new ArrayList<>();

    Counted(CrossEncoder encoder) {
      this.model = TrainableModel.of(encoder);
    }

    @Override
    public NDManager manager() {
      return model.manager();
    }

    @Override
    public Map<String, NDArray> parameters() {
      return model.parameters();
    }

    @Override
    public Precision precision() {
      return model.precision();
    }

    @Override
    public void parametersChanged() {
      model.parametersChanged();
    }

    @Override
    public NDList forward(NDManager scope, List<List<TokenizedText>> passes) {
      pairs.add(passes.stream().mapToInt(List::size).sum());
      return model.forward(scope, passes);
    }
  }

  private static List<Integer> pairsAtOnce(
      NamedCrossEncoderLoss name, Map<String, String> parameters) {
    try (CrossEncoder encoder =
            CrossEncoder.load(
                NarrowModel.crossEncoder(), EncoderOptions.defaults().withWorkers(1));
        SentenceLoss loss = name.read(parameters).create(1)) {
      Counted counted = new Counted(encoder);
      TrainingSet set =
          name.takesLists()
              ? TrainingSet.forCrossEncoderLists(encoder.tokenizer(), lists())
              : TrainingSet.forCrossEncoderRanking(
                  encoder.tokenizer(),
                  List.of(texts("query", DOCUMENTS), texts("document", DOCUMENTS)),
                  NamedCrossEncoderLoss.drawnNegatives(parameters),
                  1);
      new Trainer(counted, loss, PLAN).nativeThreads(1).train(set, set.shuffled(set.size(), 1));
      return counted.pairs;
    }
  }

  private static List<RankedDocuments> lists() {
    List<Float> labels = IntStream.range(0, DOCUMENTS).mapToObj(i -> (float) (-i % 5 + 4)).toList();
    return texts("query", QUERIES).stream()
        .map(query -> new RankedDocuments(query, texts("document", DOCUMENTS), labels))
        .toList();
  }

  private static List<String> texts(String word, int count) {
    return IntStream.range(0, count).mapToObj(i -> word + " of number " + i).toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = NamedCrossEncoderLoss.class,
      names = {"LAMBDA", "RANK_NET", "LIST_NET", "LIST_MLE", "P_LIST_MLE", "ADR_MSE"})
  void train_longLists_passThroughTheModelInMiniBatches(NamedCrossEncoderLoss name) {
    Map<String, String> parameters = Map.of("mini_batch_size", String.valueOf(MINI_BATCH));
    List<Integer> pairs = pairsAtOnce(name, parameters);
    // once without recording, once with
    assertThat(pairs).hasSize(2 * QUERIES * DOCUMENTS / MINI_BATCH).containsOnly(MINI_BATCH);
    assertThat(pairsAtOnce(name, Map.of())).containsExactly(QUERIES * DOCUMENTS);
  }

  /** Every other document of the batch is a negative: 64 pairs for each of 64 queries. */
  @Test
  void train_allNegativesOfTheBatch_passThroughTheModelInMiniBatches() {
    Map<String, String> parameters =
        Map.of("num_negatives", "none", "mini_batch_size", String.valueOf(MINI_BATCH));
    List<Integer> pairs =
        pairsAtOnce(NamedCrossEncoderLoss.CACHED_MULTIPLE_NEGATIVES_RANKING, parameters);
    assertThat(pairs).hasSize(2 * DOCUMENTS * DOCUMENTS / MINI_BATCH).containsOnly(MINI_BATCH);
    assertThat(
            pairsAtOnce(
                NamedCrossEncoderLoss.MULTIPLE_NEGATIVES_RANKING, Map.of("num_negatives", "5")))
        .containsExactly(6 * DOCUMENTS);
  }
}

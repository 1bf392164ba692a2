package io.silverspark.model.pretraining;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.PredictionPass;
import io.silverspark.model.encoder.RecomputedLayers;
import io.silverspark.model.encoder.TokenPredictor;
import io.silverspark.model.tokenizer.TokenizedText;
import io.silverspark.model.training.LengthSortedPasses;
import io.silverspark.model.training.TrainableModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A language model as a {@link io.silverspark.model.training.Trainer} sees it: two columns of texts
 * in, inputs and targets, one column of token likelihoods out.
 *
 * @param predictor stays owned by the caller
 */
public record TokenPredictionModel(TokenPredictor predictor) implements TrainableModel {
  @Override
  public NDManager manager() {
    return predictor.manager();
  }

  @Override
  public Map<String, NDArray> parameters() {
    return predictor.parameters();
  }

  @Override
  public Precision precision() {
    return predictor.precision();
  }

  @Override
  public List<RecomputedLayers> recomputed() {
    return List.of(predictor.recomputed());
  }

  @Override
  public void parametersChanged() {
    predictor.parametersChanged();
  }

  /**
   * Runs one batch in a single pass.
   *
   * @param passes the two columns of one batch: inputs, targets
   * @return negative log-likelihoods of the predicted tokens [M]
   */
  @Override
  public NDList forward(NDManager scope, List<List<TokenizedText>> passes) {
    return predictor.likelihoodsRecorded(
        scope, List.of(new PredictionPass(passes.get(0), passes.get(1))));
  }

  /** Runs a batch in a few passes of similar length; the order of the tokens has no meaning. */
  @Override
  public LengthSortedPasses.Output run(NDManager scope, List<List<TokenizedText>> columns) {
    List<TokenizedText> targets = columns.get(1);
    int[] order =
        IntStream.range(0, targets.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> -targets.get(i).length()))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] lengths = Arrays.stream(order).map(i -> targets.get(i).length()).toArray();
    List<PredictionPass> passes = new ArrayList<>();
    long padded = 0;
    int start = 0;
    for (int end : LengthSortedPasses.DEFAULT.cuts(lengths)) {
      int[] rows = Arrays.copyOfRange(order, start, end);
      passes.add(new PredictionPass(at(columns.get(0), rows), at(targets, rows)));
      padded += (long) lengths[start] * rows.length;
      start = end;
    }
    NDList likelihoods = predictor.likelihoodsRecorded(scope, passes);
    NDArray all = likelihoods.get(0);
    for (int i = 1; i < likelihoods.size(); i++) {
      all = all.concat(likelihoods.get(i));
    }
    return new LengthSortedPasses.Output(new NDList(all), Arrays.stream(lengths).sum(), padded);
  }

  private static List<TokenizedText> at(List<TokenizedText> texts, int[] rows) {
    return Arrays.stream(rows).mapToObj(texts::get).toList();
  }
}

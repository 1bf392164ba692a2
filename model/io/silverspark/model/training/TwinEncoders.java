package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.RecomputedLayers;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Two encoders that are trained together: the first column goes through the copy, the second
 * through the model that is kept.
 */
final class TwinEncoders implements TrainableModel {
  private final TrainableModel copy;
  private final TrainableModel kept;

  TwinEncoders(SentenceEncoder copy, SentenceEncoder kept) {
    this.copy = TrainableModel.of(copy);
    this.kept = TrainableModel.of(kept);
  }

  @Override
  public NDManager manager() {
    return kept.manager();
  }

  @Override
  public Map<String, NDArray> parameters() {
    Map<String, NDArray> all = new LinkedHashMap<>(kept.parameters());
    copy.parameters().forEach((name, array) -> all.put("copy." + name, array));
    return Collections.unmodifiableMap(all);
  }

  @Override
  public Precision precision() {
    return kept.precision();
  }

  @Override
  public List<RecomputedLayers> recomputed() {
    return Stream.of(copy, kept).flatMap(each -> each.recomputed().stream()).toList();
  }

  @Override
  public void parametersChanged() {
    kept.parametersChanged();
    copy.parametersChanged();
  }

  @Override
  public NDList forward(NDManager scope, List<List<TokenizedText>> passes) {
    throw new IllegalStateException("twins embed whole batches, the first column by the copy");
  }

  @Override
  public LengthSortedPasses.Output run(NDManager scope, List<List<TokenizedText>> columns) {
    if (columns.size() != 2) {
      throw new IllegalArgumentException("twins take 2 columns, found " + columns.size());
    }
    LengthSortedPasses.Output first = copy.run(scope, columns.subList(0, 1));
    LengthSortedPasses.Output second = kept.run(scope, columns.subList(1, 2));
    NDList both = new NDList(first.columns());
    both.addAll(second.columns());
    return new LengthSortedPasses.Output(
        both,
        first.usedTokens() + second.usedTokens(),
        first.paddedTokens() + second.paddedTokens());
  }
}

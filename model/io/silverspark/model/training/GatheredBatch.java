package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;

/**
 * A batch that is divided among the ranks, with the loss taken over the whole batch on every rank:
 * in-batch negatives are those of all ranks.
 *
 * <p>Each rank runs the model on its part, the embeddings of all parts are gathered, and each rank
 * differentiates the whole loss by them. Only the gradient of its own part goes on through the
 * model, multiplied by the number of ranks, so that the mean over the ranks is the gradient of the
 * whole batch. Source: the cross-device negatives of OpenCLIP (arXiv:2212.07143) and the
 * representation gradients of GradCache (Gao et al. 2021, arXiv:2101.06983).
 *
 * @param model of this rank
 * @param loss the same on every rank
 * @param set the same on every rank
 * @param reducer connects the ranks
 */
record GatheredBatch(
    TrainableModel model, SentenceLoss loss, TrainingSet set, GradientReducer reducer) {

  /**
   * Adds the gradients of one batch to those of the parameters.
   *
   * @param batch examples of all ranks
   * @param epoch of the batch
   * @param weight what the loss is multiplied by
   * @param seed of this rank's dropout
   * @param kept owns the loss
   * @return loss of the whole batch, tokens of this rank
   */
  BatchLoss addGradients(int[] batch, int epoch, double weight, long seed, NDManager kept) {
    List<int[]> parts = RankParts.of(set, batch, reducer.ranks());
    int[] own = parts.get(reducer.rank());
    reducer.seed(seed, model.manager());
    try (NDManager scope = model.manager().newSubManager();
        Autograd tape = Autograd.record()) {
      LengthSortedPasses.Output output =
          own.length == 0
              ? new LengthSortedPasses.Output(new NDList(), 0, 0)
              : forward(scope, set.batch(own, epoch));
      NDList columns = gathered(scope, output.columns(), parts);
      columns.forEach(column -> column.setRequiresGradient(true));
      int[] order = parts.stream().flatMapToInt(Arrays::stream).toArray();
      NDArray value = loss.compute(columns, set.batchLabels(scope, order));
      tape.backward(value.mul(weight));
      backwardOwn(tape, output.columns(), columns, parts);
      model.recomputed().forEach(layers -> layers.backward(scope));
      NDArray found = value.stopGradient();
      found.attach(kept);
      return new BatchLoss(found, output.usedTokens(), output.paddedTokens());
    }
  }

  private LengthSortedPasses.Output forward(NDManager scope, List<List<TokenizedText>> columns) {
    return reducer.forward(model.manager(), () -> model.run(scope, columns));
  }

  /** The columns [G, D] of the whole batch without history, part after part. */
  private NDList gathered(NDManager scope, NDList own, List<int[]> parts) {
    float[] rows = own.isEmpty() ? new float[0] : joined(own).toFloatArray();
    float[][] all = reducer.gather(rows);
    int total = parts.stream().mapToInt(set::rows).sum();
    int floats = Arrays.stream(all).mapToInt(part -> part.length).sum();
    int perColumn = floats / set.columnCount();
    NDList columns = new NDList();
    for (int column = 0; column < set.columnCount(); column++) {
      float[] values = new float[perColumn];
      int filled = 0;
      for (float[] part : all) {
        int size = part.length / set.columnCount();
        System.arraycopy(part, column * size, values, filled, size);
        filled += size;
      }
      columns.add(scope.create(values, new Shape(total, perColumn / total)));
    }
    return columns;
  }

  private void backwardOwn(Autograd tape, NDList own, NDList columns, List<int[]> parts) {
    if (own.isEmpty()) {
      return;
    }
    int begin = parts.subList(0, reducer.rank()).stream().mapToInt(set::rows).sum();
    int end = begin + set.rows(parts.get(reducer.rank()));
    NDList gradients = new NDList();
    for (NDArray column : columns) {
      gradients.add(column.getGradient().get(begin + ":" + end).mul(reducer.ranks()));
    }
    tape.backward(joined(own), joined(gradients));
  }

  /** All columns under each other: [C * B, D]. */
  private static NDArray joined(NDList columns) {
    NDArray all = columns.get(0);
    for (int i = 1; i < columns.size(); i++) {
      all = all.concat(columns.get(i));
    }
    return all;
  }
}

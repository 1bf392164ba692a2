package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.pytorch.jni.JniUtils;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.List;

/**
 * Forward and backward of a batch that does not fit into memory at once: embeddings of all texts in
 * mini-batches without recording; loss and its gradient by the embeddings; then each mini-batch
 * again, recorded, and backward from its part of that gradient. Only one mini-batch's activations
 * live at a time; the gradient of the weights is that of the whole batch.
 *
 * <p>Each mini-batch has a seed of its own, so that dropout is the same in both passes. Source: Gao
 * et al. 2021, arXiv:2101.06983, section 3.2.
 *
 * @param model to be trained
 * @param loss over the whole batch
 * @param miniBatch texts that go through the model at once
 * @param seed of dropout
 */
record GradientCache(TrainableModel model, SentenceLoss loss, int miniBatch, long seed) {

  /**
   * Adds the gradients of one batch.
   *
   * @param scope owns what is left, the loss among it
   * @param columns texts by column
   * @param labels of the batch, or null
   * @param share the loss counts this much
   * @return the loss of the batch and its tokens
   */
  BatchLoss addGradients(
      NDManager scope, List<List<TokenizedText>> columns, NDArray labels, double share) {
    TextPasses passes = new TextPasses(columns, miniBatch);
    NDArray rows = embedWithoutRecording(scope, passes); // [N, D] in the order of the passes
    NDArray value;
    try (NDManager ofLoss = scope.newSubManager();
        Autograd tape = Autograd.record()) {
      rows.attach(ofLoss);
      rows.setRequiresGradient(true);
      NDArray mean = loss.compute(passes.inOrder(ofLoss, rows, columns.size()), labels);
      value = mean.stopGradient();
      value.attach(scope);
      tape.backward(mean.mul(share));
      NDArray gradient = rows.getGradient();
      gradient.attach(scope);
      rows = gradient;
    }
    backward(scope, passes, rows);
    return new BatchLoss(value, passes.usedTokens(), passes.paddedTokens());
  }

  private NDArray embedWithoutRecording(NDManager scope, TextPasses passes) {
    NDList parts = new NDList();
    try (Autograd pause = Autograd.pause()) {
      for (int i = 0; i < passes.size(); i++) {
        try (NDManager inner = scope.newSubManager()) {
          NDArray part = forward(inner, passes, i);
          part.attach(scope);
          parts.add(part);
        }
      }
      return TextPasses.concat(scope, parts);
    }
  }

  private void backward(NDManager scope, TextPasses passes, NDArray gradient) {
    for (int i = 0; i < passes.size(); i++) {
      try (NDManager inner = scope.newSubManager();
          Autograd tape = Autograd.record()) {
        NDArray embeddings = forward(inner, passes, i);
        String bounds = passes.start(i) + ":" + passes.start(i + 1);
        NDArray part = gradient.get(new NDIndex(bounds));
        part.attach(inner);
        tape.backward(embeddings, part);
        model.recomputed().forEach(layers -> layers.backward(inner));
      }
    }
  }

  private NDArray forward(NDManager scope, TextPasses passes, int number) {
    JniUtils.setSeed(seed + number);
    return model.forward(scope, List.of(passes.texts(number))).get(0);
  }
}

package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.silverspark.model.error.UserException;
import java.util.Arrays;

/**
 * Which texts of a batch belong together, for the losses that make triplets within the batch.
 *
 * @param positive [B, B]: another text of the same class
 * @param negative [B, B]: a text of another class
 */
record LabelledBatch(NDArray positive, NDArray negative) {

  /** What the four batch triplet losses take. */
  static LossInputs inputs(String name) {
    return LossInputs.labelled(
        name,
        1,
        1,
        "text",
        LabelKind.GROUP,
        "give single texts with a class each, such as the table intents (train.data = intents); for"
            + " pairs use another loss");
  }

  /**
   * Compares the labels of a batch.
   *
   * @param loss shown in the message
   * @param labels [B]
   * @throws UserException if all texts of the batch have the same class
   */
  static LabelledBatch of(String loss, NDArray labels) {
    float[] values = labels.toType(DataType.FLOAT32, false).toFloatArray();
    if (Arrays.stream(boxed(values)).distinct().count() < 2) {
      throw new UserException(
          "%s needs two classes or more in each batch, but all %d texts of a batch are of class %s; use batches grouped by label (TrainingSet.groupedByLabel)"
              .formatted(loss, values.length, values[0]));
    }
    NDArray same = labels.expandDims(1).eq(labels.expandDims(0));
    int batch = values.length;
    NDArray itself = labels.getManager().eye(batch, batch, 0, DataType.FLOAT32).gt(0);
    return new LabelledBatch(same.logicalAnd(itself.logicalNot()), same.logicalNot());
  }

  private static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    Arrays.setAll(boxed, i -> values[i]);
    return boxed;
  }

  /**
   * How much farther each text's farthest positive is than its nearest negative.
   *
   * @param distances [B, B]
   * @return [B, 1]; a text without a positive has a farthest positive at distance 0
   */
  NDArray hardestGap(NDArray distances) {
    DataType type = distances.getDataType();
    NDArray farthest = distances.mul(positive.toType(type, false)).max(new int[] {1}, true);
    NDArray greatest = distances.max(new int[] {1}, true);
    NDArray notNegative = negative.logicalNot().toType(type, false);
    NDArray nearest = distances.add(notNegative.mul(greatest)).min(new int[] {1}, true);
    return farthest.sub(nearest);
  }
}

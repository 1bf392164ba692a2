package io.silverspark.jobs.evaluate;

import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.TensorData;

/**
 * What a model's files say of it.
 *
 * @param crossEncoder whether it reads pairs of texts
 * @param parameters numbers in its weights, after layers are cut
 * @param classes of a cross-encoder
 * @param megabytes of the weights as they are stored, 10^6 bytes
 * @param similarity how a sentence encoder's vectors are compared
 */
record ModelShape(
    boolean crossEncoder,
    ClassNames classes,
    long parameters,
    double megabytes,
    Similarity similarity) {
  /**
   * Reads a model.
   *
   * @throws io.silverspark.model.error.UserException if it is unknown or unreadable
   */
  static ModelShape of(EvaluatedModel model) {
    ModelFiles whole = ModelReference.open(model.reference());
    ModelFiles files = model.layers() == 0 ? whole : whole.keepLayers(model.layers());
    long parameters = files.weights().values().stream().mapToLong(TensorData::elements).sum();
    long bytes =
        files.weights().values().stream().mapToLong(weight -> weight.data().remaining()).sum();
    return new ModelShape(
        files.isCrossEncoder(),
        files.config().classes(),
        parameters,
        bytes / 1e6,
        files.settings().similarity());
  }
}

package io.silverspark.model.files;

import java.util.Map;

/** What {@code heads.torchscript} takes of an architecture. */
final class HeadConstants {
  private HeadConstants() {}

  /**
   * Adds the constants of a classifier's head.
   *
   * @param method that makes logits
   * @param dropout before the last layer, in training
   * @param activation method of the activation behind the dense layer
   */
  static void put(Map<String, Object> constants, String method, double dropout, String activation) {
    constants.put("classify", method);
    constants.put("classifier_dropout", EncoderProgram.number(dropout));
    constants.put("head_activation", activation);
    constants.putIfAbsent("head_pooling", "first_token");
    constants.putIfAbsent("pooler_dropout", EncoderProgram.number(0));
  }
}

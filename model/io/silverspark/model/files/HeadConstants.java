package io.silverspark.model.files;

import java.util.Map;

/** What {@code heads.torchscript} and the shared text take of every architecture. */
final class HeadConstants {
  private HeadConstants() {}

  /**
   * Adds the constants of a classifier's head.
   *
   * @param config whose padding token a last token is not
   * @param method that makes logits
   * @param dropout before the last layer, in training
   * @param activation method of the activation behind the dense layer
   */
  static void put(
      EncoderConfig config,
      Map<String, Object> constants,
      String method,
      double dropout,
      String activation) {
    constants.put("word_padding", config.padTokenId());
    constants.put("padding", config.padTokenId());
    constants.put("train_padding", config.padTokenId() < 0 ? -1 : 0);
    constants.put("classify", method);
    constants.put("classifier_dropout", EncoderProgram.number(dropout));
    constants.put("head_activation", activation);
    constants.putIfAbsent("head_pooling", "first_token");
    constants.putIfAbsent("pooler_dropout", EncoderProgram.number(0));
  }
}

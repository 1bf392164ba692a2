package io.silverspark.model.files;

/** What one kind of encoder reads of config.json: the program that runs it and its weights. */
interface EncoderLayout {
  /**
   * The program for a configuration.
   *
   * @param config the numbers that every encoder has
   * @param keys all other keys of config.json, and where they are from
   * @throws io.silverspark.model.error.UserException if a key asks for something that the program
   *     does not do
   */
  EncoderProgram program(BertConfig config, JsonObject keys);

  /** Whether the heads of attention split the hidden state, so that its width is a multiple. */
  default boolean headsShareWidth() {
    return true;
  }

  /** Whether a classifier reads the last token that is not the padding token. */
  default boolean skipsPadding() {
    return false;
  }
}

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
  EncoderProgram program(EncoderConfig config, JsonObject keys);

  /**
   * The configuration under the names that {@link ConfigKeys} has.
   *
   * @param config as the file has it
   */
  default JsonObject spelled(JsonObject config) {
    return config;
  }

  /** Whether the heads of attention split the hidden state, so that its width is a multiple. */
  default boolean headsShareWidth() {
    return true;
  }

  /** Whether no text can have more tokens than positions, as where these have trained rows. */
  default boolean limitsPositions(EncoderConfig config) {
    return false;
  }

  /** Whether a classifier reads the last token that is not the padding token. */
  default boolean skipsPadding() {
    return false;
  }
}

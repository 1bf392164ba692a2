package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import java.nio.file.Path;

/** A model directory as Hugging Face and sentence-transformers lay it out. */
public final class ModelDirectory {
  private ModelDirectory() {}

  /**
   * Reads a directory.
   *
   * @param directory holds config.json, model.safetensors and tokenizer.json
   * @return the model
   * @throws UserException if a file is missing or wrong
   */
  public static ModelFiles read(Path directory) {
    throw new UserException("model directory " + directory + " cannot be read yet");
  }

  /**
   * Writes a directory.
   *
   * @param model what to write
   * @param directory where
   * @param modelCard Markdown for README.md
   */
  public static void write(ModelFiles model, Path directory, String modelCard) {
    throw new UserException("model directory " + directory + " cannot be written yet");
  }
}

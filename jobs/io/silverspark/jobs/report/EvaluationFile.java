package io.silverspark.jobs.report;

import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An {@link Evaluation} as a JSON file, for the report that is made later. */
public final class EvaluationFile {
  private EvaluationFile() {}

  /**
   * Writes the file in one step; its directory is created.
   *
   * @throws UserException if it cannot be written
   */
  public static void write(Evaluation evaluation, Path file) {
    AtomicWrite.file(file, ReportJson.write(evaluation));
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws UserException if the file is missing or is no evaluation
   */
  public static Evaluation read(Path file) {
    try {
      return ReportJson.readEvaluation(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new UserException("Cannot read " + file + ": " + e + ". Run 'evaluate' first.", e);
    }
  }
}

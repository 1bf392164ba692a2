package io.silverspark.jobs.encode;

import io.silverspark.model.error.UserException;
import io.silverspark.udfs.columns.SparseEmbedding;
import picocli.CommandLine.Option;

/** What a user says of the vectors of a sparse encoder. */
final class SparseOptions {
  @Option(
      names = "--max-active-dims",
      paramLabel = "N",
      description =
          "Of a sparse encoder: how many weights of a text are kept, the largest; default all.")
  private Integer maxActiveDims;

  @Option(
      names = "--decode",
      paramLabel = "N",
      description =
          "Of a sparse encoder: writes the N heaviest tokens of each text too, as \"tokens\".")
  private Integer decode;

  /** The form of the vectors. */
  SparseEmbedding.Form form() {
    require("--max-active-dims", maxActiveDims);
    require("--decode", decode);
    return new SparseEmbedding.Form(
        maxActiveDims == null ? 0 : maxActiveDims, decode == null ? 0 : decode);
  }

  /** Refuses options that a model with dense vectors does not read. */
  void requireNone(String model) {
    if (maxActiveDims != null || decode != null) {
      throw new UserException(
          "%s is read with a sparse encoder only, and '%s' is none: leave it out"
              .formatted(maxActiveDims != null ? "--max-active-dims" : "--decode", model));
    }
  }

  private static void require(String option, Integer value) {
    if (value != null && value < 1) {
      throw new UserException("%s must be 1 or more, found %d".formatted(option, value));
    }
  }
}

package io.silverspark.jobs.encode;

import io.silverspark.jobs.files.TextSource;
import io.silverspark.jobs.run.Console;
import io.silverspark.model.error.UserException;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * The ranges of an output: those of the file, or if there is none, those of embeddings of the
 * input, which the file then keeps.
 *
 * @param precision of the output, one that needs ranges
 * @param input for messages
 * @param file of the ranges
 * @param console told where ranges come from
 */
record RangeCalibration(
    EmbeddingPrecision precision, String input, RangesFile file, Console console) {
  private static final String TEXT = "text";
  private static final String EMBEDDING = "embedding";

  /**
   * Calibrates on this machine if it has to.
   *
   * @param spec model of the embeddings
   * @param source opened to draw texts, and closed
   * @param encoder gives their embeddings
   * @throws UserException if the file's ranges do not fit, or the texts are too few
   */
  OutputQuantization quantization(
      EncodeSpec spec, Supplier<TextSource> source, Function<List<String>, float[][]> encoder) {
    return calibrated(
        spec,
        () -> {
          try (TextSource texts = source.get()) {
            return CalibrationTexts.of(texts);
          }
        },
        encoder);
  }

  /** Calibrates on the executors if it has to; otherwise as above. */
  OutputQuantization quantization(EncodeSpec spec, Dataset<Row> rows, String column) {
    return calibrated(
        spec,
        () -> CalibrationTexts.of(rows, column),
        texts -> embeddings(rows.sparkSession().createDataset(texts, Encoders.STRING()), spec));
  }

  private OutputQuantization calibrated(
      EncodeSpec spec, Supplier<List<String>> draw, Function<List<String>, float[][]> encoder) {

    Optional<EmbeddingRanges> kept = file.read(spec);
    if (kept.isPresent()) {
      console.tell("encode: ranges of " + file.path());
      return new OutputQuantization(precision, kept);
    }
    List<String> texts = draw.get();
    requireEnough(texts);
    EmbeddingRanges calibrated = EmbeddingRanges.of(encoder.apply(texts));
    file.write(calibrated, spec, texts.size());
    console.tell("encode: ranges of %,d texts -> %s".formatted(texts.size(), file.path()));
    return new OutputQuantization(precision, Optional.of(calibrated));
  }

  private static float[][] embeddings(Dataset<String> texts, EncodeSpec spec) {
    List<Row> embedded =
        TextEmbedding.embed(texts.toDF(TEXT), TEXT, EMBEDDING, spec)
            .select(EMBEDDING)
            .collectAsList();
    float[][] embeddings = new float[embedded.size()][];
    for (int i = 0; i < embeddings.length; i++) {
      embeddings[i] = Columns.vector(embedded.get(i), 0, i);
    }
    return embeddings;
  }

  private void requireEnough(List<String> texts) {
    if (texts.size() < CalibrationTexts.FEWEST) {
      throw new UserException(
          ("--output-precision %s: '%s' has %d different texts, too few for ranges, which need %d;"
                  + " name ranges of a larger table by --ranges, or take binary or ubinary")
              .formatted(precision.title(), input, texts.size(), CalibrationTexts.FEWEST));
    }
  }
}

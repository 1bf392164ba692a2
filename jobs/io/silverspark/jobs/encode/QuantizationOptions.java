package io.silverspark.jobs.encode;

import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.TableAddress;
import io.silverspark.model.error.UserException;
import io.silverspark.model.quantization.EmbeddingPrecision;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** What a user says of the numbers of the output. */
final class QuantizationOptions {
  @Option(
      names = "--output-precision",
      paramLabel = "FORMAT",
      defaultValue = "float32",
      description =
          "Numbers of the embeddings in the output: float32, int8, uint8, binary or ubinary;"
              + " default float32. int8 and uint8 divide the range of each component in 256 steps.")
  private EmbeddingPrecision outputPrecision = EmbeddingPrecision.FLOAT32;

  @Option(
      names = "--ranges",
      paramLabel = "PATH",
      description =
          "With --output-precision int8 or uint8: the ranges, which are read if they are there,"
              + " else calibrated on the input and written; default OUTPUT.ranges.json.")
  private String ranges;

  /** Numbers of the output. */
  EmbeddingPrecision precision() {
    return outputPrecision;
  }

  /** Refuses ranges that nothing reads, and an output that has no place for them. */
  void check(String output) {
    if (ranges != null && !outputPrecision.needsRanges()) {
      throw new UserException(
          "--ranges is read with --output-precision int8 or uint8 only: leave it out");
    }
    if (outputPrecision.needsRanges() && ranges == null && TableAddress.isName(output)) {
      throw new UserException(
          "--output '%s' has no file beside it: name the file of the ranges by --ranges"
              .formatted(output));
    }
  }

  /**
   * How the output is quantised. Only some precisions have a file of ranges, and only some outputs
   * a place for one.
   *
   * @param input for messages
   * @param calibrated gives the quantisation where ranges are needed
   */
  OutputQuantization quantization(
      JobContext context,
      String input,
      String output,
      Function<RangeCalibration, OutputQuantization> calibrated) {
    if (!outputPrecision.needsRanges()) {
      return OutputQuantization.withoutRanges(outputPrecision);
    }
    String path = ranges == null ? RangesFile.beside(output) : ranges;
    RangesFile file =
        OutputFormat.of(output) == OutputFormat.JSON_LINES
            ? new RangesFile(path, () -> context.spark().sessionState().newHadoopConf())
            : RangesFile.ofSpark(path, context.spark().sessionState().newHadoopConf());
    context.results().put("ranges", file.path());
    return calibrated.apply(new RangeCalibration(outputPrecision, input, file, context.console()));
  }
}

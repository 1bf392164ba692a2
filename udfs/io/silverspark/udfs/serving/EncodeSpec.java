package io.silverspark.udfs.serving;

import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.prompt.Prompt;
import java.io.Serializable;

/**
 * Which model the executors load and how they feed it; small, and shipped with every task.
 *
 * @param model {@code builtin:all-MiniLM-L6-v2}, a Hub id, or a directory of the driver, which is
 *     sent to executors that do not see it
 * @param layers first layers to keep; 0 keeps all
 * @param precision of the matrix products; {@link Precision#AUTO} is decided once for all tasks,
 *     see {@link ExecutorPrecision}
 * @param device {@code cpu}; {@code cuda}: the GPU that Spark assigned to the task; {@code cuda:N}:
 *     that GPU whatever Spark assigned. Never chosen silently
 * @param maxSequenceLength tokens per text; 0 takes the model's own limit
 * @param bufferRows rows gathered before the model runs, so that texts of similar length share a
 *     batch; bounds the memory of a task; 0: 1,024 on a CPU, 16,384 on a GPU
 * @param nullText what a null text becomes
 * @param prompt what stands in front of each text; unused by a cross-encoder
 * @param matchClass name or number of the class whose probability is a cross-encoder's score; empty
 *     takes the one that the model's names tell
 * @param truncateDim components of an embedding that are kept, the first ones; 0 takes the model's
 *     own {@code truncate_dim}; unused by a cross-encoder
 * @param longTexts what becomes of texts beyond the limit of tokens; unused by a cross-encoder
 * @param batchTokens padded tokens of a batch, at most; 0 as it suits the device, see {@link
 *     EncoderOptions}
 */
public record EncodeSpec(
    String model,
    int layers,
    Precision precision,
    String device,
    int maxSequenceLength,
    int bufferRows,
    NullText nullText,
    Prompt prompt,
    String matchClass,
    int truncateDim,
    LongTexts longTexts,
    int batchTokens)
    implements Serializable {

  private static final int ROWS_ON_CPU = 1024;
  private static final int ROWS_ON_GPU = 16_384;

  /**
   * Checks the numbers; the model itself is checked when it is loaded.
   *
   * @throws IllegalArgumentException if a number is out of its range; the message shows the value
   */
  public EncodeSpec {
    if (layers < 0
        || maxSequenceLength < 0
        || bufferRows < 0
        || truncateDim < 0
        || batchTokens < 0) {
      throw new IllegalArgumentException(
          ("needs layers >= 0, maxSequenceLength >= 0, bufferRows >= 0, truncateDim >= 0"
                  + " and batchTokens >= 0, got %d, %d, %d, %d and %d")
              .formatted(layers, maxSequenceLength, bufferRows, truncateDim, batchTokens));
    }
  }

  /**
   * All layers, precision as it is fast on the executors, on the CPU, null texts refused, the
   * model's default prompt.
   */
  public static EncodeSpec of(String model) {
    return new EncodeSpec(
        model,
        0,
        Precision.AUTO,
        "cpu",
        0,
        0,
        NullText.FAIL,
        Prompt.DEFAULT,
        "",
        0,
        LongTexts.CUT,
        0);
  }

  /** The same with the first layers only; 0 keeps all. */
  public EncodeSpec withLayers(int count) {
    return new EncodeSpec(
        model,
        count,
        precision,
        device,
        maxSequenceLength,
        bufferRows,
        nullText,
        prompt,
        matchClass,
        truncateDim,
        longTexts,
        batchTokens);
  }

  /** The same with another precision. */
  public EncodeSpec withPrecision(Precision other) {
    return new EncodeSpec(
        model,
        layers,
        other,
        device,
        maxSequenceLength,
        bufferRows,
        nullText,
        prompt,
        matchClass,
        truncateDim,
        longTexts,
        batchTokens);
  }

  /** The same on another device. */
  public EncodeSpec withDevice(String other) {
    return new EncodeSpec(
        model,
        layers,
        precision,
        other,
        maxSequenceLength,
        bufferRows,
        nullText,
        prompt,
        matchClass,
        truncateDim,
        longTexts,
        batchTokens);
  }

  /** The same with another limit of tokens; 0 takes the model's own. */
  public EncodeSpec withMaxSequenceLength(int tokens) {
    return new EncodeSpec(
        model,
        layers,
        precision,
        device,
        tokens,
        bufferRows,
        nullText,
        prompt,
        matchClass,
        truncateDim,
        longTexts,
        batchTokens);
  }

  /** The same with another number of rows at a time. */
  public EncodeSpec withBufferRows(int rows) {
    return new EncodeSpec(
        model,
        layers,
        precision,
        device,
        maxSequenceLength,
        rows,
        nullText,
        prompt,
        matchClass,
        truncateDim,
        longTexts,
        batchTokens);
  }

  /** The same with another rule for null texts. */
  public EncodeSpec withNullText(NullText rule) {
    return new EncodeSpec(
        model,
        layers,
        precision,
        device,
        maxSequenceLength,
        bufferRows,
        rule,
        prompt,
        matchClass,
        truncateDim,
        longTexts,
        batchTokens);
  }

  /** The same behind another prompt. */
  public EncodeSpec withPrompt(Prompt other) {
    return new EncodeSpec(
        model,
        layers,
        precision,
        device,
        maxSequenceLength,
        bufferRows,
        nullText,
        other,
        matchClass,
        truncateDim,
        longTexts,
        batchTokens);
  }

  /** The same with another class that counts as a match; blank takes the one of the names. */
  public EncodeSpec withMatchClass(String nameOrNumber) {
    return new EncodeSpec(
        model,
        layers,
        precision,
        device,
        maxSequenceLength,
        bufferRows,
        nullText,
        prompt,
        nameOrNumber,
        truncateDim,
        longTexts,
        batchTokens);
  }

  /** The same with embeddings of another width; 0 takes the model's own. */
  public EncodeSpec withTruncateDim(int components) {
    return new EncodeSpec(
        model,
        layers,
        precision,
        device,
        maxSequenceLength,
        bufferRows,
        nullText,
        prompt,
        matchClass,
        components,
        longTexts,
        batchTokens);
  }

  /** The same with another rule for texts beyond the limit of tokens. */
  public EncodeSpec withLongTexts(LongTexts rule) {
    return new EncodeSpec(
        model,
        layers,
        precision,
        device,
        maxSequenceLength,
        bufferRows,
        nullText,
        prompt,
        matchClass,
        truncateDim,
        rule,
        batchTokens);
  }

  /** The same with other batches; 0 as it suits the device. */
  public EncodeSpec withBatchTokens(int tokens) {
    return new EncodeSpec(
        model,
        layers,
        precision,
        device,
        maxSequenceLength,
        bufferRows,
        nullText,
        prompt,
        matchClass,
        truncateDim,
        longTexts,
        tokens);
  }

  /** Rows that a task gathers before the model runs. */
  public int rowsAtATime() {
    int suiting = device.equals("cpu") ? ROWS_ON_CPU : ROWS_ON_GPU;
    return bufferRows == 0 ? suiting : bufferRows;
  }

  /**
   * The options of the encoder in this JVM. One worker: Spark's tasks already fill the cores.
   *
   * @param resolvedDevice {@code cpu} or {@code cuda:N}
   */
  public EncoderOptions options(String resolvedDevice) {
    return EncoderOptions.defaults()
        .withLayers(layers)
        .withPrecision(precision.on(resolvedDevice))
        .withMaxSequenceLength(maxSequenceLength)
        .withDevice(resolvedDevice)
        .withMatchClass(matchClass)
        .withTruncateDim(truncateDim)
        .withBatchTokens(batchTokens)
        .withWorkers(1);
  }
}

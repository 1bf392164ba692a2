package io.silverspark.model.encoder;

import io.silverspark.model.files.ModelFiles;
import java.util.OptionalInt;

/**
 * How a model is loaded.
 *
 * @param layers keep only the first layers; empty: all
 * @param precision of the matrix products; default {@link Precision#FP32}, the reference, so that a
 *     program gives the same vectors on every machine; {@link Precision#AUTO} takes what is fast on
 *     the device
 * @param device {@code cpu} or {@code cuda:0}; default {@code cpu}, never chosen silently
 * @param maxSequenceLength tokens a text is cut to, special tokens included; empty: the model's own
 * @param workers threads that encode side by side, each with one native thread; 1 encodes in the
 *     calling thread, which is right where Spark's tasks already fill the cores
 * @param matchClass name or number of the class whose probability is the score of a cross-encoder
 *     with several; empty: the one that its names tell, see {@link
 *     io.silverspark.model.files.ClassNames#match()}
 * @param truncateDim how many components of a sentence encoder's vectors are kept, the first ones;
 *     more than there are keeps all; empty: the model's own {@code truncate_dim}
 * @param batchTokens padded tokens of a batch of encoding, at most, unless one text is longer; 0:
 *     1,024 on a CPU, on a GPU what its free memory holds, up to 32,768. On a GPU a batch that does
 *     not fit is halved
 */
public record EncoderOptions(
    OptionalInt layers,
    Precision precision,
    String device,
    OptionalInt maxSequenceLength,
    int workers,
    String matchClass,
    OptionalInt truncateDim,
    int batchTokens) {

  /** Checks the values. */
  public EncoderOptions {
    if (workers < 1) {
      throw new IllegalArgumentException("workers = " + workers + " must be at least 1");
    }
    if (batchTokens < 0) {
      throw new IllegalArgumentException("batchTokens = " + batchTokens + " must be at least 0");
    }
  }

  /**
   * All layers, float32, on the CPU, one worker per core.
   *
   * @return the defaults
   */
  public static EncoderOptions defaults() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new EncoderOptions(
        OptionalInt.empty(),
        Precision.FP32,
        "cpu",
        OptionalInt.empty(),
        cores,
        "",
        OptionalInt.empty(),
        0);
  }

  /**
   * The same options with the first layers only.
   *
   * @param count layers to keep; 0 keeps all
   * @return changed copy
   */
  public EncoderOptions withLayers(int count) {
    OptionalInt kept = count == 0 ? OptionalInt.empty() : OptionalInt.of(count);
    return new EncoderOptions(
        kept, precision, device, maxSequenceLength, workers, matchClass, truncateDim, batchTokens);
  }

  /**
   * The same options with another precision.
   *
   * @param other precision of the matrix products
   * @return changed copy
   */
  public EncoderOptions withPrecision(Precision other) {
    return new EncoderOptions(
        layers, other, device, maxSequenceLength, workers, matchClass, truncateDim, batchTokens);
  }

  /**
   * The same options on another device.
   *
   * @param other {@code cpu} or {@code cuda:N}
   * @return changed copy
   */
  public EncoderOptions withDevice(String other) {
    return new EncoderOptions(
        layers, precision, other, maxSequenceLength, workers, matchClass, truncateDim, batchTokens);
  }

  /**
   * The same options with another limit of tokens.
   *
   * @param tokens limit per text; 0 takes the model's own
   * @return changed copy
   */
  public EncoderOptions withMaxSequenceLength(int tokens) {
    OptionalInt limit = tokens == 0 ? OptionalInt.empty() : OptionalInt.of(tokens);
    return new EncoderOptions(
        layers, precision, device, limit, workers, matchClass, truncateDim, batchTokens);
  }

  /**
   * The same options with another number of workers.
   *
   * @param count threads that encode side by side
   * @return changed copy
   */
  public EncoderOptions withWorkers(int count) {
    return new EncoderOptions(
        layers, precision, device, maxSequenceLength, count, matchClass, truncateDim, batchTokens);
  }

  /**
   * The same options with another class that counts as a match.
   *
   * @param nameOrNumber of a cross-encoder's class; blank takes the one that the names tell
   * @return changed copy
   */
  public EncoderOptions withMatchClass(String nameOrNumber) {
    return new EncoderOptions(
        layers,
        precision,
        device,
        maxSequenceLength,
        workers,
        nameOrNumber,
        truncateDim,
        batchTokens);
  }

  /**
   * The same options with vectors of another width, as the argument {@code truncate_dim} of
   * sentence-transformers.
   *
   * @param components to keep, the first ones; 0 takes the model's own
   * @return changed copy
   */
  public EncoderOptions withTruncateDim(int components) {
    OptionalInt kept = components == 0 ? OptionalInt.empty() : OptionalInt.of(components);
    return new EncoderOptions(
        layers, precision, device, maxSequenceLength, workers, matchClass, kept, batchTokens);
  }

  /**
   * The same options with other batches.
   *
   * @param tokens of a batch, at most; 0 as it suits the device
   * @return changed copy
   */
  public EncoderOptions withBatchTokens(int tokens) {
    return new EncoderOptions(
        layers, precision, device, maxSequenceLength, workers, matchClass, truncateDim, tokens);
  }

  /**
   * Cuts a model to the wanted layers, limit of tokens and width of vectors.
   *
   * @param files a whole model
   * @return the model as {@link SentenceEncoder#of} takes it
   */
  public ModelFiles applyTo(ModelFiles files) {
    ModelFiles cut = layers.isPresent() ? files.keepLayers(layers.getAsInt()) : files;
    if (truncateDim.isPresent() && !files.isCrossEncoder()) {
      cut = cut.withSettings(cut.settings().withTruncateDim(truncateDim));
    }
    return maxSequenceLength.isPresent() ? cut.withMaxSeqLength(maxSequenceLength.getAsInt()) : cut;
  }
}

package io.silverspark.jobs.encode;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.files.TextSource;
import io.silverspark.jobs.models.ExecutorModel;
import io.silverspark.jobs.run.CacheDirectory;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.stage.SpeedLine;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.encoder.PassClock;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.SparseEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.prompt.Prompts;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.columns.FiniteNumbers;
import io.silverspark.udfs.columns.SparseEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.HadoopModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Embeds texts on this machine into one file of JSON lines, {@link EmbeddingLines}.
 *
 * @param path of the file; on another file system it is written to the cache and then sent
 * @param model reference of the model
 * @param options of the model, with its layers
 * @param prompt in front of each text
 * @param longTexts what becomes of texts beyond the limit of tokens
 */
record LineOutput(
    JobContext context,
    String path,
    String model,
    EncoderOptions options,
    Prompt prompt,
    LongTexts longTexts) {
  private static final int CHUNK = 4096;

  /**
   * Embeds all texts.
   *
   * @param input the texts
   * @param quantization by what gives it where ranges are calibrated
   */
  void write(
      InputTexts input,
      Function<Function<RangeCalibration, OutputQuantization>, OutputQuantization> quantization) {
    try (TextSource texts = input.source()) {
      List<String> chunk = texts.next(CHUNK); // before the model is loaded, which takes a while
      requirePrompt();
      try (SentenceEncoder encoder = SentenceEncoder.load(model, options);
          EmbeddingLines lines = new EmbeddingLines(file());
          PassClock clock = new PassClock();
          Progress progress = context.console().progress("encode", 0)) {
        OutputQuantization quantized =
            quantization.apply(
                calibration ->
                    calibration.quantization(
                        spec(),
                        input::source,
                        drawn -> embeddings(encoder, drawn, BatchListener.NONE)));
        long count = 0;
        while (!chunk.isEmpty()) {
          quantized.write(chunk, embeddings(encoder, chunk, clock), lines);
          progress.advance(chunk.size());
          count += chunk.size();
          chunk = texts.next(CHUNK);
        }
        lines.commit();
        send();
        SpeedLine.log("encode", "texts", clock.passes());
        context.results().put("texts", count);
        context.results().put("precision", encoder.precision().title());
      }
    }
  }

  /**
   * Encodes all texts with a sparse encoder.
   *
   * @param input the texts
   * @param form of the vectors
   */
  void write(InputTexts input, SparseEmbedding.Form form) {
    try (TextSource texts = input.source()) {
      List<String> chunk = texts.next(CHUNK);
      requirePrompt();
      try (SparseEncoder encoder = SparseEncoder.load(model, options);
          EmbeddingLines lines = new EmbeddingLines(file());
          PassClock clock = new PassClock();
          Progress progress = context.console().progress("encode", 0)) {
        long count = 0;
        while (!chunk.isEmpty()) {
          List<SparseVector> vectors =
              FiniteNumbers.ofSparse(
                  model, chunk, encoder.encode(chunk, prompt, form.maxActiveDims(), clock));
          for (int i = 0; i < vectors.size(); i++) {
            lines.write(
                chunk.get(i),
                vectors.get(i),
                form.decoded() == 0 ? List.of() : encoder.decode(vectors.get(i), form.decoded()));
          }
          progress.advance(chunk.size());
          count += chunk.size();
          chunk = texts.next(CHUNK);
        }
        lines.commit();
        send();
        SpeedLine.log("encode", "texts", clock.passes());
        context.results().put("texts", count);
      }
    }
  }

  private float[][] embeddings(
      SentenceEncoder encoder, List<String> texts, BatchListener listener) {
    return FiniteNumbers.of(model, texts, encoder.encode(texts, prompt, longTexts, listener));
  }

  /** What the encoder is, for comparing with ranges. */
  private EncodeSpec spec() {
    return EncodeSpec.of(ExecutorModel.located(model))
        .withLayers(options.layers().orElse(0))
        .withLongTexts(longTexts)
        .withTruncateDim(context.get(ModelSettings.TRUNCATE_DIM));
  }

  /** Refuses a name that the model lacks before anything is told of progress. */
  private void requirePrompt() {
    Prompts prompts = ModelReference.prompts(model);
    var unused = prompts.text(prompt);
  }

  private Path file() {
    return HadoopModels.isRemote(path)
        ? CacheDirectory.of(context.settings()).resolve(context.runId() + ".jsonl")
        : Path.of(path);
  }

  private void send() {
    if (!HadoopModels.isRemote(path)) {
      return;
    }
    try {
      org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(path);
      target
          .getFileSystem(context.spark().sessionState().newHadoopConf())
          .copyFromLocalFile(true, true, new org.apache.hadoop.fs.Path(file().toUri()), target);
    } catch (IOException e) {
      throw new UserException(path + " cannot be written: " + e, e);
    }
  }
}

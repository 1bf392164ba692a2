package io.silverspark.jobs.encode;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.models.ExecutorModel;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.SpeedLine;
import io.silverspark.jobs.stream.FollowOptions;
import io.silverspark.jobs.stream.StreamOptions;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.udfs.columns.SparseEmbedding;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Embeds texts with any model. Between local text files no Spark session is started; to Parquet and
 * Delta the executors encode. The order of the texts is kept, and the output appears when it is
 * complete.
 */
@Command(
    name = "encode",
    description =
        "Embeds the texts of a file (.txt, .jsonl, .parquet) or Delta table and writes .jsonl,"
            + " .parquet or a Delta table.")
public final class EncodeJob implements Job {
  private static final String EMBEDDING = "embedding";

  @Option(
      names = "--model",
      paramLabel = "REFERENCE",
      description = "Model; default model.base, cut as model.layers says.")
  private String model;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description =
          "Texts: .txt (one per line), .jsonl, .parquet or a Delta table, on any file system; or"
              + " catalog:NAME.SCHEMA.TABLE.")
  private String input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description = "Written atomically; replaces an existing one.")
  private String output;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description = "Field or column with the texts; default text. A .txt file has none.")
  private String column;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Keeps only the first layers of the model; 0 = all.")
  private Integer layers;

  @Option(
      names = "--precision",
      paramLabel = "FORMAT",
      description = "auto, fp32, bf16, fp16 or int8; default model.precision.")
  private Precision precision;

  @Mixin private final QuantizationOptions quantization = new QuantizationOptions();

  @Mixin private final SparseOptions sparse = new SparseOptions();

  @Mixin private final LongTextOptions longTexts = new LongTextOptions();

  @Option(
      names = "--prompt-name",
      paramLabel = "NAME",
      description =
          "Name of the model's prompt to put before each text, such as query or document; empty"
              + " = none; default: the model's default prompt.")
  private String promptName;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "Prompt given as a text to put before each text, instead of one of the model's.")
  private String prompt;

  @Mixin private final StreamOptions stream = new StreamOptions();

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new EncodeJob(), args);
  }

  @Override
  public void run(JobContext context) {
    OutputFormat format = OutputFormat.of(output);
    requireThatOptionsAreRead();
    if (isSparse(context)) {
      if (format == OutputFormat.JSON_LINES) {
        lines(context).write(texts(context), sparse.form());
      } else {
        writeTable(context, format);
      }
    } else if (stream.follow().follows()) {
      follow(context, format);
    } else if (format == OutputFormat.JSON_LINES) {
      lines(context)
          .write(
              texts(context),
              calibrated -> quantization.quantization(context, input, output, calibrated));
    } else {
      writeTable(context, format);
    }
    context.results().put("output", output);
    context.results().put("outputPrecision", quantization.precision().title());
    context.results().put("model", reference(context));
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    OutputFormat.of(output);
    requireThatOptionsAreRead();
    var unused = isSparse(context);
    long rows = texts(context).count();
    return List.of(
        new PlannedStage(
            "encode",
            PlannedStage.Status.RUNS,
            Map.of(input, rows),
            List.of(output),
            "with %s, prompt: %s, output: %s"
                .formatted(reference(context), prompt(), quantization.precision().title())));
  }

  /** Refuses options that say nothing beside the others, before anything runs. */
  private void requireThatOptionsAreRead() {
    prompt();
    if (column != null && input.endsWith(".txt")) {
      throw new UserException(
          "--column '%s' is not read: the input '%s' has one text per line and no columns"
              .formatted(column, input));
    }
    quantization.check(output);
    var unused = longTexts.rule();
    stream.check();
  }

  private LineOutput lines(JobContext context) {
    return new LineOutput(
        context, output, reference(context), options(context), prompt(), longTexts.rule());
  }

  /** Whether the model is a sparse encoder; options must be those of its kind. */
  private boolean isSparse(JobContext context) {
    String reference = reference(context);
    if (!ModelReference.isSparse(reference)) {
      sparse.requireNone(reference);
      return false;
    }
    var unused = sparse.form();
    String kind = "a model with dense vectors, and '%s' is a sparse encoder".formatted(reference);
    FollowOptions.requireRead("--follow", stream.follow().follows(), false, kind);
    FollowOptions.requireRead(
        "--output-precision", quantization.precision() != EmbeddingPrecision.FLOAT32, false, kind);
    boolean windows = longTexts.rule().pooling() != LongTexts.Pooling.CUT;
    FollowOptions.requireRead("--long-texts", windows, false, kind);
    return true;
  }

  private String column() {
    return column == null ? "text" : column;
  }

  private InputTexts texts(JobContext context) {
    return new InputTexts(context, input, column());
  }

  private void writeTable(JobContext context, OutputFormat format) {
    Dataset<Row> texts = texts(context).rows();
    EncodeSpec spec = spec(context);
    context.phase("encode " + input, () -> format.write(embedded(context, texts, spec), output));
    SpeedLine.log(context, "encode", "texts");
    context.console().tell("encode: " + output);
  }

  private Dataset<Row> embedded(JobContext context, Dataset<Row> texts, EncodeSpec spec) {
    if (isSparse(context)) {
      return SparseEmbedding.embed(texts, column(), EMBEDDING, spec, sparse.form());
    }
    OutputQuantization quantized = quantization(context, spec, () -> texts);
    return quantized.of(TextEmbedding.embed(texts, column(), EMBEDDING, spec), EMBEDDING);
  }

  private OutputQuantization quantization(
      JobContext context, EncodeSpec spec, Supplier<Dataset<Row>> calibration) {
    return quantization.quantization(
        context, input, output, ranges -> ranges.quantization(spec, calibration.get(), column()));
  }

  private void follow(JobContext context, OutputFormat format) {
    if (format != OutputFormat.DELTA) {
      throw new UserException(
          "--output '%s' must be a Delta table with --follow".formatted(output));
    }
    String progress = stream.checkpoint(() -> FollowedTable.checkpointOf(output));
    EncodeSpec spec = spec(context);
    OutputQuantization quantized = quantization(context, spec, () -> texts(context).rows());
    new FollowedTable(
            input, output, column(), EMBEDDING, progress, stream.skipsChanges(), quantized)
        .run(context.spark(), spec, stream.follow().trigger(), context.console());
  }

  private EncodeSpec spec(JobContext context) {
    String model = ExecutorModel.located(reference(context));
    EncodeSpec spec =
        ExecutorModel.of(context, model, options(context).precision())
            .withLayers(layers(context))
            .withPrompt(prompt())
            .withLongTexts(longTexts.rule());
    context.results().put("precision", spec.precision().title());
    return spec;
  }

  private Prompt prompt() {
    return Prompt.chosen(
        Optional.ofNullable(prompt),
        Optional.ofNullable(promptName),
        Prompt.DEFAULT,
        "--prompt and --prompt-name");
  }

  private String reference(JobContext context) {
    return model == null ? context.get(ModelSettings.BASE) : model;
  }

  private EncoderOptions options(JobContext context) {
    EncoderOptions options = ModelOptions.of(context).withLayers(layers(context));
    return precision == null ? options : options.withPrecision(precision);
  }

  private int layers(JobContext context) {
    if (layers != null) {
      return layers;
    }
    return model == null ? context.get(ModelSettings.LAYERS) : 0;
  }
}

package io.silverspark.jobs.encode;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.files.TextFile;
import io.silverspark.jobs.files.TextSource;
import io.silverspark.jobs.models.ExecutorModel;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.CacheDirectory;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.stage.SpeedLine;
import io.silverspark.jobs.table.TableAddress;
import io.silverspark.jobs.table.TextTable;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.PassClock;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.prompt.Prompts;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.udfs.columns.FiniteNumbers;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.HadoopModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.Trigger;
import picocli.CommandLine.Command;
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
  /** How long a table is followed. */
  private enum FollowMode {
    /** Until the job is stopped; new rows are looked for at an interval. */
    ALWAYS,
    /** Until all rows that are there at the start are done; for a schedule. */
    AVAILABLE
  }

  private static final int CHUNK = 4096;
  private static final String EMBEDDING = "embedding";
  private static final int SECONDS = 10;
  static final TextTable TABLES = new TextTable("--input", "--column");

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

  @Option(
      names = "--follow",
      arity = "0..1",
      fallbackValue = "always",
      paramLabel = "MODE",
      description =
          "Embeds the rows of a Delta table as they arrive, each exactly once: always (until"
              + " stopped), or available (what is there now, then ends).")
  private FollowMode follow;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      description = "With --follow always: how often to look; default 10.")
  private Integer interval;

  @Option(
      names = "--checkpoint",
      paramLabel = "PATH",
      description = "With --follow: where the progress lies; default OUTPUT/_checkpoints/encode.")
  private String checkpoint;

  @Option(
      names = "--skip-changes",
      description = "With --follow: ignores rows that were changed or deleted.")
  private boolean skipChanges;

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new EncodeJob(), args);
  }

  @Override
  public void run(JobContext context) {
    OutputFormat format = OutputFormat.of(output);
    requireThatOptionsAreRead();
    if (follow != null) {
      follow(context, format);
    } else if (format == OutputFormat.JSON_LINES) {
      writeLines(context);
    } else {
      writeTable(context, format);
    }
    context.results().put("output", output);
    context.results().put("outputPrecision", outputPrecision.title());
    context.results().put("model", reference(context));
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    OutputFormat.of(output);
    requireThatOptionsAreRead();
    long rows = 0;
    if (isLocalText()) {
      try (TextSource texts = source(context)) {
        for (int read = -1; read != 0; rows += read) {
          read = texts.next(CHUNK).size();
        }
      }
    } else {
      rows = TABLES.read(context.spark(), input, column()).count();
    }
    return List.of(
        new PlannedStage(
            "encode",
            PlannedStage.Status.RUNS,
            Map.of(input, rows),
            List.of(output),
            "with %s, prompt: %s, output: %s"
                .formatted(reference(context), prompt(), outputPrecision.title())));
  }

  /** Refuses options that say nothing beside the others, before anything runs. */
  private void requireThatOptionsAreRead() {
    prompt();
    if (column != null && input.endsWith(".txt")) {
      throw new UserException(
          "--column '%s' is not read: the input '%s' has one text per line and no columns"
              .formatted(column, input));
    }
    requireRead(
        "--ranges",
        ranges != null,
        outputPrecision.needsRanges(),
        "--output-precision int8 or uint8");
    if (outputPrecision.needsRanges() && ranges == null && TableAddress.isName(output)) {
      throw new UserException(
          "--output '%s' has no file beside it: name the file of the ranges by --ranges"
              .formatted(output));
    }
    boolean always = follow == FollowMode.ALWAYS;
    requireRead("--interval", interval != null, always, "--follow always");
    requireRead("--checkpoint", checkpoint != null, follow != null, "--follow");
    requireRead("--skip-changes", skipChanges, follow != null, "--follow");
  }

  private static void requireRead(String option, boolean set, boolean read, String where) {
    if (set && !read) {
      throw new UserException("%s is read with %s only: leave it out".formatted(option, where));
    }
  }

  private String column() {
    return column == null ? "text" : column;
  }

  private void writeLines(JobContext context) {
    try (TextSource texts = source(context)) {
      List<String> chunk = texts.next(CHUNK); // before the model is loaded, which takes a while
      requirePrompt(context);
      try (SentenceEncoder encoder = SentenceEncoder.load(reference(context), options(context));
          EmbeddingLines lines = new EmbeddingLines(lineFile(context));
          PassClock clock = new PassClock();
          Progress progress = context.console().progress("encode", 0)) {
        OutputQuantization quantization =
            quantization(
                context,
                calibration ->
                    calibration.quantization(
                        lineSpec(context),
                        () -> source(context),
                        drawn -> calibrationEmbeddings(context, drawn, encoder)));
        long count = 0;
        while (!chunk.isEmpty()) {
          float[][] vectors = encoder.encode(chunk, prompt(), clock);
          quantization.write(chunk, FiniteNumbers.of(reference(context), chunk, vectors), lines);
          progress.advance(chunk.size());
          count += chunk.size();
          chunk = texts.next(CHUNK);
        }
        lines.commit();
        send(context);
        SpeedLine.log("encode", "texts", clock.passes());
        context.results().put("texts", count);
        context.results().put("precision", encoder.precision().title());
      }
    }
  }

  private void writeTable(JobContext context, OutputFormat format) {
    Dataset<Row> texts = TABLES.read(context.spark(), input, column());
    EncodeSpec spec = spec(context);
    OutputQuantization quantization =
        quantization(context, calibration -> calibration.quantization(spec, texts, column()));
    context.phase(
        "encode " + input,
        () ->
            format.write(
                quantization.of(TextEmbedding.embed(texts, column(), EMBEDDING, spec), EMBEDDING),
                output));
    SpeedLine.log(context, "encode");
    context.console().tell("encode: " + output);
  }

  private void follow(JobContext context, OutputFormat format) {
    if (format != OutputFormat.DELTA) {
      throw new UserException(
          "--output '%s' must be a Delta table with --follow".formatted(output));
    }
    int seconds = interval == null ? SECONDS : interval;
    if (seconds < 0) {
      throw new UserException("--interval must be 0 or more, found " + seconds);
    }
    Trigger trigger =
        follow == FollowMode.ALWAYS
            ? Trigger.ProcessingTime(seconds, TimeUnit.SECONDS)
            : Trigger.AvailableNow();
    String progress = checkpoint == null ? FollowedTable.checkpointOf(output) : checkpoint;
    EncodeSpec spec = spec(context);
    OutputQuantization quantization =
        quantization(
            context,
            calibration ->
                calibration.quantization(
                    spec, TABLES.read(context.spark(), input, column()), column()));
    new FollowedTable(input, output, column(), EMBEDDING, progress, skipChanges, quantization)
        .run(context.spark(), spec, trigger, context.console());
  }

  /** Only some precisions have a file of ranges, and only some outputs a place for one. */
  private OutputQuantization quantization(
      JobContext context, Function<RangeCalibration, OutputQuantization> calibrated) {
    return outputPrecision.needsRanges()
        ? calibrated.apply(calibration(context))
        : OutputQuantization.withoutRanges(outputPrecision);
  }

  private RangeCalibration calibration(JobContext context) {
    String path = ranges == null ? RangesFile.beside(output) : ranges;
    RangesFile file =
        OutputFormat.of(output) == OutputFormat.JSON_LINES
            ? new RangesFile(path, () -> context.spark().sessionState().newHadoopConf())
            : RangesFile.ofSpark(path, context.spark().sessionState().newHadoopConf());
    context.results().put("ranges", file.path());
    return new RangeCalibration(outputPrecision, input, file, context.console());
  }

  private float[][] calibrationEmbeddings(
      JobContext context, List<String> texts, SentenceEncoder encoder) {
    return FiniteNumbers.of(reference(context), texts, encoder.encode(texts, prompt()));
  }

  /** What a local encoder is, for comparing with ranges. */
  private EncodeSpec lineSpec(JobContext context) {
    return EncodeSpec.of(ExecutorModel.located(reference(context)))
        .withLayers(layers(context))
        .withTruncateDim(context.get(ModelSettings.TRUNCATE_DIM));
  }

  private EncodeSpec spec(JobContext context) {
    String model = ExecutorModel.located(reference(context));
    EncodeSpec spec =
        ExecutorModel.of(context, model, options(context).precision())
            .withLayers(layers(context))
            .withPrompt(prompt());
    context.results().put("precision", spec.precision().title());
    return spec;
  }

  /** Refuses a name that the model lacks before anything is told of progress. */
  private void requirePrompt(JobContext context) {
    Prompts prompts = ModelReference.prompts(reference(context));
    var unused = prompts.text(prompt());
  }

  private Prompt prompt() {
    return Prompt.chosen(
        Optional.ofNullable(prompt),
        Optional.ofNullable(promptName),
        Prompt.DEFAULT,
        "--prompt and --prompt-name");
  }

  /** The output itself, or for another file system a file in the cache that is then sent there. */
  private Path lineFile(JobContext context) {
    return HadoopModels.isRemote(output)
        ? CacheDirectory.of(context.settings()).resolve(context.runId() + ".jsonl")
        : Path.of(output);
  }

  private void send(JobContext context) {
    if (!HadoopModels.isRemote(output)) {
      return;
    }
    try {
      org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(output);
      target
          .getFileSystem(context.spark().sessionState().newHadoopConf())
          .copyFromLocalFile(
              true, true, new org.apache.hadoop.fs.Path(lineFile(context).toUri()), target);
    } catch (IOException e) {
      throw new UserException(output + " cannot be written: " + e, e);
    }
  }

  private boolean isLocalText() {
    return TextFile.reads(input) && !HadoopModels.isRemote(input);
  }

  private TextSource source(JobContext context) {
    return isLocalText()
        ? TextFile.open(Path.of(input), column())
        : new TableColumn(TABLES.read(context.spark(), input, column()), column());
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

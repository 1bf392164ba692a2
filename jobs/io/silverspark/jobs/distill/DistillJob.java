package io.silverspark.jobs.distill;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.files.TextFile;
import io.silverspark.jobs.files.TextSource;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.run.Progress;
import io.silverspark.model.distillation.StaticDistillation;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.PoolingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Distils a static model from an encoder, by the recipe of Model2Vec. */
@Command(
    name = "distill",
    description =
        "Distils a static model (a vector for each token, StaticEmbedding) from any encoder.")
public final class DistillJob implements Job {
  /** How the vectors of a token's text become one, as Model2Vec calls it. */
  private enum Pooling {
    MEAN(PoolingMode.MEAN),
    FIRST(PoolingMode.CLS),
    LAST(PoolingMode.LASTTOKEN);

    private final PoolingMode mode;

    Pooling(PoolingMode mode) {
      this.mode = mode;
    }
  }

  private static final int CHUNK = 4096;

  @Option(
      names = "--model",
      paramLabel = "REFERENCE",
      description = "Encoder to distil; default model.base, cut as model.layers says.")
  private String model;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the static model; one that is there is replaced.")
  private Path output;

  @Option(
      names = "--pca-dims",
      paramLabel = "N",
      defaultValue = "256",
      description =
          "Components that principal component analysis keeps; auto = all; none = no analysis;"
              + " default ${DEFAULT-VALUE}.")
  private String pcaDims;

  @Option(
      names = "--sif-coefficient",
      paramLabel = "NUMBER",
      defaultValue = "1e-4",
      description =
          "Above 0, below 1: how much frequent tokens lose; none = nothing; default"
              + " ${DEFAULT-VALUE}.")
  private String sifCoefficient;

  @Option(
      names = "--token-remove-pattern",
      paramLabel = "REGEX",
      defaultValue = "\\[unused\\d+\\]",
      description =
          "Leaves tokens out that begin with this; empty = none; default ${DEFAULT-VALUE}.")
  private String tokenRemovePattern;

  @Option(
      names = "--vocabulary",
      paramLabel = "FILE",
      description = "Words to add: .txt (one per line) or .jsonl (field text).")
  private Path vocabulary;

  @Option(
      names = "--pooling",
      paramLabel = "MODE",
      defaultValue = "mean",
      description =
          "Token whose vector counts in the encoding of a single token: mean (of all), first or"
              + " last; default ${DEFAULT-VALUE}.")
  private Pooling pooling;

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new DistillJob(), args);
  }

  @Override
  public void run(JobContext context) {
    StaticDistillation recipe = recipe();
    StaticDistillation.Distilled distilled;
    try (Progress progress = context.console().progress("distill", 0)) {
      distilled =
          recipe.distil(
              reference(context),
              options(context),
              (texts, tokens, padded, nanos) -> progress.advance(texts));
    }
    int width = distilled.files().dimension();
    ModelDirectory.write(distilled.files(), output, card(context, distilled));
    context.results().put("output", output);
    context.results().put("model", reference(context));
    context.results().put("tokens", distilled.tokens());
    context.results().put("words", distilled.words());
    context.results().put("dimension", width);
    distilled
        .explainedVariance()
        .ifPresent(part -> context.results().put("explainedVariance", part));
    context
        .console()
        .tell(
            String.format(
                Locale.ROOT,
                "distill: %,d tokens, %d components%s, in %s",
                distilled.tokens(),
                width,
                kept(distilled),
                output));
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    recipe();
    return List.of(
        new PlannedStage(
            "distill",
            PlannedStage.Status.RUNS,
            Map.of(),
            List.of(output.toString()),
            "of %s, PCA to %s, SIF %s".formatted(reference(context), pcaDims, sifCoefficient)));
  }

  private static String kept(StaticDistillation.Distilled distilled) {
    OptionalDouble part = distilled.explainedVariance();
    return part.isEmpty()
        ? ""
        : String.format(Locale.ROOT, " (%.1f %% of the variance)", 100 * part.getAsDouble());
  }

  private String reference(JobContext context) {
    return model == null ? context.get(ModelSettings.BASE) : model;
  }

  private EncoderOptions options(JobContext context) {
    EncoderOptions options =
        model == null ? ModelOptions.ofBase(context) : ModelOptions.of(context);
    return options.withPrecision(Precision.FP32); // once per model: exact rather than fast
  }

  private StaticDistillation recipe() {
    return new StaticDistillation(components(), coefficient(), removed(), words(), pooling.mode);
  }

  private OptionalInt components() {
    if (pcaDims.equals("none")) {
      return OptionalInt.empty();
    }
    if (pcaDims.equals("auto")) {
      return OptionalInt.of(Integer.MAX_VALUE);
    }
    try {
      int count = Integer.parseInt(pcaDims);
      if (count > 0) {
        return OptionalInt.of(count);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UserException(
        "--pca-dims '%s': needs a whole number of at least 1, auto or none".formatted(pcaDims));
  }

  private OptionalDouble coefficient() {
    if (sifCoefficient.equals("none")) {
      return OptionalDouble.empty();
    }
    try {
      double number = Double.parseDouble(sifCoefficient);
      if (number > 0 && number < 1) {
        return OptionalDouble.of(number);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UserException(
        "--sif-coefficient '%s': needs a number above 0 and below 1, or none"
            .formatted(sifCoefficient));
  }

  private Optional<Pattern> removed() {
    try {
      return tokenRemovePattern.isEmpty()
          ? Optional.empty()
          : Optional.of(Pattern.compile(tokenRemovePattern));
    } catch (PatternSyntaxException e) {
      throw new UserException(
          "--token-remove-pattern '%s' is no regular expression: %s"
              .formatted(tokenRemovePattern, e.getDescription()),
          e);
    }
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    if (vocabulary != null) {
      try (TextSource lines = TextFile.open(vocabulary, "text")) {
        for (List<String> some = lines.next(CHUNK); !some.isEmpty(); some = lines.next(CHUNK)) {
          words.addAll(some);
        }
      }
    }
    return words;
  }

  private String card(JobContext context, StaticDistillation.Distilled distilled) {
    return """
    ---
    library_name: sentence-transformers
    pipeline_tag: sentence-similarity
    tags:
      - sentence-transformers
      - sentence-similarity
      - static-embeddings
      - silverspark
    ---
    # Static embeddings of %s

    A vector for each of %d tokens, distilled from `%s` by SilverSpark with the recipe of Model2Vec
    (PCA: %s, %d components%s; SIF coefficient: %s). The vector of a text is the mean of its tokens'.

    ```python
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer("path/to/this/directory")
    embeddings = model.encode(["A sentence.", "Another one."])
    ```
    """
        .formatted(
            reference(context),
            distilled.tokens(),
            reference(context),
            pcaDims,
            distilled.files().dimension(),
            kept(distilled),
            sifCoefficient);
  }
}

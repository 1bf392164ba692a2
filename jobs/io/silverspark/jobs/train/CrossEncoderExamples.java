package io.silverspark.jobs.train;

import io.silverspark.jobs.config.CrossLossRules;
import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.loss.NamedCrossEncoderLoss;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import io.silverspark.model.tokenizer.ExampleTokenizer.Sequences;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.training.TrainingSet;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a cross-encoder learns from: {@link CrossEncoderRows}, tokenised for {@code cross.loss}. */
final class CrossEncoderExamples {
  private CrossEncoderExamples() {}

  /** The gold pairs, unless the examples are mined or the lists of {@code cross.lists}. */
  static Optional<GoldPairs> gold(JobContext context) {
    return context.get(CrossSettings.LISTS).isEmpty()
            && !CrossSettings.takesTriplets(context.settings())
        ? Optional.of(GoldPairs.of(context))
        : Optional.empty();
  }

  /** Number of rows by what they are called. */
  static Map<String, Long> count(JobContext context) {
    if (CrossSettings.takesTriplets(context.settings())) {
      return Map.of("triplets", CrossEncoderRows.triplets(context).count());
    }
    return gold(context)
        .map(GoldPairs::count)
        .orElseGet(() -> Map.of("cross.lists", DocumentListTable.open(context).count()));
  }

  /** Adds the gold pairs or lists, and triplets and teacher where the training uses them. */
  static void describe(JobContext context, Fingerprint fingerprint) {
    if (CrossSettings.needsMining(context.settings())) {
      StoredTable table = CrossEncoderRows.triplets(context);
      table.read();
      fingerprint.input("triplets", table.version());
    }
    gold(context).ifPresent(gold -> gold.describe(context, fingerprint));
    if (!context.get(CrossSettings.LISTS).isEmpty()) {
      fingerprint.input("lists", DocumentListTable.open(context).content());
    }
    if (CrossLossRules.loss(context.settings()) == NamedCrossEncoderLoss.MARGIN_MSE) {
      fingerprint.input("teacher content", ModelFingerprint.of(teacher(context).model()));
    }
  }

  /**
   * The examples: up to {@code train.rowsInMemory} on the driver, more in shards.
   *
   * @throws UserException if the loss does not fit the data, or there is none
   */
  static TrainingSet set(JobContext context, CrossEncoder encoder) {
    NamedCrossEncoderLoss loss = CrossLossRules.loss(context.settings());
    TextTokenizer tokenizer = encoder.tokenizer();
    TrainingSet set =
        stored(context, encoder.classes(), encoder.exampleTokenizer())
            .set(
                CrossEncoderRows.of(context, encoder.classes()),
                rows -> inMemory(loss, tokenizer, rows));
    return loss.drawsNegatives()
        ? set.drawingNegatives(
            tokenizer,
            NamedCrossEncoderLoss.drawnNegatives(context.get(CrossSettings.LOSS_PARAMETERS)),
            context.get(RunSettings.SEED))
        : set;
  }

  private static TrainingSet inMemory(
      NamedCrossEncoderLoss loss, TextTokenizer tokenizer, ExampleRows rows) {
    if (loss.takesLists()) {
      return TrainingSet.forCrossEncoderLists(tokenizer, rows.collectLists());
    }
    ExampleRows.Collected examples = rows.collect();
    return loss.drawsNegatives()
        ? TrainingSet.ofUntokenized(examples.texts())
        : TrainingSet.forCrossEncoderTuples(tokenizer, examples.texts(), examples.labels());
  }

  /** Where the examples are kept. */
  static StoredExamples stored(JobContext context, ClassNames classes, ExampleTokenizer tokenizer) {
    NamedCrossEncoderLoss loss = CrossLossRules.loss(context.settings());
    Sequences sequences =
        loss.takesLists()
            ? Sequences.LISTS
            : loss.drawsNegatives() ? Sequences.NONE : Sequences.PAIRS;
    return new StoredExamples(
        context,
        "train_cross", // no name of a bi-encoder's data set has this character
        tokenizer.with(sequences),
        loss.drawsNegatives(),
        identity -> describeRows(context, loss, classes, identity));
  }

  /** Adds what the rows depend on, whatever the training does with them. */
  private static void describeRows(
      JobContext context, NamedCrossEncoderLoss loss, ClassNames classes, Fingerprint identity) {
    describe(context, identity);
    Stream.of(CrossSettings.DATA, CrossSettings.HARD_NEGATIVES, CrossSettings.BOTH_ORDERS)
        .forEach(setting -> identity.setting(context.settings(), setting));
    identity.input("shapes", loss.shapes()).input("classes", classes.names());
    if (loss == NamedCrossEncoderLoss.MARGIN_MSE) {
      Stream.of(
              CrossSettings.MATCH_CLASS,
              CrossSettings.PLAN.precision(),
              ModelSettings.MAX_SEQ_LENGTH)
          .forEach(setting -> identity.setting(context.settings(), setting));
    }
  }

  /** The teacher of MarginMSELoss. */
  static EncodeSpec teacher(JobContext context) {
    String reference = context.get(CrossSettings.TEACHER);
    if (reference.isBlank()) {
      throw new UserException(
          "cross.loss = 'MarginMSELoss' needs a cross-encoder to learn from: set cross.teacher");
    }
    return EncodeSpec.of(reference)
        .withMatchClass(context.get(CrossSettings.MATCH_CLASS))
        .withPrecision(context.get(CrossSettings.PLAN.precision()))
        .withDevice(context.get(ModelSettings.DEVICE))
        .withMaxSequenceLength(context.get(ModelSettings.MAX_SEQ_LENGTH));
  }
}

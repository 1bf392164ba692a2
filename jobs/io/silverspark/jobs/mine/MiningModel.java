package io.silverspark.jobs.mine;

import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.PromptSettings;
import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.models.ExecutorModel;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.util.Optional;

/** The model whose similarities choose negatives and candidates: whole, never cut to layers. */
final class MiningModel {
  private MiningModel() {}

  /** The model behind the prompt of the anchors. */
  static EncodeSpec ofQueries(JobContext context) {
    return of(context, MineSettings.QUERY_PROMPT);
  }

  /** The model behind the prompt of positives and negatives. */
  static EncodeSpec ofCorpus(JobContext context) {
    return of(context, MineSettings.CORPUS_PROMPT);
  }

  /** The model behind the prompt of the sentences that are paired. */
  static EncodeSpec ofSentences(JobContext context) {
    return of(context, SilverSettings.PROMPT);
  }

  /**
   * The prompt is given as its text, so that specs are equal where their embeddings are, and a name
   * that the model lacks is refused before anything runs.
   */
  private static EncodeSpec of(JobContext context, PromptSettings prompt) {
    String reference = reference(context);
    String text = ModelReference.prompts(reference).text(prompt.of(context.settings()));
    return ExecutorModel.of(context, reference, context.get(ModelSettings.PRECISION))
        .withPrompt(Prompt.of(text));
  }

  /** The cross-encoder that gives the scores of candidates and positives, if there is to be one. */
  static Optional<EncodeSpec> crossEncoder(JobContext context) {
    String reference = context.get(MineSettings.CROSS_ENCODER);
    return reference.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ExecutorModel.of(context, reference, context.get(CrossSettings.PLAN.precision()))
                .withMatchClass(context.get(MineSettings.MATCH_CLASS)));
  }

  /**
   * How mining compares: as {@code similarity_fn_name} of the model says, of vectors of length 1.
   *
   * @throws UserException if the settings do not fit it
   */
  static VectorSimilarity similarity(JobContext context) {
    String reference = reference(context);
    VectorSimilarity named = VectorSimilarity.of(ModelReference.settings(reference).similarity());
    VectorSimilarity similarity = named == VectorSimilarity.DOT ? VectorSimilarity.COSINE : named;
    if (similarity == VectorSimilarity.MANHATTAN
        && MineSettings.searches(context.settings(), "hnsw")) {
      throw new UserException(
          ("mine.search = hnsw has no graph for manhattan, similarity_fn_name of '%s': set"
                  + " mine.search = exact")
              .formatted(reference));
    }
    if (similarity == VectorSimilarity.COSINE && crossEncoder(context).isEmpty()) {
      MineSettings.requireCosines(context.settings());
    }
    return similarity;
  }

  private static String reference(JobContext context) {
    String own = context.get(SilverSettings.CANDIDATE_MODEL);
    return own.isEmpty() ? context.get(ModelSettings.BASE) : own;
  }

  /** Adds what the cross-encoder's scores depend on. */
  static void describeCrossEncoder(JobContext context, Fingerprint fingerprint) {
    crossEncoder(context)
        .ifPresent(
            spec ->
                fingerprint
                    .input("cross-encoder content", ModelFingerprint.of(spec.model()))
                    .input("cross-encoder precision", spec.precision())
                    .input("cross-encoder match class", spec.matchClass()));
  }

  /** Adds what the similarities of all texts depend on. */
  static void describe(JobContext context, Fingerprint fingerprint) {
    describe(ofCorpus(context), fingerprint);
    describeSimilarity(similarity(context), fingerprint);
    describePrompt("query prompt", ofQueries(context), fingerprint);
    describePrompt("sentence prompt", ofSentences(context), fingerprint);
  }

  /** Adds what the embeddings behind one prompt depend on. */
  static void describe(EncodeSpec spec, Fingerprint fingerprint) {
    describePrompt("prompt", spec, fingerprint);
    fingerprint
        .input("model", spec.model())
        .input("model content", ModelFingerprint.of(spec.model()))
        .input("precision", spec.precision())
        .input("maxSeqLength", spec.maxSequenceLength());
    if (spec.truncateDim() > 0) { // earlier versions had no such setting
      fingerprint.input("truncateDim", spec.truncateDim());
    }
  }

  /** Of the cosine nothing is added, so that what was mined before there were others counts. */
  static void describeSimilarity(VectorSimilarity similarity, Fingerprint fingerprint) {
    if (similarity != VectorSimilarity.COSINE) {
      fingerprint.input("similarity", similarity.functionName());
    }
  }

  /** Without a prompt nothing is added, so that what was made before there were prompts counts. */
  private static void describePrompt(String name, EncodeSpec spec, Fingerprint fingerprint) {
    if (!spec.prompt().equals(Prompt.NONE)) {
      fingerprint.input(name, spec.prompt().value());
    }
  }
}

package io.silverspark.jobs.mine;

import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.encode.ExecutorModel;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.udfs.EncodeSpec;
import io.silverspark.udfs.ModelFingerprint;
import java.util.Optional;

/** The model whose similarities choose negatives and candidates: whole, never cut to layers. */
final class MiningModel {
  private MiningModel() {}

  static EncodeSpec of(JobContext context) {
    return ExecutorModel.of(context, reference(context), context.get(ModelSettings.PRECISION));
  }

  /** The cross-encoder that gives the scores of candidates and positives, if there is to be one. */
  static Optional<EncodeSpec> crossEncoder(JobContext context) {
    String reference = context.get(MineSettings.CROSS_ENCODER);
    return reference.isEmpty()
        ? Optional.empty()
        : Optional.of(ExecutorModel.of(context, reference, context.get(CrossSettings.PRECISION)));
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
                    .input("cross-encoder precision", spec.precision()));
  }

  /** Adds what the similarities depend on. */
  static void describe(JobContext context, Fingerprint fingerprint) {
    EncodeSpec spec = of(context);
    fingerprint
        .input("model", spec.model())
        .input("model content", ModelFingerprint.of(spec.model()))
        .input("precision", spec.precision())
        .input("maxSeqLength", spec.maxSequenceLength());
  }
}

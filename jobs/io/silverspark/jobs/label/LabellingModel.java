package io.silverspark.jobs.label;

import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.models.ExecutorModel;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.EncoderConfig;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * The run's cross-encoder.
 *
 * @param spec how executors load it
 * @param id of the model in the table models; the hash of its files if it was not trained here
 * @param content hash of its files
 * @param classes its classes; one for a score
 * @param match the class that is a match; 0 for a score
 */
record LabellingModel(EncodeSpec spec, String id, String content, ClassNames classes, int match) {

  /**
   * The model in {@code models/cross}.
   *
   * @throws UserException if it is not there; names the command that makes it
   */
  static LabellingModel of(JobContext context) {
    Path directory = RunLayout.of(context).model(RunLayout.CROSS_ENCODER);
    Path config = directory.resolve("config.json");
    if (!Files.isRegularFile(config)) {
      throw new UserException(
          "there is no cross-encoder in %s. Run 'train-cross' first.".formatted(directory));
    }
    String content = ModelFingerprint.of(directory.toString());
    String id =
        StageRecord.last(context, StageRecord.TRAIN_CROSS)
            .map(StageRecord::fingerprint)
            .orElse(content);
    ClassNames classes = classes(directory);
    return new LabellingModel(
        spec(context, directory), id, content, classes, match(context, classes, directory));
  }

  /** How executors load the cross-encoder of a directory. */
  static EncodeSpec spec(JobContext context, Path directory) {
    return ExecutorModel.of(
            context, context.directory().shared(directory), context.get(SilverSettings.PRECISION))
        .withMatchClass(context.get(SilverSettings.MATCH_CLASS));
  }

  private static int match(JobContext context, ClassNames classes, Path directory) {
    String model = "the cross-encoder in " + directory;
    OptionalInt match = classes.match(context.get(SilverSettings.MATCH_CLASS), model);
    if (match.isEmpty() && classes.count() > 1) {
      throw classes.unknownMatch(model);
    }
    return match.orElse(0);
  }

  private static ClassNames classes(Path directory) {
    EncoderConfig parsed = ModelDirectory.read(directory).config();
    if (parsed.numLabels() == 1 && parsed.activation().orElse("").endsWith("Identity")) {
      throw new UserException(
          ("%s asks for plain logits (Identity), but silver scores lie from 0 to 1: take a"
                  + " cross-encoder made by 'train-cross'")
              .formatted(directory.resolve("config.json")));
    }
    return parsed.classes();
  }

  /** Adds what the scores depend on. */
  void describe(Fingerprint fingerprint) {
    fingerprint
        .input("cross-encoder", content)
        .input("match class", spec.matchClass())
        .input("precision", spec.precision())
        .input("maxSeqLength", spec.maxSequenceLength());
  }
}

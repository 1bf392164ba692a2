package io.silverspark.jobs.stage;

import io.silverspark.jobs.run.JobContext;
import java.nio.file.Path;

/**
 * The files of a run, on the driver's file system. Tables may lie elsewhere, see {@code
 * tables.dir}.
 *
 * @param directory {@code run.dir}
 */
public record RunLayout(Path directory) {
  /** Name of the cross-encoder's model. */
  public static final String CROSS_ENCODER = "cross";

  /** Name of the pre-trained model. */
  public static final String PRETRAINED = "pretrained";

  /**
   * The layout of a job's run.
   *
   * @param context gives {@code run.dir}, or its copy on this machine if it is elsewhere
   * @return absolute paths
   */
  public static RunLayout of(JobContext context) {
    return new RunLayout(context.directory().local());
  }

  /**
   * Directory of a finished model.
   *
   * @param name {@code cross}, {@code gold}, {@code gold-silver} or {@code triplets}
   * @return directory in the layout of sentence-transformers
   */
  public Path model(String name) {
    return directory.resolve("models").resolve(name);
  }

  /**
   * Directory of the checkpoints of a model that is being trained.
   *
   * @param name of the model
   * @return gone once the model is finished
   */
  public Path checkpoints(String name) {
    return directory.resolve("checkpoints").resolve(name);
  }

  /**
   * What a finished stage left for the next run and for the report.
   *
   * @param stage such as {@code train-bi-gold}
   * @return a JSON file
   */
  public Path stage(String stage) {
    return directory.resolve("stages").resolve(stage + ".json");
  }

  /**
   * The last evaluation.
   *
   * @return a JSON file
   */
  public Path evaluation() {
    return directory.resolve("evaluation.json");
  }
}

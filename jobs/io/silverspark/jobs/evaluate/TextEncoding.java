package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.run.Progress;
import java.util.List;

/** Where texts are turned into embeddings. */
@FunctionalInterface
interface TextEncoding {
  /**
   * Encodes texts with one model.
   *
   * @param progress advanced by the number of texts done
   * @return [texts][width] in the order of {@code texts}
   */
  float[][] encode(EvaluatedModel model, List<String> texts, Progress progress);
}

package io.silverspark;

import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The narrow model after a training that diverged: it gives NaN for every text. */
public final class BrokenModel {
  private BrokenModel() {}

  /** Writes a sentence encoder. */
  public static Path encoder(Path directory) {
    ModelFiles files = NarrowModel.files(0);
    float[] bias = new float[NarrowModel.WIDTH];
    bias[7] = Float.NaN;
    ModelDirectory.write(with(files, "embeddings.LayerNorm.bias", bias), directory, "");
    return directory;
  }

  /** Writes a cross-encoder. */
  public static Path crossEncoder(Path directory) {
    EncoderOptions options = EncoderOptions.defaults().withWorkers(1);
    try (CrossEncoder whole = CrossEncoder.load(NarrowModel.crossEncoder(), options);
        CrossEncoder broken =
            CrossEncoder.of(
                with(whole.currentFiles(), "classifier.bias", new float[] {Float.NaN}), options)) {
      broken.save(directory, "test");
    }
    return directory;
  }

  private static ModelFiles with(ModelFiles files, String name, float[] values) {
    Map<String, TensorData> weights = new LinkedHashMap<>(files.weights());
    weights.put(name, TensorData.ofFloats(values, values.length));
    return files.withWeights(weights);
  }
}

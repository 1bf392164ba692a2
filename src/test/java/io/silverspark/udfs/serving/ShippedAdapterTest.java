package io.silverspark.udfs.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A directory with an adapter of PEFT whose base is another directory of the driver. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class ShippedAdapterTest {
  private static final String QUERY = "encoder.layer.0.attention.self.query";

  @TempDir private Path folder;
  private Path base;
  private Path adapter;
  private ModelFiles model;

  @BeforeEach
  void write() throws IOException {
    model = NarrowModel.files(0);
    base = folder.resolve("base");
    adapter = Files.createDirectory(folder.resolve("adapter"));
    ModelDirectory.write(model, base, "");
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 2, \"base_model_name_or_path\": \"%s\"}"
            .formatted(base));
    int width = model.config().hiddenSize();
    float[] ones = new float[width];
    Arrays.fill(ones, 0.25f);
    String name = "base_model.model." + QUERY;
    Safetensors.write(
        adapter.resolve("adapter_model.safetensors"),
        Map.of(
            name + ".lora_A.weight", TensorData.ofFloats(ones, 1, width),
            name + ".lora_B.weight", TensorData.ofFloats(ones, width, 1)),
        Map.of("format", "pt"));
  }

  @Test
  void whole_adapterOfALocalBase_isTheMergedModel(SparkSession spark) {
    Path whole = ShippedModel.whole(adapter);
    assertThat(whole.resolve("adapter_config.json")).doesNotExist();
    float[] before = model.weights().get(QUERY + ".weight").floats();
    float[] merged = ModelDirectory.read(whole).weights().get(QUERY + ".weight").floats();
    assertThat(merged[0] - before[0]).isEqualTo(0.125f, within(1e-6f));
    assertThat(ShippedModel.whole(adapter)).isEqualTo(whole);
    assertThat(ShippedModel.whole(base)).isEqualTo(base);
  }

  @Test
  void fingerprint_baseOfAnAdapterChanged_differs() {
    String before = ModelFingerprint.of(adapter.toString());
    assertThat(ModelFingerprint.of(adapter.toString())).isEqualTo(before);
    ModelDirectory.write(NarrowModel.files(0.2), base, "changed");
    assertThat(ModelFingerprint.of(adapter.toString())).isNotEqualTo(before);
  }
}

package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.name;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.encoder.Precision;
import java.util.List;

/** The base model that everything starts from. */
public final class ModelSettings {
  public static final Setting<String> BASE =
      new Setting<>(
          "model.base",
          name(),
          "builtin:all-MiniLM-L6-v2",
          "Base model: builtin:all-MiniLM-L6-v2, a directory, or org/name@revision of the Hub.");
  public static final Setting<Integer> LAYERS =
      new Setting<>(
          "model.layers", wholeNumber(0), 0, "Keeps only the first layers of the model; 0 = all.");
  public static final Setting<Precision> PRECISION =
      new Setting<>(
          "model.precision",
          oneOf(Precision.class),
          Precision.AUTO,
          "Arithmetic of encoding. auto: bf16 where processor or GPU multiplies it natively, fp16"
              + " on older GPUs, else fp32.");
  public static final Setting<Integer> MAX_SEQ_LENGTH =
      new Setting<>(
          "model.maxSeqLength",
          wholeNumber(0),
          0,
          "Texts are cut to this many tokens, special ones included; 0 = the model's own limit.");
  public static final Setting<Integer> TRUNCATE_DIM =
      new Setting<>(
          "model.truncateDim",
          wholeNumber(0),
          0,
          "Keeps this many leading components of each sentence vector; losses see whole vectors;"
              + " 0 = the model's own truncate_dim; more than the width = all.");
  public static final Setting<String> DEVICE =
      new Setting<>("model.device", name(), "cpu", "Where models run: cpu, cuda or cuda:N.");

  public static final Setting<Integer> BATCH_TOKENS =
      new Setting<>(
          "model.batchTokens",
          wholeNumber(0),
          0,
          "Padded tokens of a batch of encoding and scoring, at most; 0 = auto: 1024 on a CPU, on a"
              + " GPU by its free memory, up to 32768. On a GPU a batch that does not fit is"
              + " halved.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Base model",
          List.of(BASE, LAYERS, PRECISION, MAX_SEQ_LENGTH, TRUNCATE_DIM, DEVICE, BATCH_TOKENS));

  private ModelSettings() {}
}

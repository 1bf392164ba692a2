package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.listOf;
import static io.silverspark.model.config.SettingType.name;
import static io.silverspark.model.config.SettingType.numberBetween;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.positiveNumber;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.files.LoraConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The LoRA adapter of a training: the same settings for {@code train.*} and {@code cross.*}. */
public record LoraSettings(
    Setting<Integer> rank,
    Setting<Double> alpha,
    Setting<Double> dropout,
    Setting<List<String>> modules,
    Setting<LoraConfig.BasePrecision> basePrecision) {

  /**
   * The settings of one training.
   *
   * @param group begin of the keys, such as {@code train}
   */
  static LoraSettings of(String group) {
    String key = group + ".lora.";
    LoraConfig defaults = LoraConfig.NONE;
    return new LoraSettings(
        new Setting<>(
            key + "rank",
            wholeNumber(0),
            defaults.rank(),
            "Trains a LoRA adapter of this rank (PEFT's r) and leaves the transformer's weights as"
                + " they are; 0 = trains the weights."),
        new Setting<>(
            key + "alpha",
            positiveNumber(),
            defaults.alpha(),
            "The adapter is scaled by alpha / rank (PEFT's lora_alpha)."),
        new Setting<>(
            key + "dropout",
            numberBetween(0, 1).where("below 1", dropout -> dropout < 1),
            defaults.dropout(),
            "Dropout of the adapter's inputs while training (PEFT's lora_dropout)."),
        new Setting<>(
            key + "modules",
            listOf("a list of names", name()),
            defaults.targetModules(),
            "Linear layers with an adapter, by the end of their name in transformers (PEFT's"
                + " target_modules), or all-linear; empty = queries and values."),
        new Setting<>(
            key + "basePrecision",
            oneOf(LoraConfig.BasePrecision.class),
            defaults.basePrecision(),
            "How the weights of the linear layers below the adapter are kept in memory: fp32, 4"
                + " bytes a weight, bf16, 2, or int8, 1. Fewer bytes than "
                + group
                + ".precision has run each layer again in the backward pass."));
  }

  /** All of them in the order of the reference. */
  List<Setting<?>> all() {
    return List.of(rank, alpha, dropout, modules, basePrecision);
  }

  /** These settings beside others: none of them was there in an earlier version. */
  Set<Setting<?>> with(Set<Setting<?>> others) {
    Set<Setting<?>> both = new HashSet<>(others);
    both.addAll(all());
    return Set.copyOf(both);
  }

  /** What they must meet together. */
  List<SettingRule> rules() {
    return Stream.<Setting<?>>of(alpha, dropout, modules, basePrecision)
        .map(
            setting ->
                SettingRule.mustBeRead(
                    setting,
                    settings -> settings.get(rank) > 0,
                    rank + " = 0 trains no adapter",
                    rank))
        .toList();
  }

  /** The adapter of the settings, {@link LoraConfig#NONE} without one. */
  public LoraConfig config(Settings settings) {
    return new LoraConfig(
        settings.get(rank),
        settings.get(alpha),
        settings.get(dropout),
        settings.get(modules),
        settings.get(basePrecision));
  }
}

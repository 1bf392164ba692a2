package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import java.util.List;

/** Which labelled pairs count as gold; the other training rows are the unlabelled corpus. */
public final class GoldSettings {
  public static final Setting<String> SOURCE =
      new Setting<>(
          "gold.source",
          oneOf("sts", "nli", "pairs"),
          "sts",
          "Table that the gold pairs come from.");
  public static final Setting<Integer> ROWS =
      new Setting<>(
          "gold.rows",
          wholeNumber(0),
          0,
          "Gold pairs: this many of the training split, chosen by a hash of row and run.seed; 0 ="
              + " all.");

  public static final SettingGroup GROUP = new SettingGroup("Gold", List.of(SOURCE, ROWS));

  private GoldSettings() {}
}

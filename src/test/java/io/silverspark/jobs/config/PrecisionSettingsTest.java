package io.silverspark.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.model.encoder.Precision;
import org.junit.jupiter.api.Test;

class PrecisionSettingsTest {
  @Test
  void everyPrecision_bySilence_isAuto() {
    assertThat(AllSettings.GROUPS.stream().flatMap(group -> group.settings().stream()))
        .filteredOn(setting -> setting.defaultValue() instanceof Precision)
        .hasSize(5)
        .allMatch(setting -> setting.defaultValue() == Precision.AUTO);
  }
}

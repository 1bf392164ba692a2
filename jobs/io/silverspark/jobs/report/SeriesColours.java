package io.silverspark.jobs.report;

import java.util.HashMap;
import java.util.Map;

/** One colour for each model wherever it appears, as a CSS class of {@code chart.css}. */
final class SeriesColours {
  static final String GOLD = "c1";
  static final String SILVER = "c2";
  static final String NEUTRAL = "c7";

  private static final int FIRST_OTHER = 3;
  private static final int LAST_OTHER = 6;

  private final Map<String, String> byModel = new HashMap<>();

  SeriesColours(Evaluation evaluation) {
    int next = FIRST_OTHER;
    for (ModelResult model : evaluation.models()) {
      String colour =
          switch (model.role()) {
            case BASE -> "c0";
            case GOLD -> GOLD;
            case GOLD_AND_SILVER -> SILVER;
            case OTHER -> "c" + next;
          };
      if (model.role() == ModelRole.OTHER) {
        next = next == LAST_OTHER ? FIRST_OTHER : next + 1;
      }
      byModel.put(model.name(), colour);
    }
  }

  /** The colour of a model; what was not evaluated gets {@link #NEUTRAL}. */
  String of(String model) {
    return byModel.getOrDefault(model, NEUTRAL);
  }
}

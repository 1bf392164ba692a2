package io.silverspark.jobs.label;

import io.silverspark.jobs.config.SettingEvidence;
import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.model.files.ClassNames;
import java.nio.file.Path;

/** How {@code label} scores; which pairs it scores is chosen by {@code mine}. */
public final class SilverEvidence {
  private SilverEvidence() {}

  public static void add(SettingEvidence evidence) {
    evidence.changes(
        SilverSettings.LABELS,
        "hard",
        context -> Labelling.score(context.settings(), ClassNames.ofNumber(1), 0).toString());
    evidence.changes(
        SilverSettings.MAX_CHARACTERS,
        "10",
        context ->
            RefusedPairs.reasonNotShown(context.get(SilverSettings.MAX_CHARACTERS)).toString());
    evidence.changes(
        SilverSettings.MAX_BAD_SHARE,
        "0.1",
        context -> RefusedPairs.mostFailures(context.settings(), 1000));
    evidence.changes(
        SilverSettings.PRECISION, "int8", context -> LabellingModel.spec(context, Path.of("m")));
    evidence.changes(
        SilverSettings.MATCH_CLASS, "yes", context -> LabellingModel.spec(context, Path.of("m")));
  }
}

package io.silverspark.jobs.ingest;

import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.config.SettingEvidence;
import io.silverspark.model.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** What {@code ingest} reads. */
public final class IngestEvidence {
  private IngestEvidence() {}

  public static void add(SettingEvidence evidence, Path directory) throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Path other = Files.createDirectories(directory.resolve("other"));
    for (Path each : List.of(data, other)) {
      Files.writeString(each.resolve("a.jsonl"), "{}\n");
      Files.writeString(each.resolve("b.jsonl"), "{}\n");
    }
    SettingEvidence.Outcome files =
        context -> SourceFiles.find(context.settings(), new Configuration());
    String dir = "data.dir=" + data;
    evidence.changes(DataSettings.DIR, other.toString(), files, dir, "data.nli.train=a.jsonl");
    for (Setting<String> file :
        List.of(
            DataSettings.NLI_TRAIN,
            DataSettings.NLI_VALIDATION,
            DataSettings.STS_TRAIN,
            DataSettings.STS_VALIDATION,
            DataSettings.STS_TEST,
            DataSettings.INTENTS_TRAIN,
            DataSettings.INTENTS_TEST)) {
      evidence.changes(file, "b.jsonl", files, dir, file + "=a.jsonl");
    }
    rows(evidence, DataSettings.NLI_ROWS, "nli", files, dir);
    rows(evidence, DataSettings.STS_ROWS, "sts", files, dir);
    rows(evidence, DataSettings.INTENTS_ROWS, "intents", files, dir);
    FileSummary tenth = new FileSummary("nli_pairs", "train", "a", 0, 10, 9, 0, 1, "line 1", "");
    evidence.changes(
        DataSettings.MAX_BAD_SHARE,
        "0.5",
        context -> {
          IngestJob.check(context, List.of(tenth));
          return "accepted";
        });
  }

  private static void rows(
      SettingEvidence evidence,
      Setting<Integer> rows,
      String kind,
      SettingEvidence.Outcome files,
      String dir) {
    evidence.changes(rows, "3", files, dir, "data.%s.train=a.jsonl".formatted(kind));
    evidence.isRefused(
        rows,
        "3",
        "%s is set, but nothing reads it: data.%s.train names no file. Remove it."
            .formatted(rows, kind));
  }
}

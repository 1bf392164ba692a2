package io.silverspark.jobs.ingest;

import io.silverspark.jobs.config.DataKind;
import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.config.SettingEvidence;
import io.silverspark.model.config.Setting;
import io.silverspark.model.hub.HubAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
    SettingEvidence.Outcome files = context -> SourceFiles.find(context, HubAccess.of(Map.of()));
    String dir = "data.dir=" + data;
    evidence.changes(DataSettings.DIR, other.toString(), files, dir, "data.nli.train=a.jsonl");
    for (DataKind kind : DataSettings.KINDS) {
      kind.sources()
          .values()
          .forEach(file -> evidence.changes(file, "b.jsonl", files, dir, file + "=a.jsonl"));
      rows(evidence, kind.rows(), kind.name(), files, dir);
      String train = "data.%s.train=a.jsonl".formatted(kind.name());
      evidence.changes(kind.columns(), "{ id = number }", files, dir, train);
      evidence.changes(kind.format(), "orc", files, dir, train);
      evidence.changes(
          kind.options(), "{ header = true }", files, dir, train, kind.format() + "=csv");
      evidence.changes(
          kind.heldOut(), "{ test = 0.5 }".replace("test", held(kind)), files, dir, train);
    }
    decontamination(evidence, directory);
    FileSummary tenth =
        new FileSummary("nli_pairs", "train", "a", 0, 10, 10, 9, 0, 0, 1, "line 1", "");
    evidence.changes(
        DataSettings.MAX_BAD_SHARE,
        "0.5",
        context -> {
          IngestJob.check(context, List.of(tenth));
          return "accepted";
        });
  }

  private static void decontamination(SettingEvidence evidence, Path directory) throws IOException {
    Path texts = Files.createDirectories(directory.resolve("texts"));
    String words = "one two three four five six seven eight nine ten eleven twelve";
    Files.writeString(
        texts.resolve("train.jsonl"),
        pair(words, "known") + pair(words + " thirteen fourteen", "other") + pair("x", "Same!"));
    Files.writeString(texts.resolve("test.jsonl"), pair(words + " thirteen", "same"));
    String[] rows = {
      "data.dir=" + texts,
      "data.pairs.train=train.jsonl",
      "data.pairs.test=test.jsonl",
      "tables.dir=" + directory.resolve("no-tables")
    };
    SettingEvidence.Outcome plan = context -> new IngestJob().plan(context).toString();
    evidence.changes(DataSettings.DECONTAMINATION, "exact", plan, rows);
    evidence.changes(DataSettings.DECONTAMINATION, "near", plan, rows);
    List<String> near = new ArrayList<>(List.of(rows));
    near.add("data.decontamination=near");
    evidence.changes(DataSettings.NEAR_SIMILARITY, "1", plan, near.toArray(String[]::new));
    evidence.isRefused(
        DataSettings.NEAR_SIMILARITY,
        "0.9",
        "data.nearSimilarity is set, but nothing reads it: data.decontamination is not near."
            + " Remove it.");
  }

  private static String pair(String anchor, String positive) {
    return "{\"anchor\": \"%s\", \"positive\": \"%s\"}\n".formatted(anchor, positive);
  }

  private static String held(DataKind kind) {
    return kind.sources().keySet().stream()
        .filter(split -> !split.equals(DataKind.TRAIN))
        .findFirst()
        .orElseThrow();
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

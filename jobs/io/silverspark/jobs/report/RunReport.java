package io.silverspark.jobs.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Everything that the report of one run shows. {@link ReportFiles} writes it as {@code
 * metrics.json}; missing parts are empty lists, null or NaN and are left out of the page.
 *
 * @param format version of the JSON layout, {@link #FORMAT}
 * @param name what the run was for, such as the recipe's name
 * @param configuration effective settings; values of keys that name a token, secret, password or
 *     access key are hidden
 * @param environment null if not known
 * @param tables the Delta tables, in the order of the pipeline
 */
public record RunReport(
    int format,
    String name,
    String runId,
    Instant started,
    Instant ended,
    Map<String, String> configuration,
    Environment environment,
    List<StageResult> stages,
    DataSummary data,
    Evaluation evaluation,
    List<TrainingCurve> curves,
    List<TableVersion> tables) {

  /** Layout written by this version. */
  public static final int FORMAT = 1;

  private static final Pattern CONFIDENTIAL =
      Pattern.compile(
          "(?i).*(token(?!s|iz)|secret|password|credential|(access|account)[-_.]?key).*");
  private static final String HIDDEN = "(hidden)";

  public RunReport {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(runId, "runId");
    Objects.requireNonNull(started, "started");
    Objects.requireNonNull(ended, "ended");
    configuration = configuration == null ? Map.of() : withoutSecrets(configuration);
    stages = stages == null ? List.of() : List.copyOf(stages);
    data = data == null ? new DataSummary(null, null, null, null, null, null, null) : data;
    evaluation = evaluation == null ? new Evaluation(null, null, null, null, null) : evaluation;
    curves = curves == null ? List.of() : List.copyOf(curves);
    tables = tables == null ? List.of() : List.copyOf(tables);
  }

  public static RunReportBuilder builder(String name, String runId, Instant started) {
    return new RunReportBuilder(name, runId, started);
  }

  public Duration duration() {
    return Duration.between(started, ended);
  }

  /** The same settings with what looks like a secret hidden. */
  public static Map<String, String> withoutSecrets(Map<String, String> configuration) {
    Map<String, String> shown = new TreeMap<>();
    configuration.forEach(
        (key, value) -> shown.put(key, CONFIDENTIAL.matcher(key).matches() ? HIDDEN : value));
    return Collections.unmodifiableMap(shown);
  }

  /**
   * A Delta table as the run left it: the lineage of the models.
   *
   * @param version Delta version read or written last
   * @param inputs what it was made from, such as {@code nli_pairs@3}
   */
  public record TableVersion(
      String name, String path, long version, Long rows, List<String> inputs) {

    public TableVersion {
      Objects.requireNonNull(name, "name");
      path = path == null ? "" : path;
      inputs = inputs == null ? List.of() : List.copyOf(inputs);
    }
  }
}

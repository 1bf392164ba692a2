package io.silverspark.jobs.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects a {@link RunReport} while the pipeline runs; each {@code add} keeps the order of calls.
 * For one thread.
 */
public final class RunReportBuilder {
  private final String name;
  private final String runId;
  private final Instant started;
  private final Map<String, String> configuration = new LinkedHashMap<>();
  private final List<StageResult> stages = new ArrayList<>();
  private final List<DataSummary.DataCount> counts = new ArrayList<>();
  private final List<DataSummary.QuarantineCount> quarantine = new ArrayList<>();
  private final List<DataSummary.TripletSample> triplets = new ArrayList<>();
  private final List<DataSummary.PairSample> silverPairs = new ArrayList<>();
  private final List<TrainingCurve> curves = new ArrayList<>();
  private final List<RunReport.TableVersion> tables = new ArrayList<>();
  private Environment environment;
  private Evaluation evaluation;
  private Histogram goldLabels;
  private Histogram silverLabels;
  private Histogram candidateSimilarities;

  RunReportBuilder(String name, String runId, Instant started) {
    this.name = name;
    this.runId = runId;
    this.started = started;
  }

  public RunReportBuilder configuration(Map<String, String> effective) {
    configuration.putAll(effective);
    return this;
  }

  public RunReportBuilder environment(Environment here) {
    environment = here;
    return this;
  }

  public RunReportBuilder add(StageResult stage) {
    stages.add(stage);
    return this;
  }

  public RunReportBuilder add(DataSummary.DataCount count) {
    counts.add(count);
    return this;
  }

  public RunReportBuilder add(DataSummary.QuarantineCount count) {
    quarantine.add(count);
    return this;
  }

  public RunReportBuilder add(DataSummary.TripletSample sample) {
    triplets.add(sample);
    return this;
  }

  public RunReportBuilder add(DataSummary.PairSample sample) {
    silverPairs.add(sample);
    return this;
  }

  public RunReportBuilder evaluation(Evaluation ofTheModels) {
    evaluation = ofTheModels;
    return this;
  }

  public RunReportBuilder add(TrainingCurve curve) {
    curves.add(curve);
    return this;
  }

  public RunReportBuilder add(RunReport.TableVersion table) {
    tables.add(table);
    return this;
  }

  public RunReportBuilder goldLabels(Histogram histogram) {
    goldLabels = histogram;
    return this;
  }

  public RunReportBuilder silverLabels(Histogram histogram) {
    silverLabels = histogram;
    return this;
  }

  public RunReportBuilder candidateSimilarities(Histogram histogram) {
    candidateSimilarities = histogram;
    return this;
  }

  public RunReport build(Instant ended) {
    return new RunReport(
        RunReport.FORMAT,
        name,
        runId,
        started,
        ended,
        configuration,
        environment,
        stages,
        new DataSummary(
            counts,
            quarantine,
            goldLabels,
            silverLabels,
            candidateSimilarities,
            triplets,
            silverPairs),
        evaluation,
        curves,
        tables);
  }
}

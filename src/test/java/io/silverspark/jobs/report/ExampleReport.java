package io.silverspark.jobs.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A full run with made numbers that look like real ones: test data only. */
final class ExampleReport {
  static final String BASE = "base";
  static final String GOLD = "gold only";
  static final String SILVER = "gold + silver";
  static final String TRIPLETS = "mnr triplets";

  private static final List<String> MODELS = List.of(BASE, GOLD, SILVER, TRIPLETS);
  private static final double[] QUALITY = {0.62, 0.778, 0.803, 0.64};

  private final Random random = new Random(7);

  static RunReport full() {
    return new ExampleReport().make();
  }

  private RunReport make() {
    RunReportBuilder builder =
        RunReport.builder(
                "glue-stsb", "20260301-101500-4f2a", Instant.parse("2026-03-01T10:15:00Z"))
            .configuration(configuration())
            .environment(
                new Environment(
                    "17.0.14 (Eclipse Adoptium)",
                    "Linux 6.1 amd64",
                    "Example CPU @ 2.60GHz",
                    2,
                    2L << 30,
                    "cpu",
                    "4.0.4",
                    "4.4.0",
                    "0.35.1",
                    "2.7.1",
                    "0.1.0"));
    stages(builder);
    data(builder);
    builder.evaluation(evaluation());
    curves(builder);
    tables(builder);
    return builder.build(Instant.parse("2026-03-01T10:41:12Z"));
  }

  private static Map<String, String> configuration() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("train.batchSize", "32");
    settings.put("train.learningRate", "5.0e-5");
    settings.put("model.base", "builtin:all-MiniLM-L6-v2");
    settings.put("model.layers", "3");
    settings.put("hub.token", "do-not-show");
    settings.put("silver.note", "<b>not markup</b>");
    return settings;
  }

  private static void stages(RunReportBuilder builder) {
    builder
        .add(new StageResult("ingest", StageResult.Status.DONE, 5_760L, 5_749L, 8.2, ""))
        .add(new StageResult("mine", StageResult.Status.SKIPPED, 1_000L, 3_120L, 0.1, "up to date"))
        .add(new StageResult("train-cross", StageResult.Status.DONE, 2_000L, null, 402, "3 epochs"))
        .add(new StageResult("label", StageResult.Status.DONE, 20_000L, 20_000L, 318, "64 pairs/s"))
        .add(new StageResult("train-bi gold", StageResult.Status.DONE, 1_000L, null, 61, ""))
        .add(
            new StageResult(
                "train-bi gold+silver", StageResult.Status.DONE, 16_400L, null, 655, ""))
        .add(new StageResult("evaluate", StageResult.Status.DONE, 4_580L, null, 128, "4 models"));
  }

  private void data(RunReportBuilder builder) {
    double[] gold = new double[1_000];
    double[] silver = new double[15_400];
    double[] candidates = new double[20_000];
    for (int i = 0; i < gold.length; i++) {
      gold[i] = random.nextInt(26) / 25.0;
    }
    for (int i = 0; i < silver.length; i++) {
      double draw = random.nextDouble() < 0.6 ? 0.15 : 0.7;
      silver[i] = Math.min(1, Math.abs(draw + 0.15 * random.nextGaussian()));
    }
    for (int i = 0; i < candidates.length; i++) {
      candidates[i] = 0.45 + 0.18 * random.nextGaussian();
    }
    builder
        .goldLabels(Histogram.of(gold, 0, 1, 20))
        .silverLabels(Histogram.of(silver, 0, 1, 20))
        .candidateSimilarities(Histogram.of(candidates, -0.2, 1, 24))
        .add(new DataSummary.DataCount("sts_pairs", 5_760, 5_749, 3, 8))
        .add(new DataSummary.DataCount("intents", 13_083, 13_083, 0, 0))
        .add(new DataSummary.QuarantineCount("sts_pairs", "score 'abc' is no number", 5))
        .add(new DataSummary.QuarantineCount("sts_pairs", "second sentence is empty", 3))
        .add(
            new DataSummary.PairSample(
                "A man slices a tomato.", "A dog runs on sand.", 0.012, "low"))
        .add(
            new DataSummary.PairSample(
                "Two kids play chess.", "Children are at a table.", 0.487, "middle"))
        .add(
            new DataSummary.PairSample(
                "The train was late again.", "The train came late.", 0.934, "high"))
        .add(
            new DataSummary.TripletSample(
                "How do I block my card?",
                "Please freeze the card I lost.",
                "How do I order a second card?",
                0.781,
                0.702,
                "hard"))
        .add(
            new DataSummary.TripletSample(
                "She reads <script>alert(1)</script> aloud & laughs",
                "Someone reads a line of \"code\" aloud",
                "He paints a fence",
                0.69,
                0.04,
                "easy"));
  }

  private Evaluation evaluation() {
    List<Metric> metrics = new ArrayList<>(Metric.standard());
    for (String similarity : List.of("dot", "manhattan", "euclidean")) {
      for (String correlation : List.of("pearson", "spearman")) {
        metrics.add(
            Metric.detail(
                "sts_" + correlation + "_" + similarity, "STS " + correlation + ", " + similarity));
      }
    }
    List<ModelResult> models = new ArrayList<>();
    for (int i = 0; i < MODELS.size(); i++) {
      ModelRole role = i < 3 ? ModelRole.values()[i] : ModelRole.OTHER;
      models.add(
          new ModelResult(
              MODELS.get(i), role, "out/models/" + i, metrics(QUALITY[i], i), points(QUALITY[i])));
    }
    return new Evaluation(
        "STS-B validation, 1,500 pairs; Banking77 test, 3,080 texts.",
        List.of(),
        metrics,
        models,
        List.of(
            difference(GOLD, SILVER, "sts_spearman", 0.025, 0.012, true),
            difference(GOLD, SILVER, "sts_pearson", 0.025, 0.011, true),
            difference(GOLD, SILVER, "intent_accuracy", 0.008, 0.013, false),
            difference(GOLD, SILVER, "intent_macro_f1", -0.002, 0.014, false),
            difference(GOLD, SILVER, "triplet_accuracy", 0.01, 0.016, false),
            difference(BASE, GOLD, "sts_spearman", 0.158, 0.024, true),
            difference(BASE, GOLD, "sts_pearson", 0.158, 0.025, true),
            difference(BASE, GOLD, "intent_accuracy", -0.018, 0.014, true),
            difference(BASE, GOLD, "triplet_accuracy", 0.02, 0.012, true)));
  }

  private static PairedDifference difference(
      String from, String to, String metric, double value, double half, boolean significant) {
    double share = significant ? 0.001 : 0.31;
    return new PairedDifference(
        metric, from, to, value, value - half, value + half, share, significant);
  }

  private static Map<String, MetricValue> metrics(double quality, int model) {
    Map<String, MetricValue> values = new LinkedHashMap<>();
    values.put("sts_spearman", around(quality + 0.003, 0.028));
    values.put("sts_pearson", around(quality, 0.027));
    values.put(
        "intent_accuracy",
        model == 3 ? MetricValue.MISSING : around(new double[] {0.74, 0.722, 0.73}[model], 0.016));
    values.put("intent_macro_f1", around(0.725, 0.017));
    values.put("triplet_accuracy", around(0.86 + (model == 1 ? 0.02 : 0.01 * (model + 1)), 0.012));
    for (String similarity : List.of("dot", "manhattan", "euclidean")) {
      values.put("sts_pearson_" + similarity, around(quality - 0.01, 0.027));
      values.put("sts_spearman_" + similarity, MetricValue.of(quality));
    }
    return values;
  }

  private static MetricValue around(double value, double half) {
    return MetricValue.of(value, value - half, value + half * 0.9);
  }

  private List<ScatterPoint> points(double quality) {
    double[] gold = new double[1_500];
    double[] cosine = new double[gold.length];
    for (int i = 0; i < gold.length; i++) {
      gold[i] = random.nextInt(26) / 5.0;
      double noise = 0.3 * Math.sqrt(1 / (quality * quality) - 1) * random.nextGaussian();
      cosine[i] = Math.max(-0.15, Math.min(0.999, 0.15 + 0.16 * gold[i] + noise));
    }
    return ScatterPoint.of(gold, cosine);
  }

  private void curves(RunReportBuilder builder) {
    builder
        .add(curve("cross-encoder", "", 188, 0.69, 0.02))
        .add(curve("bi-encoder, gold only", GOLD, 128, 0.09, 0.02))
        .add(curve("bi-encoder, gold + silver", SILVER, 2_050, 0.05, 0.018))
        .add(curve("bi-encoder, triplets", TRIPLETS, 390, 1.9, 0.9));
  }

  private TrainingCurve curve(String name, String model, int steps, double first, double last) {
    List<TrainingCurve.StepMetrics> losses = new ArrayList<>();
    List<TrainingCurve.EvaluationPoint> scores = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      double done = step / (double) steps;
      double loss =
          (last + (first - last) * Math.exp(-5 * done)) * Math.exp(0.25 * random.nextGaussian());
      double rate = 5e-5 * Math.min(done / 0.1, (1 - done) / 0.9);
      losses.add(new TrainingCurve.StepMetrics(step, loss, rate, 1 + random.nextDouble()));
      if (step % (steps / 8) == 0) {
        scores.add(
            new TrainingCurve.EvaluationPoint(step, 0.8 - 0.2 * Math.exp(-6 * done) - 0.03 * done));
      }
    }
    return new TrainingCurve(name, model, "validation Spearman", losses, scores, 3.41, 0.063);
  }

  private static void tables(RunReportBuilder builder) {
    builder
        .add(new RunReport.TableVersion("sts_pairs", "out/tables/sts_pairs", 0, 5_749L, List.of()))
        .add(
            new RunReport.TableVersion(
                "candidate_pairs",
                "out/tables/candidate_pairs",
                2,
                20_000L,
                List.of("sts_pairs@0")))
        .add(
            new RunReport.TableVersion(
                "silver_pairs",
                "out/tables/silver_pairs",
                12,
                15_400L,
                List.of("candidate_pairs@2", "models@1")))
        .add(
            new RunReport.TableVersion(
                "models", "out/tables/models", 4, 5L, List.of("silver_pairs@12")));
  }
}

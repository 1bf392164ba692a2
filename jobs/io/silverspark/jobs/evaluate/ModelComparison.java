package io.silverspark.jobs.evaluate;

import static java.util.stream.Collectors.joining;

import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.evaluate.SmallVectors.SmallMeasure;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.Metric;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.report.ModelCost;
import io.silverspark.jobs.report.ModelResult;
import io.silverspark.jobs.report.ModelRole;
import io.silverspark.jobs.report.PairedDifference;
import io.silverspark.jobs.report.ScatterPoint;
import io.silverspark.jobs.report.SmallVectorResult;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.Progress;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.PairPrediction;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.PairedBootstrap;
import io.silverspark.model.evaluation.Resampling;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures models one after the other on the same rows and says how sure their differences are.
 * Every interval comes from the same resamples, so paired ones are paired. The measures of a model
 * that gives no numbers are undefined, and the others are measured.
 */
final class ModelComparison {
  private final EvaluationData data;
  private final ModelRuns runs;
  private final Settings settings;
  private final SmallVectors smallVectors;
  private final Resampling resampling;
  private final long trainingSeed;
  private final long seed;
  private final Console console;

  ModelComparison(EvaluationData data, ModelRuns runs, Settings settings, Console console) {
    this.data = data;
    this.runs = runs;
    this.settings = settings;
    this.trainingSeed = settings.get(RunSettings.SEED);
    this.seed = settings.get(EvaluateSettings.SEED);
    this.smallVectors = SmallVectors.of(settings);
    this.resampling = resampling(settings);
    this.console = console;
  }

  /** How intervals are made. */
  static Resampling resampling(Settings settings) {
    return new Resampling(
        settings.get(EvaluateSettings.RESAMPLES),
        settings.get(EvaluateSettings.CONFIDENCE),
        settings.get(EvaluateSettings.SEED));
  }

  /**
   * All numbers of one model.
   *
   * @param measures by name of the data set
   * @param small measures of small vectors
   * @param smallResults the same as the report shows them
   */
  record MeasuredModel(
      EvaluatedModel model,
      Map<String, List<Measure>> measures,
      ModelResult result,
      List<SmallMeasure> small,
      List<SmallVectorResult> smallResults) {
    /** The measures of all data sets, in the order of the report. */
    List<Measure> all() {
      return measures.values().stream().flatMap(List::stream).toList();
    }
  }

  /** Runs and measures each model. */
  List<MeasuredModel> measure(List<EvaluatedModel> models) {
    List<ModelShape> shapes = models.stream().map(ModelShape::of).toList();
    if (settings.get(EvaluateSettings.MAX_ACTIVE_DIMS) > 0
        && shapes.stream().noneMatch(ModelShape::sparse)) {
      throw new UserException(
          SettingRule.unreadText(
              EvaluateSettings.MAX_ACTIVE_DIMS, "none of the models is a sparse encoder"));
    }
    boolean pairs = shapes.stream().anyMatch(ModelShape::crossEncoder);
    EvaluationData used = pairs ? data : data.withoutCrossEncoders();
    return IntStream.range(0, shapes.size())
        .mapToObj(i -> measured(models.get(i), shapes.get(i), used))
        .toList();
  }

  private MeasuredModel measured(EvaluatedModel model, ModelShape shape, EvaluationData used) {
    try {
      if (shape.crossEncoder()) {
        return crossEncoder(model, shape);
      }
      return shape.sparse() ? sparse(model, shape, used) : encoder(model, shape, used);
    } catch (Exception failure) { // Spark throws checked ones too
      Optional<WithoutNumbers> broken = WithoutNumbers.of(model, failure);
      if (broken.isEmpty()) {
        throw failure;
      }
      console.tell(model.name() + " is not measured: " + broken.get().reason());
      return undefined(model, shape, used, broken.get());
    }
  }

  private MeasuredModel undefined(
      EvaluatedModel model, ModelShape shape, EvaluationData used, WithoutNumbers broken) {
    Map<String, List<Measure>> measures = new LinkedHashMap<>();
    if (shape.crossEncoder()) {
      OptionalInt match =
          shape.classes().match(matchClass(settings, shape.classes()), model.name());
      data.tasks()
          .forEach(
              task ->
                  measures.put(task.dataset(), broken.crossEncoder(task, shape.classes(), match)));
    } else {
      for (DataSetEvaluation task : used.tasks()) {
        measures.put(
            task.dataset(),
            shape.sparse()
                ? broken.sparse(task, shape.similarity(), shape.dimension())
                : broken.encoder(task, shape.similarity(), shape.dimension()));
      }
      used.retrieval()
          .ifPresent(
              task -> measures.put(task.dataset(), broken.undefined(task.measuresOfNothing())));
    }
    measures.values().removeIf(List::isEmpty);
    String unit = shape.crossEncoder() ? "pairs" : "sentences";
    return measured(model, measures, List.of(), List.of(), cost(shape, 0, 0, unit));
  }

  private MeasuredModel encoder(EvaluatedModel model, ModelShape shape, EvaluationData used) {
    RolePrompts prompts = RolePrompts.of(settings, model);
    Map<Prompt, List<String>> texts = prompts.byPrompt(used.texts());
    int count = texts.values().stream().mapToInt(List::size).sum();
    TextVectors vectors = new TextVectors(prompts::of, shape.similarity());
    double seconds = 0;
    try (Progress progress = console.progress("encode, " + model.name(), count)) {
      for (Map.Entry<Prompt, List<String>> some : texts.entrySet()) {
        ModelRuns.Timed<float[][]> encoded =
            runs.encode(model, some.getValue(), some.getKey(), progress);
        vectors.put(some.getKey(), some.getValue(), encoded.result());
        seconds += encoded.seconds();
      }
    }
    Map<String, List<Measure>> measures = new LinkedHashMap<>();
    List<SmallMeasure> small = new ArrayList<>();
    List<ScatterPoint> points = new ArrayList<>();
    try (Progress progress = console.progress("score, " + model.name(), used.tasks().size())) {
      for (DataSetEvaluation task : used.tasks()) {
        measures.put(task.dataset(), task.measure(vectors));
        small.addAll(smallVectors.of(task, vectors));
        points.addAll(task.points(vectors));
        progress.advance(1);
      }
    }
    if (used.retrieval().isPresent()) {
      RetrievalTask retrieval = used.retrieval().get();
      try (Progress progress = console.progress("search, " + model.name(), retrieval.texts())) {
        RetrievalTask.Retrieved found =
            retrieval.measure(model, shape.similarity(), prompts, smallVectors, progress);
        measures.put(retrieval.dataset(), found.measures());
        small.addAll(found.small());
      }
    }
    ModelCost cost = cost(shape, seconds, count, "sentences");
    return measured(model, measures, small, points, cost);
  }

  private MeasuredModel sparse(EvaluatedModel model, ModelShape shape, EvaluationData used) {
    RolePrompts prompts = RolePrompts.of(settings, model);
    Map<Prompt, List<String>> texts = prompts.byPrompt(used.texts());
    int count = texts.values().stream().mapToInt(List::size).sum();
    SparseTexts vectors = new SparseTexts(prompts::of, shape.similarity(), shape.dimension());
    int maxActiveDims = settings.get(EvaluateSettings.MAX_ACTIVE_DIMS);
    double seconds = 0;
    try (Progress progress = console.progress("encode, " + model.name(), count)) {
      for (Map.Entry<Prompt, List<String>> some : texts.entrySet()) {
        ModelRuns.Timed<List<SparseVector>> encoded =
            runs.encodeSparse(model, some.getValue(), some.getKey(), maxActiveDims, progress);
        vectors.put(some.getKey(), some.getValue(), encoded.result());
        seconds += encoded.seconds();
      }
    }
    Map<String, List<Measure>> measures = new LinkedHashMap<>();
    used.tasks().forEach(task -> measures.put(task.dataset(), task.measure(vectors)));
    measures.values().removeIf(List::isEmpty);
    if (used.retrieval().isPresent()) {
      RetrievalTask retrieval = used.retrieval().get();
      try (Progress progress = console.progress("search, " + model.name(), retrieval.texts())) {
        measures.put(
            retrieval.dataset(),
            retrieval.measureSparse(
                model, shape.similarity(), shape.dimension(), prompts, progress));
      }
    }
    if (measures.isEmpty()) {
      throw new UserException(
          "model '%s' is a sparse encoder, which needs one of sts, triplets, pairs, retrieval, reranking or a benchmark of graded pairs or retrieval in evaluate.tasks"
              .formatted(model.reference()));
    }
    return measured(
        model, measures, List.of(), List.of(), cost(shape, seconds, count, "sentences"));
  }

  private MeasuredModel crossEncoder(EvaluatedModel model, ModelShape shape) {
    List<TextPair> pairs = data.distinctPairs();
    if (pairs.isEmpty()) {
      throw new UserException(
          "model '%s' is a cross-encoder, which needs one of sts, triplets, pairs, reranking, a benchmark of graded pairs or one of retrieval with a folder bm25 in evaluate.tasks"
              .formatted(model.reference()));
    }
    String asked = matchClass(settings, shape.classes());
    ModelRuns.Timed<List<PairPrediction>> scored;
    try (Progress progress = console.progress("score pairs, " + model.name(), pairs.size())) {
      scored = runs.score(model, asked, pairs, progress);
    }
    PairPredictions predictions =
        new PairPredictions(
            pairs, scored.result(), shape.classes(), shape.classes().match(asked, model.name()));
    Map<String, List<Measure>> measures = new LinkedHashMap<>();
    List<ScatterPoint> points = new ArrayList<>();
    for (DataSetEvaluation task : data.tasks()) {
      if (!task.pairs().isEmpty()) {
        measures.put(task.dataset(), task.measure(predictions));
        points.addAll(task.points(predictions));
      }
    }
    ModelCost cost = cost(shape, scored.seconds(), pairs.size(), "pairs");
    return measured(model, measures, List.of(), points, cost);
  }

  /** The class that the settings name, for a model whose own names do not tell. */
  static String matchClass(Settings settings, ClassNames classes) {
    boolean told = classes.count() == 1 || classes.match().isPresent();
    return told ? "" : settings.get(EvaluateSettings.MATCH_CLASS);
  }

  private static ModelCost cost(ModelShape shape, double seconds, int inputs, String unit) {
    double perSecond = inputs == 0 || seconds <= 0 ? Double.NaN : inputs / seconds;
    return new ModelCost(
        shape.parameters(), shape.dimension(), shape.megabytes(), perSecond, inputs, unit);
  }

  private MeasuredModel measured(
      EvaluatedModel model,
      Map<String, List<Measure>> measures,
      List<SmallMeasure> small,
      List<ScatterPoint> points,
      ModelCost cost) {
    measures.putAll(GroupMeans.of(data.groups(), measures));
    Map<String, MetricValue> values = new LinkedHashMap<>();
    measures
        .values()
        .forEach(
            ofTask ->
                ofTask.forEach(
                    measure ->
                        values.put(measure.metric().id(), measure.withInterval(resampling))));
    ModelResult result =
        new ModelResult(model.name(), model.role(), model.reference(), values, points, cost);
    return new MeasuredModel(
        model, measures, result, small, SmallVectors.results(model.name(), small));
  }

  /** The table and the differences of the models that answer a question together. */
  Evaluation evaluation(List<MeasuredModel> models) {
    List<Metric> metrics =
        models.stream()
            .flatMap(model -> model.all().stream())
            .map(Measure::metric)
            .distinct()
            .toList();
    List<PairedDifference> differences = new ArrayList<>();
    for (ComparedPair pair :
        ComparedPair.among(models.stream().map(MeasuredModel::model).toList())) {
      addDifferences(differences, models.get(pair.from()), models.get(pair.to()));
    }
    Set<String> datasets =
        models.stream()
            .flatMap(model -> model.measures().keySet().stream())
            .collect(Collectors.toSet());
    String note =
        String.format(
            Locale.ROOT,
            "%s; %,d resamples, seed %d%s",
            data.description(datasets),
            resampling.resamples(),
            seed,
            data.remarks().stream().map(remark -> ". " + withoutStop(remark)).collect(joining()));
    return new Evaluation(
        note,
        List.of(trainingSeed),
        metrics,
        models.stream().map(MeasuredModel::result).toList(),
        differences,
        resampling.confidence(),
        models.stream().flatMap(model -> model.smallResults().stream()).toList());
  }

  /** The note is followed by a full stop. */
  private static String withoutStop(String remark) {
    return remark.endsWith(".") ? remark.substring(0, remark.length() - 1) : remark;
  }

  private void addDifferences(
      List<PairedDifference> differences, MeasuredModel from, MeasuredModel to) {
    for (Measure baseline : from.all()) {
      Metric metric = baseline.metric();
      Optional<Measure> candidate =
          to.all().stream().filter(measure -> measure.metric().equals(metric)).findFirst();
      boolean defined =
          baseline.statistic().isPresent() && candidate.flatMap(Measure::statistic).isPresent();
      if (metric.headline() && defined) {
        PairedBootstrap bootstrap =
            PairedBootstrap.of(
                baseline.statistic().orElseThrow(),
                candidate.get().statistic().orElseThrow(),
                resampling);
        differences.add(difference(metric, from.model(), to.model(), bootstrap));
      }
    }
  }

  private static PairedDifference difference(
      Metric metric, EvaluatedModel from, EvaluatedModel to, PairedBootstrap bootstrap) {
    return new PairedDifference(
        metric.id(),
        from.name(),
        to.name(),
        bootstrap.difference(),
        bootstrap.lower(),
        bootstrap.upper(),
        bootstrap.shareNotAbove(),
        bootstrap.lower() > 0 || bootstrap.upper() < 0);
  }

  /**
   * Two models of a list whose difference is told.
   *
   * @param from index of the model to beat
   * @param to index of the other one
   */
  record ComparedPair(int from, int to) {
    /**
     * The pairs of a comparison: gold only against gold + silver, and every other model against the
     * base model, or against the first one if there is no base model.
     */
    static List<ComparedPair> among(List<EvaluatedModel> models) {
      int base = Math.max(0, indexOf(ModelRole.BASE, models));
      int gold = indexOf(ModelRole.GOLD, models);
      int silver = indexOf(ModelRole.GOLD_AND_SILVER, models);
      boolean labelled = gold >= 0 && silver >= 0;
      Stream<ComparedPair> question =
          labelled ? Stream.of(new ComparedPair(gold, silver)) : Stream.empty();
      Stream<ComparedPair> others =
          IntStream.range(0, models.size())
              .filter(model -> model != base)
              .mapToObj(model -> new ComparedPair(base, model))
              .filter(pair -> !labelled || !pair.joins(gold, silver));
      return Stream.concat(question, others).toList();
    }

    private boolean joins(int one, int other) {
      return (from == one && to == other) || (from == other && to == one);
    }

    private static int indexOf(ModelRole role, List<EvaluatedModel> models) {
      return IntStream.range(0, models.size())
          .filter(model -> models.get(model).role() == role)
          .findFirst()
          .orElse(-1);
    }
  }

  /**
   * What a model's files say of it.
   *
   * @param crossEncoder whether it reads pairs of texts
   * @param sparse whether its vectors have a weight for each token
   * @param parameters numbers in its weights, after layers are cut
   * @param classes of a cross-encoder
   * @param dimension components of a vector; 0 for a cross-encoder
   * @param megabytes of the weights as they are stored, 10^6 bytes
   * @param similarity how a sentence encoder's vectors are compared
   */
  private record ModelShape(
      boolean crossEncoder,
      boolean sparse,
      ClassNames classes,
      long parameters,
      int dimension,
      double megabytes,
      Similarity similarity) {
    /**
     * Reads a model.
     *
     * @throws io.silverspark.model.error.UserException if it is unknown or unreadable
     */
    static ModelShape of(EvaluatedModel model) {
      ModelFiles whole = ModelReference.open(model.reference());
      ModelFiles files = model.layers() == 0 ? whole : whole.keepLayers(model.layers());
      long parameters = files.weights().values().stream().mapToLong(TensorData::elements).sum();
      long bytes =
          files.weights().values().stream().mapToLong(weight -> weight.data().remaining()).sum();
      return new ModelShape(
          files.isCrossEncoder(),
          files.isSparse(),
          files.config().classes(),
          parameters,
          files.isCrossEncoder() ? 0 : files.dimension(),
          bytes / 1e6,
          files.settings().similarity());
    }
  }
}

package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.report.SmallVectorResult;
import io.silverspark.model.config.Settings;
import io.silverspark.model.evaluation.Resampling;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.model.quantization.Quantizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Embeddings cut to fewer components and kept in fewer bits, as a comparison measures them beside
 * whole ones.
 *
 * @param forms every width with every precision; empty: only whole vectors are measured
 * @param resampling of the intervals
 */
record SmallVectors(List<Form> forms, Resampling resampling) {
  /** The forms that the settings name. */
  static SmallVectors of(Settings settings) {
    List<Form> forms = new ArrayList<>();
    for (int width : EvaluateSettings.smallWidths(settings)) {
      for (EmbeddingPrecision precision : settings.get(EvaluateSettings.SMALL_PRECISIONS)) {
        forms.add(new Form(width, precision));
      }
    }
    return new SmallVectors(List.copyOf(forms), ModelComparison.resampling(settings));
  }

  /**
   * One way to make vectors small.
   *
   * @param width components that are kept, the first ones; 0, or more than there are, = all
   * @param precision of each
   */
  record Form(int width, EmbeddingPrecision precision) {
    /** Components that are kept of a vector. */
    int components(int whole) {
      return width == 0 ? whole : Math.min(width, whole);
    }

    /** What tells a measure of this form from others, such as {@code 64_binary}. */
    String suffix() {
      return (width == 0 ? "all" : String.valueOf(width)) + "_" + precision.title();
    }

    /**
     * Vectors of both sides of pairs as sentence-transformers' evaluators compare them: bits as 0
     * and 1, bytes as the middle of their steps, with the ranges of all these vectors. What holds
     * NaN or infinity is only cut.
     *
     * @param sides [sides][rows][width], not changed
     * @return [sides][rows][components]
     */
    float[][][] compared(float[][]... sides) {
      float[][][] cut = Arrays.stream(sides).map(this::cut).toArray(float[][][]::new);
      float[][] all = Arrays.stream(cut).flatMap(Arrays::stream).toArray(float[][]::new);
      if (precision == EmbeddingPrecision.FLOAT32 || !areFinite(all)) {
        return cut;
      }
      if (precision.isBinary()) {
        return Arrays.stream(cut).map(Form::bits).toArray(float[][][]::new);
      }
      Quantizer quantizer = Quantizer.bytes(precision, EmbeddingRanges.of(all));
      return Arrays.stream(cut)
          .map(
              side ->
                  Arrays.stream(side)
                      .map(vector -> quantizer.restore(quantizer.quantize(vector)))
                      .toArray(float[][]::new))
          .toArray(float[][][]::new);
    }

    private static boolean areFinite(float[][] vectors) {
      for (float[] vector : vectors) {
        for (float component : vector) {
          if (!Float.isFinite(component)) {
            return false;
          }
        }
      }
      return true;
    }

    private float[][] cut(float[][] vectors) {
      return Arrays.stream(vectors)
          .map(vector -> Arrays.copyOf(vector, components(vector.length)))
          .toArray(float[][]::new);
    }

    private static float[][] bits(float[][] vectors) {
      float[][] bits = new float[vectors.length][];
      for (int row = 0; row < bits.length; row++) {
        bits[row] = new float[vectors[row].length];
        for (int i = 0; i < bits[row].length; i++) {
          bits[row][i] = vectors[row][i] > 0 ? 1 : 0;
        }
      }
      return bits;
    }
  }

  /**
   * One number of one model on one data set.
   *
   * @param whole components of the model's vectors
   * @param measure its metric is that of whole vectors
   * @param value of the measure, with its interval
   */
  record SmallMeasure(String dataset, Form form, int whole, Measure measure, MetricValue value) {
    /** Name in the table of metrics. */
    String name() {
      return measure.name() + "_" + form.suffix();
    }
  }

  /** Measures a model in all forms on a data set. */
  List<SmallMeasure> of(DataSetEvaluation task, TextVectors vectors) {
    List<SmallMeasure> measures = new ArrayList<>();
    for (Form form : forms) {
      for (Measure measure : task.measure(vectors, form)) {
        measures.add(of(task.dataset(), form, vectors.width(), measure));
      }
    }
    return measures;
  }

  /** A measure with its interval; see {@link SmallMeasure}. */
  SmallMeasure of(String dataset, Form form, int whole, Measure measure) {
    return new SmallMeasure(dataset, form, whole, measure, measure.withInterval(resampling));
  }

  /** The measures of a model as the report shows them: a result for each form. */
  static List<SmallVectorResult> results(String model, List<SmallMeasure> measures) {
    Map<Form, Map<String, MetricValue>> values = new LinkedHashMap<>();
    Map<Form, Integer> widths = new LinkedHashMap<>();
    for (SmallMeasure each : measures) {
      values
          .computeIfAbsent(each.form(), form -> new LinkedHashMap<>())
          .put(each.measure().metric().id(), each.value());
      widths.put(each.form(), each.form().components(each.whole()));
    }
    List<SmallVectorResult> results = new ArrayList<>();
    values.forEach(
        (form, ofForm) -> {
          int components = widths.get(form);
          int numbers = form.precision().width(components);
          int bytes = form.precision() == EmbeddingPrecision.FLOAT32 ? 4 * numbers : numbers;
          results.add(
              new SmallVectorResult(model, components, form.precision().title(), bytes, ofForm));
        });
    return results;
  }
}

package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.silverspark.model.encoder.Autograd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The gradient of every loss by central differences, which need no reference: {@code (f(x + h) -
 * f(x - h)) / 2 h} for each number of each column and each parameter of the loss. Losses are taken
 * from the two registries, so that a new one is checked too.
 */
class LossGradientTest {
  private static final int ROWS = 4;
  private static final int WIDTH = 5;
  private static final int LAYERS = 2;

  /**
   * A loss with its data.
   *
   * @param name shown
   * @param loss with its defaults
   * @param outputs width of the columns
   */
  record Case(String name, SentenceLoss loss, int outputs) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    NDManager owner = NDManager.newBaseManager("PyTorch");
    List<Case> cases = new ArrayList<>();
    for (NamedLoss loss : NamedLoss.values()) {
      LossRecipe.Model model = new LossRecipe.Model(owner, WIDTH, LAYERS, 3);
      cases.add(new Case(loss.title(), loss.read(Map.of()).create(model), WIDTH));
    }
    for (NamedCrossEncoderLoss loss : NamedCrossEncoderLoss.values()) {
      int outputs = loss.shapes().contains(DataShape.CLASSIFIED_PAIRS) ? 3 : 1;
      cases.add(
          new Case(
              "cross-encoder's " + loss.title(), loss.read(Map.of()).create(outputs), outputs));
    }
    SentenceLoss inner = new CoSENTLoss();
    cases.add(new Case("MatryoshkaLoss", new MatryoshkaLoss(inner, List.of(WIDTH, 3)), WIDTH));
    AdaptiveLayerLoss layers =
        new AdaptiveLayerLoss(
            inner, LAYERS, 1, 2, 1, 0, 0, AdaptiveLayerLoss.LayerWeighting.LINEAR);
    cases.add(new Case("AdaptiveLayerLoss", layers, (1 + LAYERS) * WIDTH));
    cases.add(new Case("AdaptiveLayerLoss of a step", layers.ofStep(5), 2 * WIDTH));
    SentenceLoss splade =
        ChosenLoss.of(
                "SpladeLoss",
                Map.of("documentRegularizerWeight", "0.3", "queryRegularizerWeight", "0.2"))
            .create(new LossRecipe.Model(owner, WIDTH, LAYERS, 3));
    cases.add(new Case("SpladeLoss", splade, WIDTH));
    cases.add(new Case("DenoisingAutoEncoderLoss", new DenoisingAutoEncoderLoss(), 1));
    cases.add(new Case("MaskedLanguageModelLoss", new MaskedLanguageModelLoss(), 1));
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void backward_everyNumber_isTheSlopeOfTheLoss(Case each) {
    Set<NDArray> parameters = Set.copyOf(each.loss().parameters().values());
    // parameters are float32, with which a small step drowns in rounding
    DataType type = parameters.isEmpty() ? DataType.FLOAT64 : DataType.FLOAT32;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDList columns = columns(manager, each, type);
      NDArray labels = labels(manager, each, columns.size(), type);
      List<NDArray> variables = new ArrayList<>(columns);
      variables.addAll(each.loss().parameters().values());
      List<double[]> gradients = gradients(each.loss(), columns, labels, variables);
      for (int i = 0; i < variables.size(); i++) {
        checkSlopes(each.loss(), columns, labels, variables.get(i), gradients.get(i));
      }
      double largest =
          gradients.stream().flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
      assertThat(largest).as("the data reach the loss").isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void compute_float32_givesAFloat32(Case each) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDList columns = columns(manager, each, DataType.FLOAT32);
      NDArray labels = labels(manager, each, columns.size(), DataType.FLOAT32);
      assertThat(Float.isFinite(each.loss().compute(columns, labels).getFloat())).isTrue();
    }
  }

  private static List<double[]> gradients(
      SentenceLoss loss, NDList columns, NDArray labels, List<NDArray> variables) {
    try (Autograd tape = Autograd.record()) {
      variables.forEach(variable -> variable.setRequiresGradient(true));
      tape.backward(loss.compute(columns, labels));
      List<double[]> gradients = new ArrayList<>();
      for (NDArray variable : variables) {
        gradients.add(doubles(variable.getGradient()));
      }
      return gradients;
    }
  }

  private static void checkSlopes(
      SentenceLoss loss, NDList columns, NDArray labels, NDArray variable, double[] gradient) {
    boolean isDouble = variable.getDataType() == DataType.FLOAT64;
    double step = isDouble ? 1e-6 : 3e-3;
    double tolerance = isDouble ? 1e-7 : 3e-3;
    double largest = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
    double[] values = doubles(variable);
    try (Autograd pause = Autograd.pause()) {
      for (int i = 0; i < values.length; i++) {
        double at = values[i];
        set(variable, values, i, at + step);
        double above = value(loss, columns, labels);
        set(variable, values, i, at - step);
        double below = value(loss, columns, labels);
        set(variable, values, i, at);
        assertThat(gradient[i])
            .as("number %d of %s", i, variable.getShape())
            .isCloseTo((above - below) / (2 * step), within(tolerance * Math.max(1, largest)));
      }
    }
  }

  private static void set(NDArray variable, double[] values, int i, double value) {
    values[i] = value;
    try (NDArray all = variable.getManager().create(values).reshape(variable.getShape())) {
      all.toType(variable.getDataType(), false).copyTo(variable);
    }
  }

  private static double value(SentenceLoss loss, NDList columns, NDArray labels) {
    return doubles(loss.compute(columns, labels))[0];
  }

  private static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  private static NDList columns(NDManager manager, Case each, DataType type) {
    LossInputs inputs = each.loss().inputs();
    int count = Math.min(inputs.maxColumns(), Math.max(3, inputs.minColumns()));
    Random random = new Random(7);
    double[] anchors = random.doubles(ROWS * each.outputs(), -1, 1).toArray();
    NDList columns = new NDList();
    for (int column = 0; column < count; column++) {
      double likeness = column == 0 ? 1 : 0.5; // near enough for every hinge to be active
      double[] values =
          Arrays.stream(anchors).map(x -> likeness * x + random.nextGaussian() / 3).toArray();
      columns.add(
          manager.create(values).reshape(new Shape(ROWS, each.outputs())).toType(type, false));
    }
    return columns;
  }

  private static NDArray labels(NDManager manager, Case each, int columns, DataType type) {
    LossInputs inputs = each.loss().inputs();
    Random random = new Random(11);
    double[] labels =
        switch (inputs.labelKind()) {
          case NONE -> null;
          case CLASS -> new double[] {0, 1, inputs.maxLabel(), 1};
          case SCORE -> new double[] {0.1, 0.9, 0.4, 0.7};
          case BINARY -> new double[] {1, 0, 1, 0};
          case GROUP -> new double[] {0, 1, 1, 0};
          case MARGIN ->
              random.doubles(ROWS * (long) (columns - inputs.minColumns() + 1), -2, 2).toArray();
          case RELEVANCE, ORDER -> new double[] {0, 2, 0, 0, 0, 1, 1, 1}; // query, label
          case EMBEDDING, GUIDE ->
              random.doubles(ROWS * (long) columns * each.outputs(), -1, 1).toArray();
        };
    if (labels == null) {
      return null;
    }
    NDArray array = manager.create(labels).toType(type, false);
    return labels.length == ROWS ? array : array.reshape(ROWS, labels.length / ROWS);
  }

  @Test
  void cases_holdEveryLossOfThePackage() {
    Set<String> all =
        new ClassFileImporter()
            .importPackages(SentenceLoss.class.getPackageName()).stream()
                .filter(type -> type.isAssignableTo(SentenceLoss.class) && !type.isInterface())
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
    Set<String> checked = new TreeSet<>();
    cases().forEach(each -> checked.add(each.loss().getClass().getSimpleName()));
    checked.add("MSELoss"); // read as EmbedDistillLoss, whose formula it uses
    assertThat(checked).isEqualTo(all);
  }
}

package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.encoder.Autograd;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Value and gradient of every loss of sentence-transformers on given embeddings and logits, in
 * float64. The numbers were made by the program that their {@code generator} names.
 */
class LossGoldenTest {
  private static final String FILE = "losses-sentence-transformers-6.0.1.json";
  private static final double TOLERANCE = 1e-6;

  /** Parameters of float32 take part. */
  private static final Set<String> SINGLE = Set.of("ContrastiveTensionLossInBatchNegatives");

  private final JsonNode golden = read();

  private static JsonNode read() {
    try (InputStream in = LossGoldenTest.class.getResourceAsStream(FILE)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> dense_valueAndGradients_areThoseOfThePeer() {
    return tests("dense", this::checkDense);
  }

  @TestFactory
  Stream<DynamicTest> cross_valueAndGradients_areThoseOfThePeer() {
    return tests("cross", this::checkCross)
        .filter(
            test -> NamedCrossEncoderLoss.names().contains(test.getDisplayName().split(" ")[0]));
  }

  @Test
  void golden_everyLossHasACase() {
    Set<String> dense = new TreeSet<>(ChosenLoss.wrapperNames());
    dense.remove("SpladeLoss"); // see SpladeLossTest
    Arrays.stream(NamedLoss.values()).forEach(loss -> dense.add(loss.title()));
    assertThat(dense).hasSize(28); // and DenoisingAutoEncoderLoss, which holds a decoder
    assertThat(names("dense")).isEqualTo(dense);
    assertThat(names("cross")).hasSize(12);
    assertThat(names("cross")).isEqualTo(new TreeSet<>(NamedCrossEncoderLoss.names()));
  }

  private Set<String> names(String kind) {
    Set<String> names = new TreeSet<>();
    golden.get(kind).forEach(each -> names.add(each.get("loss").asText()));
    return names;
  }

  private interface Check {
    void of(NDManager manager, Autograd tape, JsonNode expected);
  }

  private Stream<DynamicTest> tests(String kind, Check check) {
    return StreamSupport.stream(golden.get(kind).spliterator(), false)
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.get("loss").asText()
                        + " "
                        + each.get("parameters")
                        + (each.has("columns") ? " " + each.get("columns") + " columns" : ""),
                    () -> {
                      try (NDManager manager = NDManager.newBaseManager("PyTorch");
                          Autograd tape = Autograd.record()) {
                        check.of(manager, tape, each);
                      }
                    }));
  }

  private void checkDense(NDManager manager, Autograd tape, JsonNode expected) {
    int count = expected.get("columns").asInt();
    NDList columns = columns(manager, golden.get("embeddings"), count);
    if (expected.has("layer_gradients")) {
      checkLayers(manager, tape, expected, columns);
      return;
    }
    try (SentenceLoss loss = denseLoss(manager, expected)) {
      check(tape, loss, columns, labels(manager, expected), expected);
      JsonNode ofWeights = expected.path("weight_gradients");
      ofWeights
          .properties()
          .forEach(
              entry ->
                  assertClose(
                      loss.parameters()
                          .get(entry.getKey())
                          .getGradient()
                          .toType(DataType.FLOAT64, false),
                      entry.getValue(),
                      1e-6));
    }
  }

  /** The last layer's embedding, then those of the earlier ones, side by side in each column. */
  private void checkLayers(NDManager manager, Autograd tape, JsonNode expected, NDList last) {
    JsonNode ofLayers = expected.get("layer_gradients");
    int earlier = ofLayers.size() - 1;
    NDList columns = new NDList();
    for (int column = 0; column < last.size(); column++) {
      NDArray wide = last.get(column);
      for (int layer = 0; layer < earlier; layer++) {
        wide = wide.concat(array(manager, golden.get("layers").get(layer).get(column)), 1);
      }
      wide.setRequiresGradient(true);
      columns.add(wide);
    }
    try (SentenceLoss loss = denseLoss(manager, expected).ofStep(1)) {
      assertThat(loss.layers()).containsExactlyInAnyOrder(0, 1);
      NDArray value = loss.compute(columns, labels(manager, expected));
      double wanted = expected.get("value").asDouble();
      assertThat(value.toDoubleArray()[0]).isCloseTo(wanted, within(TOLERANCE * wanted));
      tape.backward(value);
    }
    for (int column = 0; column < last.size(); column++) {
      NDList parts = columns.get(column).getGradient().split(1 + earlier, 1);
      for (int layer = 0; layer <= earlier; layer++) {
        NDArray part = parts.get(layer == earlier ? 0 : 1 + layer);
        assertClose(part, ofLayers.get(layer).get(column), TOLERANCE);
      }
    }
  }

  private static SentenceLoss denseLoss(NDManager manager, JsonNode expected) {
    String name = expected.get("loss").asText();
    Map<String, String> parameters = parameters(expected);
    JsonNode weights = expected.path("weights");
    if (name.equals("SoftmaxLoss")) {
      return SoftmaxLoss.of(
          array(manager, weights.get("classifier.weight")),
          array(manager, weights.get("classifier.bias")),
          new SoftmaxLoss.Features(
              Boolean.parseBoolean(parameters.get("concatenation_sent_rep")),
              Boolean.parseBoolean(parameters.get("concatenation_sent_difference")),
              Boolean.parseBoolean(parameters.get("concatenation_sent_multiplication"))));
    }
    if (weights.has("projection.weight")) {
      String metric = parameters.getOrDefault("distance_metric", "mse");
      return EmbedDistillLoss.projecting(
          EmbedDistillLoss.Metric.valueOf(metric.toUpperCase(Locale.ROOT)),
          array(manager, weights.get("projection.weight")),
          array(manager, weights.get("projection.bias")));
    }
    return ChosenLoss.of(name, parameters).read().create(new LossRecipe.Model(manager, 6, 2, 1));
  }

  private void checkCross(NDManager manager, Autograd tape, JsonNode expected) {
    String name = expected.get("loss").asText();
    Map<String, String> parameters = parameters(expected);
    int outputs = name.equals("CrossEntropyLoss") ? 3 : 1;
    try (SentenceLoss loss = NamedCrossEncoderLoss.of(name).read(parameters).create(outputs)) {
      NDList columns = new NDList();
      if (expected.has("logits")) {
        NDArray logits = array(manager, expected.get("logits"));
        columns.add(logits.getShape().dimension() == 1 ? logits.reshape(-1, 1) : logits);
      } else {
        int rows = expected.path("rows").asInt(golden.get("logits").get(0).size());
        columns(manager, golden.get("logits"), expected.get("columns").asInt())
            .forEach(column -> columns.add(column.get("0:" + rows).reshape(-1, 1)));
      }
      NDArray labels = labels(manager, expected);
      check(
          tape,
          loss,
          columns,
          expected.has("lists") ? listLabels(manager, expected.get("lists"), labels) : labels,
          expected);
    }
  }

  /** The number of the query beside each label. */
  private static NDArray listLabels(NDManager manager, JsonNode sizes, NDArray labels) {
    double[] queries =
        IntStream.range(0, sizes.size())
            .flatMap(query -> IntStream.range(0, sizes.get(query).asInt()).map(i -> query))
            .asDoubleStream()
            .toArray();
    return NDArrays.stack(new NDList(manager.create(queries), labels), 1);
  }

  private static void check(
      Autograd tape, SentenceLoss loss, NDList columns, NDArray labels, JsonNode expected) {
    columns.forEach(column -> column.setRequiresGradient(true));
    NDArray value = loss.compute(columns, labels);
    boolean isSingle = SINGLE.contains(expected.get("loss").asText());
    double tolerance = isSingle ? 1e-5 : TOLERANCE;
    double wanted = expected.get("value").asDouble();
    assertThat(value.getShape().size()).isEqualTo(1);
    assertThat(value.toType(DataType.FLOAT64, false).toDoubleArray()[0])
        .isCloseTo(wanted, within(tolerance * Math.max(1, Math.abs(wanted))));
    tape.backward(value);
    for (int i = 0; i < columns.size(); i++) {
      assertClose(columns.get(i).getGradient(), expected.get("gradients").get(i), tolerance);
    }
  }

  private static void assertClose(NDArray found, JsonNode wanted, double tolerance) {
    double[] values = numbers(wanted);
    double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
    assertThat(found.toDoubleArray())
        .containsExactly(values, within(tolerance * Math.max(1, largest)));
  }

  private NDArray labels(NDManager manager, JsonNode expected) {
    JsonNode labels = expected.path("labels");
    if (labels.asText().equals("guide")) {
      return NDArrays.concat(
          columns(manager, golden.get("guide"), expected.get("columns").asInt()), 1);
    }
    if (!labels.isArray()) {
      return null;
    }
    boolean byColumn = labels.get(0).path(0).isArray();
    return byColumn
        ? NDArrays.concat(columns(manager, labels, labels.size()), 1)
        : array(manager, labels);
  }

  private static NDList columns(NDManager manager, JsonNode columns, int count) {
    return new NDList(
        IntStream.range(0, count).mapToObj(i -> array(manager, columns.get(i))).toList());
  }

  private static Map<String, String> parameters(JsonNode expected) {
    Map<String, String> parameters = new LinkedHashMap<>();
    expected
        .get("parameters")
        .properties()
        .forEach(entry -> parameters.put(entry.getKey(), text(entry.getValue())));
    return parameters;
  }

  private static String text(JsonNode value) {
    List<String> items =
        StreamSupport.stream(value.spliterator(), false).map(JsonNode::asText).toList();
    return value.isArray() ? String.join(", ", items) : value.asText();
  }

  private static NDArray array(NDManager manager, JsonNode node) {
    NDArray flat = manager.create(numbers(node));
    return node.get(0).isArray() ? flat.reshape(node.size(), node.get(0).size()) : flat;
  }

  private static double[] numbers(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false)
        .flatMapToDouble(
            each ->
                each.isArray() ? Arrays.stream(numbers(each)) : DoubleStream.of(each.asDouble()))
        .toArray();
  }
}

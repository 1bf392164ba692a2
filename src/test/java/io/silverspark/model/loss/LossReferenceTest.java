package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SharedData;
import io.silverspark.model.encoder.Autograd;
import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Losses and gradients of sentence-transformers 6.0.1 on given embeddings, in float64. */
class LossReferenceTest {
  private static final double TOLERANCE = 1e-6;

  @TestFactory
  Stream<DynamicTest> compute_referenceEmbeddings_matchesLossAndGradient() throws IOException {
    JsonNode reference =
        new ObjectMapper().readTree(SharedData.path("reference/losses_unit.json").toFile());
    return IntStream.range(0, reference.get("cases").size())
        .mapToObj(i -> reference.get("cases").get(i))
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.get("loss_name").asText()
                        + " "
                        + each.get("params")
                        + " on "
                        + each.get("columns")
                        + " columns",
                    () -> check(reference, each)));
  }

  private static void check(JsonNode reference, JsonNode expected) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Autograd tape = Autograd.record();
        SentenceLoss loss = loss(reference, expected, manager)) {
      NDList columns = columns(manager, reference.get("embeddings"), expected);
      columns.forEach(column -> column.setRequiresGradient(true));
      NDArray value = loss.compute(columns, labels(manager, reference, expected));
      double wanted = expected.get("loss").asDouble();
      assertThat(value.getDouble()).isCloseTo(wanted, within(TOLERANCE * Math.max(1, wanted)));
      tape.backward(value);
      for (int i = 0; i < columns.size(); i++) {
        double[] gradient =
            manager.create(matrix(expected.get("grad_embeddings").get(i))).toDoubleArray();
        double largest =
            IntStream.range(0, gradient.length)
                .mapToDouble(j -> Math.abs(gradient[j]))
                .max()
                .orElse(0);
        assertThat(columns.get(i).getGradient().toDoubleArray())
            .containsExactly(gradient, within(TOLERANCE * Math.max(1, largest)));
      }
    }
  }

  private static NDList columns(NDManager manager, JsonNode embeddings, JsonNode expected) {
    NDList columns = new NDList();
    for (int i = 0; i < expected.get("columns").asInt(); i++) {
      columns.add(manager.create(matrix(embeddings.get(i))));
    }
    return columns;
  }

  private static NDArray labels(NDManager manager, JsonNode reference, JsonNode expected) {
    if (expected.get("loss_name").asText().startsWith("GIST")) {
      NDList guide = columns(manager, reference.get("guide_embeddings"), expected);
      NDArray side = guide.get(0);
      for (int i = 1; i < guide.size(); i++) {
        side = side.concat(guide.get(i), 1);
      }
      return side;
    }
    JsonNode labels = expected.get("labels");
    return labels.isNull() ? null : manager.create(vector(labels));
  }

  private static SentenceLoss loss(JsonNode reference, JsonNode expected, NDManager manager) {
    String name = expected.get("loss_name").asText();
    if (name.equals("SoftmaxLoss")) {
      return SoftmaxLoss.of(
          manager.create(matrix(reference.get("softmax_classifier_weight"))),
          manager.create(vector(reference.get("softmax_classifier_bias"))));
    }
    return ReferenceLosses.of(name, expected.get("params"));
  }

  private static double[][] matrix(JsonNode node) {
    double[][] rows = new double[node.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = vector(node.get(i));
    }
    return rows;
  }

  private static double[] vector(JsonNode node) {
    double[] values = new double[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = node.get(i).asDouble();
    }
    return values;
  }
}

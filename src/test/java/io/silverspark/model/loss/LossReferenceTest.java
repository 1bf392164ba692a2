package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SharedData;
import io.silverspark.model.training.Autograd;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Losses and gradients of sentence-transformers 6.0.1 on given embeddings, in float64. */
class LossReferenceTest {
  private static final double TOLERANCE = 1e-6;
  private static final List<String> IMPLEMENTED =
      List.of("SoftmaxLoss", "CosineSimilarityLoss", "MultipleNegativesRankingLoss");

  @TestFactory
  Stream<DynamicTest> compute_referenceEmbeddings_matchesLossAndGradient() throws IOException {
    JsonNode reference =
        new ObjectMapper().readTree(SharedData.path("reference/losses_unit.json").toFile());
    return Stream.iterate(0, i -> i < reference.get("cases").size(), i -> i + 1)
        .map(i -> reference.get("cases").get(i))
        .filter(each -> IMPLEMENTED.contains(each.get("loss_name").asText()))
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.get("loss_name").asText() + " on " + each.get("columns") + " columns",
                    () -> check(reference, each)));
  }

  private static void check(JsonNode reference, JsonNode expected) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Autograd tape = Autograd.record();
        SentenceLoss loss = loss(reference, expected, manager)) {
      NDList columns = new NDList();
      for (int i = 0; i < expected.get("columns").asInt(); i++) {
        NDArray column = manager.create(matrix(reference.get("embeddings").get(i)));
        column.setRequiresGradient(true);
        columns.add(column);
      }
      JsonNode labels = expected.get("labels");
      NDArray labelArray = labels.isNull() ? null : manager.create(vector(labels));
      NDArray value = loss.compute(columns, labelArray);
      assertThat(value.getDouble())
          .isCloseTo(expected.get("loss").asDouble(), within(TOLERANCE * 10));
      tape.backward(value);
      for (int i = 0; i < columns.size(); i++) {
        double[] wanted =
            manager.create(matrix(expected.get("grad_embeddings").get(i))).toDoubleArray();
        assertThat(columns.get(i).getGradient().toDoubleArray())
            .containsExactly(wanted, within(TOLERANCE));
      }
    }
  }

  private static SentenceLoss loss(JsonNode reference, JsonNode expected, NDManager manager) {
    return switch (expected.get("loss_name").asText()) {
      case "SoftmaxLoss" ->
          SoftmaxLoss.of(
              manager.create(matrix(reference.get("softmax_classifier_weight"))),
              manager.create(vector(reference.get("softmax_classifier_bias"))));
      case "CosineSimilarityLoss" -> new CosineSimilarityLoss();
      default -> new MultipleNegativesRankingLoss(expected.at("/params/scale").asDouble());
    };
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

package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.NarrowModel;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerRatesTest {
  private static final List<String> NAMES =
      List.of(
          "embeddings.word_embeddings.weight",
          "embeddings.LayerNorm.bias",
          "encoder.layer.0.output.dense.weight",
          "encoder.layer.1.output.dense.weight",
          "encoder.layer.2.output.dense.weight",
          "2.linear.weight",
          "loss.classifier.weight");

  @Test
  void shares_decay_fallsFromTheLastLayerToTheEmbeddings() {
    assertThat(new LayerRates(0, 0.5, 4).shares(NAMES).values())
        .containsExactly(0.125, 0.125, 0.25, 0.5, 1.0, 4.0, 4.0);
  }

  @Test
  void shares_frozenLayers_areZeroWithTheEmbeddings() {
    assertThat(new LayerRates(2, 1, 1).shares(NAMES).values())
        .containsExactly(0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0);
  }

  @Test
  void shares_copyAndDecoder_followTheOriginalAndTheHead() {
    List<String> names =
        List.of(
            "embeddings.word_embeddings.weight",
            "encoder.layer.0.output.dense.weight",
            "encoder.layer.0.crossattention.self.query.weight",
            "copy.embeddings.word_embeddings.weight",
            "copy.encoder.layer.0.output.dense.weight",
            "cls.predictions.bias");
    assertThat(new LayerRates(0, 0.5, 3).shares(names).values())
        .containsExactly(0.5, 1.0, 3.0, 0.5, 1.0, 3.0);
  }

  @Test
  void shares_moreFrozenThanThereAre_namesTheNumbers() {
    assertThatThrownBy(() -> new LayerRates(4, 1, 1).shares(NAMES))
        .isInstanceOf(UserException.class)
        .hasMessage("freezeLayers = 4 is not valid: the model has 3 layers");
  }

  /** Weights as each architecture names them: word embeddings, a norm above the layers, a layer. */
  @ParameterizedTest
  @CsvSource({
    "embed_tokens.weight, norm.weight, layers.0.mlp.up_proj.weight",
    "embeddings.tok_embeddings.weight, final_norm.weight, layers.0.mlp.Wo.weight",
    "shared.weight, encoder.final_layer_norm.weight, encoder.block.0.layer.0.SelfAttention.q.weight",
    "embeddings.word_embeddings.weight, classifier.weight,"
        + " encoder.albert_layer_groups.0.albert_layers.0.ffn.weight"
  })
  void shares_ofEachArchitecture_tellItsParts(String embeddings, String above, String layer) {
    Map<String, Double> shares =
        new LayerRates(0, 0.5, 1).shares(List.of(embeddings, above, layer));
    assertThat(shares.values()).containsExactly(0.5, 1.0, 1.0);
    assertThat(new LayerRates(1, 1, 1).shares(List.of(embeddings, above, layer)).values())
        .containsExactly(0.0, 1.0, 0.0);
  }

  @Test
  void shares_noLayers_headHasItsOwnRate() {
    assertThat(new LayerRates(0, 1, 3).shares(List.of("embedding.weight", "1.linear.weight")))
        .containsEntry("embedding.weight", 1.0)
        .containsEntry("1.linear.weight", 3.0);
  }

  @Test
  void train_everythingFrozen_namesTheLoss() {
    try (SentenceEncoder encoder = SmallRun.encoder(NarrowModel.deep(0))) {
      TrainingSet set = SmallRun.set(encoder);
      TrainingPlan plan = TrainingPlan.builder().layers(new LayerRates(3, 1, 1)).build();
      assertThatThrownBy(() -> SmallRun.trainer(encoder, plan).train(set, set.shuffled(8, 1)))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("freezeLayers = 3 leaves nothing to train by CosineSimilarity");
    }
  }

  @Test
  void train_frozenLayers_keepTheirBits_othersMove() {
    try (SentenceEncoder encoder = SmallRun.encoder(NarrowModel.deep(0))) {
      Map<String, float[]> before = copy(encoder);
      TrainingSet set = SmallRun.set(encoder);
      TrainingPlan plan =
          TrainingPlan.builder()
              .maxSteps(3)
              .learningRate(1e-3)
              .weightDecay(0.1)
              .layers(new LayerRates(1, 1, 1))
              .build();
      SmallRun.trainer(encoder, plan).train(set, set.shuffled(8, 1));
      copy(encoder)
          .forEach(
              (name, weights) ->
                  assertThat(Arrays.equals(weights, before.get(name)))
                      .as(name)
                      .isEqualTo(name.startsWith("embeddings.") || name.contains("layer.0.")));
    }
  }

  /** Adam's first step has the length of the learning rate, whatever the gradient. */
  @Test
  void train_decay_firstStepsHaveTheLayersRates() {
    try (SentenceEncoder encoder = SmallRun.encoder(NarrowModel.deep(0))) {
      Map<String, float[]> before = copy(encoder);
      TrainingSet set = SmallRun.set(encoder);
      TrainingPlan plan =
          TrainingPlan.builder()
              .maxSteps(1)
              .learningRate(1e-3)
              .shape(LearningRateSchedule.Shape.CONSTANT)
              .layers(new LayerRates(0, 0.25, 1))
              .build();
      SmallRun.trainer(encoder, plan).train(set, set.shuffled(8, 1));
      Map<String, float[]> after = copy(encoder);
      String name = "encoder.layer.%d.intermediate.dense.weight";
      float last = largest(before, after, name.formatted(encoder.layers() - 1));
      float below = largest(before, after, name.formatted(encoder.layers() - 2));
      assertThat((double) below / last).isBetween(0.24, 0.26);
    }
  }

  private static float largest(
      Map<String, float[]> before, Map<String, float[]> after, String name) {
    float largest = 0;
    for (int i = 0; i < before.get(name).length; i++) {
      largest = Math.max(largest, Math.abs(after.get(name)[i] - before.get(name)[i]));
    }
    return largest;
  }

  private static Map<String, float[]> copy(SentenceEncoder encoder) {
    Map<String, float[]> copy = new LinkedHashMap<>();
    encoder.parameters().forEach((name, array) -> copy.put(name, array.toFloatArray()));
    return copy;
  }
}

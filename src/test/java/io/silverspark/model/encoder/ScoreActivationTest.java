package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.NarrowModel;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreActivationTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<TextPair> PAIRS =
      List.of(new TextPair("a dog", "a cat"), new TextPair("rain", "it rains"));

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void write() {
    model = folder.resolve("model");
    NarrowModel.saveCrossEncoder(model, 3);
  }

  private static EncoderOptions options() {
    return EncoderOptions.defaults().withWorkers(1);
  }

  private void ask(ObjectNode config) throws IOException {
    ObjectNode whole = (ObjectNode) JSON.readTree(model.resolve("config.json").toFile());
    whole.setAll(config);
    Files.writeString(model.resolve("config.json"), whole.toString());
  }

  private static ObjectNode older(String activation) {
    return JSON.createObjectNode().put("sbert_ce_default_activation_function", activation);
  }

  private static ObjectNode newer(String activation) {
    ObjectNode config = JSON.createObjectNode();
    config.putObject("sentence_transformers").put("activation_fn", activation);
    return config;
  }

  @Test
  void scores_default_areSigmoids() {
    try (CrossEncoder encoder = CrossEncoder.load(model.toString(), options())) {
      float logit = encoder.logits(PAIRS)[0][0];
      assertThat(encoder.activation()).contains(ScoreActivation.SIGMOID);
      assertThat((double) encoder.scores(PAIRS)[0])
          .isCloseTo(1 / (1 + Math.exp(-logit)), within(1e-6));
    }
  }

  @Test
  void scores_identityAskedInEitherPlace_areLogits() throws IOException {
    for (ObjectNode config :
        List.of(
            older("torch.nn.modules.linear.Identity"), newer("torch.nn.modules.linear.Identity"))) {
      ask(config);
      try (CrossEncoder encoder = CrossEncoder.load(model.toString(), options())) {
        float[][] logits = encoder.logits(PAIRS);
        assertThat(encoder.scores(PAIRS)).containsExactly(logits[0][0], logits[1][0]);
        assertThat(encoder.predict(PAIRS).get(1).score()).isEqualTo(logits[1][0]);
      }
    }
  }

  @Test
  void fromEncoder_ofAModelThatAsksForIdentity_startsWithTheDefault() throws IOException {
    ask(newer("torch.nn.modules.linear.Identity"));
    try (CrossEncoder fresh = CrossEncoder.fromEncoder(model.toString(), 1, 3, options())) {
      assertThat(fresh.activation()).contains(ScoreActivation.SIGMOID);
    }
  }

  @Test
  void load_anotherActivation_isRefused() throws IOException {
    ask(newer("torch.nn.modules.activation.Tanh"));
    assertThatThrownBy(() -> CrossEncoder.load(model.toString(), options()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("'torch.nn.modules.activation.Tanh', expected Sigmoid or Identity");
  }
}

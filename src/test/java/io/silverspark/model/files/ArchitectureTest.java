package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {
  private static BertConfig config(Architecture architecture) {
    return new BertConfig(
        4,
        2,
        2,
        8,
        7,
        architecture == Architecture.T5 ? ConfigKeys.UNLIMITED : 16,
        1,
        1e-12,
        0.1,
        0.2,
        1,
        2,
        architecture.modelType(),
        Map.of("num_key_value_heads", 1));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void names_ofFiles_areReadBack(Architecture architecture) {
    Map<String, TensorData> weights = BertWeightsTest.filled(config(architecture), true);
    WeightNames names = new WeightNames(architecture);
    Map<String, TensorData> classifier = names.ofClassifier(weights);
    assertThat(names.own(classifier)).containsAllEntriesOf(weights);
    assertThat(classifier.keySet()).anyMatch(name -> name.startsWith(architecture.bodyPrefix()));
    assertThat(names.own(names.ofEncoder(weights))).containsAllEntriesOf(weights);
  }

  @Test
  void names_classifierBesideAPooler_takesItsOwnDenseLayer() {
    TensorData own = TensorData.ofFloats(new float[] {1}, 1);
    TensorData pooler = TensorData.ofFloats(new float[] {2}, 1);
    Map<String, TensorData> checkpoint = new LinkedHashMap<>();
    checkpoint.put("roberta.pooler.dense.bias", pooler);
    checkpoint.put("classifier.dense.bias", own);
    checkpoint.put("classifier.out_proj.bias", pooler);
    assertThat(new WeightNames(Architecture.ROBERTA).own(checkpoint))
        .containsEntry("pooler.dense.bias", own)
        .containsEntry("classifier.bias", pooler);
    checkpoint.remove("classifier.dense.bias");
    assertThat(new WeightNames(Architecture.ROBERTA).own(checkpoint))
        .containsEntry("pooler.dense.bias", pooler);
  }

  @ParameterizedTest
  @CsvSource({"BERT,0,16", "DISTILBERT,0,16", "ROBERTA,2,14", "XLM_ROBERTA,2,14", "MPNET,2,14"})
  void config_positions_leaveRoomForThePaddingId(
      Architecture architecture, int first, int longest) {
    assertThat(config(architecture).firstPosition()).isEqualTo(first);
    assertThat(config(architecture).maxTokens()).isEqualTo(longest);
  }

  @ParameterizedTest
  @CsvSource({"MPNET,5,1,2", "MPNET,0,1,2", "ROBERTA,5,5,6", "XLM_ROBERTA,0,0,1"})
  void config_positions_countFromThePaddingAsInTransformers(
      Architecture architecture, int padTokenId, int padding, int first) {
    BertConfig config =
        new BertConfig(
            4,
            2,
            2,
            8,
            7,
            16,
            1,
            1e-12,
            0.1,
            0.2,
            padTokenId,
            2,
            architecture.modelType(),
            Map.of());
    assertThat(config.positionPadding()).hasValue(padding);
    assertThat(config.firstPosition()).isEqualTo(first);
    assertThat(config.maxTokens()).isEqualTo(16 - first);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void config_written_isReadBack(Architecture architecture) {
    BertConfig config = config(architecture).withDropout(0.3, 0.4);
    ObjectNode json = config.toEncoderJson();
    BertConfig read =
        BertConfig.parse(json.toString().getBytes(StandardCharsets.UTF_8), "config.json");
    boolean dropped = !architecture.keys().hiddenDropout().key().isEmpty();
    assertThat(read.hiddenDropout()).isEqualTo(dropped ? 0.3 : 0);
    assertThat(read.headDropout()).isEqualTo(config.headDropout());
    assertThat(read.maxTokens()).isEqualTo(config.maxTokens());
    assertThat(read.toEncoderJson()).isEqualTo(json);
    assertThat(json.has("n_heads")).isEqualTo(architecture == Architecture.DISTILBERT);
  }

  @Test
  void config_dropoutOfDistilBertsHead_isItsOwnUntilChanged() {
    BertConfig config = config(Architecture.DISTILBERT);
    assertThat(config.headDropout()).isEqualTo(0.2);
    assertThat(config.withDropout(0, 0).headDropout()).isZero();
  }

  @Test
  void config_otherNumberOfDistances_isRefused() {
    String json =
        config(Architecture.MPNET)
            .toEncoderJson()
            .put("relative_attention_num_buckets", 64)
            .toString();
    assertThatThrownBy(() -> BertConfig.parse(json.getBytes(StandardCharsets.UTF_8), "here"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "here: 'relative_attention_num_buckets' is 64, expected 32, the only one supported");
  }
}

package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {
  private static EncoderConfig config(Architecture architecture) {
    return new EncoderConfig(
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
    Map<String, TensorData> weights = EncoderWeightsTest.filled(config(architecture), true);
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
  @CsvSource({
    "BERT,0,16",
    "DISTILBERT,0,16",
    "ROBERTA,2,14",
    "XLM_ROBERTA,2,14",
    "MPNET,2,14",
    "ALBERT,0,16",
    "DEBERTA_V2,0,16",
    "MODERNBERT,0,1073741824",
    "QWEN3,0,1073741824"
  })
  void config_positions_leaveRoomForThePaddingId(
      Architecture architecture, int first, int longest) {
    assertThat(config(architecture).firstPosition()).isEqualTo(first);
    assertThat(config(architecture).maxTokens()).isEqualTo(longest);
  }

  @ParameterizedTest
  @CsvSource({"MPNET,5,1,2", "MPNET,0,1,2", "ROBERTA,5,5,6", "XLM_ROBERTA,0,0,1"})
  void config_positions_countFromThePaddingAsInTransformers(
      Architecture architecture, int padTokenId, int padding, int first) {
    EncoderConfig config =
        new EncoderConfig(
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
  @EnumSource(value = Architecture.class, mode = EnumSource.Mode.EXCLUDE, names = "STATIC")
  void config_written_isReadBack(Architecture architecture) {
    EncoderConfig config = config(architecture).withDropout(0.3, 0.4);
    ObjectNode json = config.toEncoderJson();
    EncoderConfig read =
        EncoderConfig.parse(json.toString().getBytes(StandardCharsets.UTF_8), "config.json");
    boolean dropped = !architecture.keys().hiddenDropout().key().isEmpty();
    assertThat(read.hiddenDropout()).isEqualTo(dropped ? 0.3 : 0);
    assertThat(read.headDropout()).isEqualTo(config.headDropout());
    assertThat(read.maxTokens()).isEqualTo(config.maxTokens());
    assertThat(read.toEncoderJson()).isEqualTo(json);
    assertThat(json.has("n_heads")).isEqualTo(architecture == Architecture.DISTILBERT);
  }

  @Test
  void config_dropoutOfDistilBertsHead_isItsOwnUntilChanged() {
    EncoderConfig config = config(Architecture.DISTILBERT);
    assertThat(config.headDropout()).isEqualTo(0.2);
    assertThat(config.withDropout(0, 0).headDropout()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Architecture.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"ALBERT", "STATIC"})
  void keepLayers_first_hasItsWeightsAndNoOthers(Architecture architecture) {
    EncoderConfig config = config(architecture);
    ModelFiles files =
        new ModelFiles(
                config,
                EncoderWeightsTest.filled(config, false),
                new byte[] {'{', '}'},
                SentenceModules.of(PoolingMode.MEAN, true),
                3,
                SentenceSettings.DEFAULT,
                KeptKeys.NONE)
            .keepLayers(1);
    assertThat(files.config().layers()).isEqualTo(1);
    assertThat(files.weights().keySet())
        .isEqualTo(EncoderWeights.expected(config.withLayers(1), false, false).keySet())
        .hasSizeLessThan(EncoderWeights.expected(config, false, false).size());
  }

  @Test
  void keepLayers_layersSharedInGroups_areRefused() {
    String json =
        config(Architecture.ALBERT).toEncoderJson().put("num_hidden_groups", 2).toString();
    EncoderConfig config = EncoderConfig.parse(json.getBytes(StandardCharsets.UTF_8), "here");
    assertThat(config.withLayers(2)).isEqualTo(config);
    assertThatThrownBy(() -> config.withLayers(1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("cannot keep 1 of 2 layers")
        .hasMessageContaining("num_hidden_groups is 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "MODERNBERT; {\"hidden_activation\": \"prelu\"}; 'hidden_activation' is \"prelu\", expected"
            + " one of gelu",
        "MODERNBERT; {\"classifier_pooling\": \"max\"}; 'classifier_pooling' is \"max\", expected"
            + " \"cls\" or \"mean\"",
        "MODERNBERT; {\"layer_types\": [\"full_attention\"]}; expected a list of 2",
        "MODERNBERT; {\"layer_types\": [\"linear\", \"linear\"]}; expected only full_attention and"
            + " sliding_attention",
        "QWEN3; {\"rope_scaling\": {\"rope_type\": \"longrope\", \"factor\": 4.0}}; expected"
            + " rope_type \"default\", \"linear\", \"llama3\" or \"yarn\"",
        "NOMIC_BERT; {\"n_embd\": 4, \"prenorm\": true}; 'prenorm' is true, expected false",
        "NOMIC_BERT; {\"n_embd\": 4, \"activation_function\": \"gelu\"}; expected \"swiglu\"",
        "NOMIC_BERT; {\"n_embd\": 4, \"rotary_emb_fraction\": 0.5}; 'rotary_emb_fraction' is 0.5,"
            + " expected 1",
        "NOMIC_BERT; {\"n_embd\": 4, \"rotary_emb_scale_base\": 512}; expected null",
        "QWEN3; {\"rope_parameters\": {\"partial_rotary_factor\": 0.5}}; 'partial_rotary_factor' is"
            + " 0.5, expected 1",
        "QWEN3; {\"num_key_value_heads\": 3}; expected a divisor of num_attention_heads, 2",
        "QWEN2; {\"layer_types\": [\"full_attention\", \"sliding_attention\"]}; since"
            + " use_sliding_window is false",
        "GEMMA3_TEXT; {\"is_causal\": false}; expected true, or use_bidirectional_attention",
        "DEBERTA_V2; {\"pos_att_type\": \"p2p\"}; 'pos_att_type' is \"p2p\", expected only c2p and"
            + " p2c",
        "DEBERTA_V2; {\"conv_kernel_size\": 2}; 'conv_kernel_size' is 2, expected 0 or an odd"
            + " number",
        "DEBERTA_V2; {\"pooler_hidden_size\": 9}; 'pooler_hidden_size' is 9, expected 4, the only"
            + " one supported",
        "ALBERT; {\"inner_group_num\": 2}; 'inner_group_num' is 2, expected 1",
        "T5; {\"feed_forward_proj\": \"gated-prelu\"}; expected one of gelu",
        "NEW; {\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 8.0}}; expected rope_type",
        "NOMIC_BERT; {\"rope_scaling\": {\"type\": \"ntk\", \"factor\": 8.0}}; expected rope_type",
        "NEW; {\"logn_attention_scale\": true}; 'logn_attention_scale' is true, expected false",
        "NEW; {\"layer_norm_type\": \"rms_norm\"}; expected \"layer_norm\"",
        "NEW; {\"position_embedding_type\": \"absolute\"}; expected 'rope', the only one supported",
        "BERT; {\"model_type\": \"longformer\"}; 'model_type' is \"longformer\", expected one of"
            + " bert, roberta",
        "BERT; {\"architectures\": [\"JinaBertModel\"], \"auto_map\": {\"AutoModel\": \"x\"}};"
            + " 'architectures' is [\"JinaBertModel\"], and 'auto_map' names Python code",
        "BERT; {\"model_type\": \"jina\", \"auto_map\": {\"AutoModel\": \"x--y\"}}; 'auto_map'"
            + " names Python code",
      })
  void config_keyThatIsNotDone_isRefusedByName(
      Architecture architecture, String keys, String message) throws IOException {
    ObjectNode json = config(architecture).toEncoderJson();
    json.setAll((ObjectNode) JsonObject.MAPPER.readTree(keys));
    byte[] content = json.toString().getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> EncoderConfig.parse(content, "here"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("here")
        .hasMessageContaining(message);
  }

  @Test
  void config_ofNomicInTheSpellingOfGpt2_isReadUnderBertsNames() {
    String json =
        """
        {"model_type": "nomic_bert", "n_embd": 8, "n_layer": 3, "n_head": 2, "n_inner": 20,
         "vocab_size": 9, "rotary_emb_base": 77, "layer_norm_epsilon": 1e-3,
         "activation_function": "swiglu", "prenorm": false, "auto_map": {"AutoModel": "x--y"}}
        """;
    EncoderConfig config = EncoderConfig.parse(json.getBytes(StandardCharsets.UTF_8), "here");
    assertThat(config.hiddenSize()).isEqualTo(8);
    assertThat(config.layers()).isEqualTo(3);
    assertThat(config.heads()).isEqualTo(2);
    assertThat(config.intermediateSize()).isEqualTo(20);
    assertThat(config.layerNormEps()).isEqualTo(1e-3);
    assertThat(config.program().constants().get("theta")).isEqualTo(EncoderProgram.number(77));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"rotary_scaling_factor\": null; 1073741824",
        "\"rotary_scaling_factor\": 2; 2048",
        "\"rotary_scaling_factor\": 2, \"max_trained_positions\": 512; 512",
      })
  void config_ofNomicThatScalesPositionsByLength_cutsBeforeItWould(String keys, int expected) {
    String json =
        """
        {"model_type": "nomic_bert", "n_embd": 8, "n_layer": 3, "n_head": 2, "n_inner": 20,
         "vocab_size": 9, "n_positions": 8192, %s}
        """
            .formatted(keys);
    EncoderConfig config = EncoderConfig.parse(json.getBytes(StandardCharsets.UTF_8), "here");
    assertThat(config.maxTokens()).isEqualTo(expected);
  }

  @Test
  void config_otherNumberOfDistances_isRefused() {
    String json =
        config(Architecture.MPNET)
            .toEncoderJson()
            .put("relative_attention_num_buckets", 64)
            .toString();
    assertThatThrownBy(() -> EncoderConfig.parse(json.getBytes(StandardCharsets.UTF_8), "here"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "here: 'relative_attention_num_buckets' is 64, expected 32, the only one supported");
  }
}

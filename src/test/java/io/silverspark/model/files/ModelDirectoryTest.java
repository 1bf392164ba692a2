package io.silverspark.model.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.prompt.Prompts;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDirectoryTest {
  @TempDir private Path folder;
  private Path directory;

  @BeforeEach
  void name() {
    directory = folder.resolve("deep").resolve("model");
  }

  @ParameterizedTest
  @EnumSource(PoolingMode.class)
  void read_whatWasWritten_isEqual(PoolingMode pooling) throws IOException {
    ModelFiles model = TinyModel.encoder(pooling, pooling == PoolingMode.MEAN);
    ModelDirectory.write(model, directory, "# Card");
    ModelFiles read = ModelDirectory.read(directory);
    assertThat(read.weights()).isEqualTo(model.weights());
    assertThat(read.weights().keySet()).containsExactlyElementsOf(model.weights().keySet());
    assertThat(JsonObject.MAPPER.readTree(read.tokenizerJson()).get("model"))
        .isEqualTo(JsonObject.MAPPER.readTree(model.tokenizerJson()).get("model"));
    assertThat(read.modules()).isEqualTo(model.modules());
    assertThat(read.maxSeqLength()).isEqualTo(12);
    assertThat(read.config().otherKeys()).containsEntry("custom", "kept");
    assertThat(read.config().withDropout(0, 0).layerNormEps()).isEqualTo(1e-12);
    assertThat(read.config().attentionDropout()).isEqualTo(0.2);
    assertThat(read.isCrossEncoder()).isFalse();
    assertThat(directory.resolve("README.md")).hasContent("# Card");
    assertThat(directory.resolve("vocab.txt"))
        .hasContent("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n");
    assertThat(folder.resolve("deep").toFile().list()).containsExactly("model");
  }

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void read_crossEncoder_keepsPoolerClassifierAndLabels(int labels) {
    ModelFiles model = TinyModel.crossEncoder(labels);
    ModelDirectory.write(model, directory, "");
    ModelFiles read = ModelDirectory.read(directory);
    assertThat(read.isCrossEncoder()).isTrue();
    assertThat(read.config().numLabels()).isEqualTo(labels);
    assertThat(read.weights()).isEqualTo(model.weights());
    assertThat(Safetensors.read(directory.resolve("model.safetensors")))
        .containsKeys("bert.pooler.dense.weight", "classifier.bias")
        .doesNotContainKey("pooler.dense.weight");
    assertThat(directory.resolve("1_Pooling")).doesNotExist();
  }

  @Test
  void read_withoutModulesJson_isMeanWithoutNormalising() throws IOException {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.CLS, true), directory, "");
    edit("sentence_bert_config.json", json -> json.put("max_seq_length", 9));
    edit("config_sentence_transformers.json", json -> json.put("truncate_dim", 2));
    Files.delete(directory.resolve("modules.json"));
    ModelFiles read = ModelDirectory.read(directory);
    assertThat(read.modules()).isEqualTo(SentenceModules.of(PoolingMode.MEAN, false));
    assertThat(read.settings()).isEqualTo(SentenceSettings.DEFAULT);
    assertThat(read.maxSeqLength()).isEqualTo(12); // tokenizer_config.json
    edit("tokenizer_config.json", json -> json.put("model_max_length", 1e30));
    assertThat(ModelDirectory.read(directory).maxSeqLength()).isEqualTo(16); // all positions
  }

  @ParameterizedTest
  @CsvSource({
    "mean,MEAN",
    "cls,CLS",
    "max,MAX",
    "lasttoken,LASTTOKEN",
    "weightedmean,WEIGHTEDMEAN"
  })
  void read_poolingOfSentenceTransformers6_isUnderstood(String mode, PoolingMode expected) {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, false), directory, "");
    edit(
        "1_Pooling/config.json",
        json -> json.removeAll().put("embedding_dimension", 4).put("pooling_mode", mode));
    assertThat(ModelDirectory.read(directory).modules())
        .isEqualTo(SentenceModules.of(expected, false));
  }

  @Test
  void read_transformerInItsOwnFolder_isFound() throws IOException {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MAX, false), directory, "");
    Path inner = Files.createDirectory(directory.resolve("0_Transformer"));
    for (String name :
        new String[] {
          "config.json", "model.safetensors", "tokenizer.json", "sentence_bert_config.json"
        }) {
      Files.move(directory.resolve(name), inner.resolve(name));
    }
    replace("modules.json", "\"path\" : \"\"", "\"path\" : \"0_Transformer\"");
    assertThat(ModelDirectory.read(directory).modules())
        .isEqualTo(SentenceModules.of(PoolingMode.MAX, false));
    replace("modules.json", "0_Transformer", "../../elsewhere");
    assertRefused("path '../../elsewhere' leaves the model's directory");
  }

  @Test
  void read_shards_areJoined() throws IOException {
    ModelFiles model = TinyModel.encoder(PoolingMode.MEAN, false);
    ModelDirectory.write(model, directory, "");
    Files.delete(directory.resolve("model.safetensors"));
    Map<String, TensorData> first = new LinkedHashMap<>(model.weights());
    TensorData last = first.remove("encoder.layer.1.output.LayerNorm.bias");
    Safetensors.write(directory.resolve("a.safetensors"), first, Map.of());
    Safetensors.write(
        directory.resolve("b.safetensors"),
        Map.of("encoder.layer.1.output.LayerNorm.bias", last),
        Map.of());
    ObjectNode index = JsonObject.MAPPER.createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    first.keySet().forEach(name -> map.put(name, "a.safetensors"));
    map.put("encoder.layer.1.output.LayerNorm.bias", "b.safetensors");
    Path file = directory.resolve("model.safetensors.index.json");
    Files.writeString(file, index.toString());
    assertThat(ModelDirectory.read(directory).weights()).isEqualTo(model.weights());
    map.put("encoder.layer.1.output.LayerNorm.bias", "a.safetensors");
    Files.writeString(file, index.toString());
    assertRefused("tensor 'encoder.layer.1.output.LayerNorm.bias' is not in a.safetensors");
    map.put("encoder.layer.1.output.LayerNorm.bias", "../b.safetensors");
    Files.writeString(file, index.toString());
    assertRefused("expected a .safetensors file of the same directory");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
"""
config.json | model_type | "longformer" | 'model_type' is "longformer", expected one of bert, roberta, xlm-roberta
config.json | model_type | "roberta" | expected RobertaModel or RobertaForSequenceClassification
config.json | architectures | ["MPNetModel"] | 'architectures' is ["MPNetModel"]
config.json | hidden_act | "relu" | 'hidden_act' is "relu", expected 'gelu'
config.json | is_decoder | true | describes a decoder, expected an encoder
config.json | hidden_size | "big" | 'hidden_size' is "big", expected a whole number
config.json | hidden_size | 5 | 'hidden_size' is 5, expected a multiple of
config.json | hidden_size | null | lacks 'hidden_size'
config.json | num_hidden_layers | 3 | tensor 'encoder.layer.2.attention.self.query.weight'
config.json | vocab_size | 6 | is F32[7, 4], expected shape [6, 4]
1_Pooling/config.json | pooling_mode | "median" | 'pooling_mode' is "median", expected one of [cls, max, mean, mean_sqrt_len_tokens, weightedmean, lasttoken], or several
1_Pooling/config.json | pooling_mode | ["mean","first"] | 'pooling_mode' is ["mean","first"], expected one of
1_Pooling/config.json | pooling_mode | [] | 'pooling_mode' is [], expected one of
1_Pooling/config.json | word_embedding_dimension | 5 | 'word_embedding_dimension' is 5, expected 4, the width of the token vectors
1_Pooling/config.json | pooling_mode_median | true | 'pooling_mode_median' is not known, expected only [embedding_dimension
config_sentence_transformers.json | truncate_dim | 0 | 'truncate_dim' is 0, expected a whole number of at least 1
config_sentence_transformers.json | similarity_fn_name | "maxsim" | 'similarity_fn_name' is "maxsim", expected cosine, dot, euclidean or manhattan
config_sentence_transformers.json | model_type | "SparseEncoder" | 'model_type' is "SparseEncoder", expected "SentenceTransformer"
sentence_bert_config.json | transformer_task | "fill-mask" | 'transformer_task' is "fill-mask", expected "feature-extraction"
sentence_bert_config.json | module_output_name | "scores" | 'module_output_name' is "scores", expected "token_embeddings"
sentence_bert_config.json | modality_config | {"image":{"method":"forward"}} | expected a "text" with method "forward" and method_output_name "last_hidden_state"
sentence_bert_config.json | processing_kwargs | {"text":{"padding":"max_length"}} | expected null, since it is not supported
sentence_bert_config.json | query_length | 16 | 'query_length' is 16, expected null, since it is not supported
sentence_bert_config.json | model_args | {"num_hidden_layers":1} | 'model_args' has 'num_hidden_layers', which is not supported, expected only [attn_implementation, dtype,
sentence_bert_config.json | new_key | 1 | 'new_key' is not known, expected only [config_args, config_kwargs,
sentence_bert_config.json | max_seq_length | 0 | 'max_seq_length' is 0, expected
tokenizer.json | model | {} | has no vocabulary in 'model.vocab'
tokenizer.json | added_tokens | [{"id":9,"content":"new"}] | token 'new' has id 9
""")
  void read_wrongValue_namesFileKeyFoundAndAllowed(
      String file, String key, String value, String message) throws IOException {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, false), directory, "");
    JsonNode parsed = JsonObject.MAPPER.readTree(value);
    edit(file, json -> json.set(key, parsed));
    assertRefused(message);
  }

  @Test
  void write_keysWithoutEffect_areKept() {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, true), directory, "");
    edit(
        "config_sentence_transformers.json",
        json -> {
          json.putObject("__version__").put("sentence_transformers", "3.1.0");
          json.put("truncate_dim", 3).put("similarity_fn_name", "dot");
          json.putArray("requirements").add("transformers>=4.40");
          json.put("of_a_later_version", true);
        });
    edit(
        "sentence_bert_config.json",
        json -> {
          json.put("unpad_inputs", false).putNull("query_length").putObject("processing_kwargs");
          json.putObject("model_args").put("torch_dtype", "float16");
        });
    ModelFiles read = ModelDirectory.read(directory);
    assertThat(read.dimension()).isEqualTo(3);
    Path saved = folder.resolve("saved");
    ModelDirectory.write(read, saved, "");
    JsonNode sentence = json(saved.resolve("config_sentence_transformers.json"));
    assertThat(sentence.properties())
        .containsAll(json(directory.resolve("config_sentence_transformers.json")).properties());
    JsonNode transformer = json(saved.resolve("sentence_bert_config.json"));
    assertThat(transformer.get("unpad_inputs").asBoolean(true)).isFalse();
    assertThat(transformer.at("/model_args/torch_dtype").asText()).isEqualTo("float16");
    assertThat(ModelDirectory.read(saved).keptKeys()).isEqualTo(read.keptKeys());
    assertThat(ModelDirectory.read(saved).settings()).isEqualTo(read.settings());
  }

  @Test
  void read_classifierWithAPooling_isASentenceEncoder() {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.CLS, false), directory, "");
    edit(
        "config.json", json -> json.putArray("architectures").add("BertForSequenceClassification"));
    ModelFiles read = ModelDirectory.read(directory);
    assertThat(read.isCrossEncoder()).isFalse();
    assertThat(read.modules()).isEqualTo(SentenceModules.of(PoolingMode.CLS, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
"""
Pooling, Transformer | lists [Pooling, Transformer], expected one Transformer, which comes first, and one Pooling
Transformer, Normalize | lists [Transformer, Normalize], expected one Transformer
Transformer, Pooling, Pooling | lists [Transformer, Pooling, Pooling], expected one Transformer
Transformer, LayerNorm, Pooling | a LayerNorm before the Pooling has no sentence vector to work on, expected it after
Transformer, Normalize, Pooling | 'module_input_name' is "sentence_embedding", expected "token_embeddings", since the module stands before the Pooling
Transformer, Pooling, Dense | tensor 'linear.weight' is F32[2, 3], expected shape [5, 4]
Transformer, Pooling, Dense, LayerNorm | 'dimension' is 3, expected 5, the width of the vectors that reach it
Transformer, Pooling, Router | module 'sentence_transformers.models.Router' is not supported
""")
  void read_modulesThatCannotRun_areRefused(String kinds, String message) throws IOException {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, false), directory, "");
    ArrayNode modules = JsonObject.MAPPER.createArrayNode();
    for (String kind : kinds.split(", ")) {
      boolean root = kind.equals("Transformer");
      modules
          .addObject()
          .put("path", root ? "" : "1_" + kind)
          .put("type", "sentence_transformers.models." + kind);
    }
    Files.writeString(directory.resolve("modules.json"), modules.toString());
    Path dense = Files.createDirectories(directory.resolve("1_Dense"));
    Files.writeString(dense.resolve("config.json"), "{\"in_features\": 4, \"out_features\": 5}");
    Map<String, TensorData> weights = new LinkedHashMap<>();
    boolean fits = kinds.contains("Dense, LayerNorm");
    weights.put(
        "linear.weight",
        fits ? TensorData.ofFloats(new float[20], 5, 4) : TensorData.ofFloats(new float[6], 2, 3));
    weights.put("linear.bias", TensorData.ofFloats(new float[5], 5));
    Safetensors.write(dense.resolve("model.safetensors"), weights, Map.of());
    Path norm = Files.createDirectories(directory.resolve("1_LayerNorm"));
    Files.writeString(norm.resolve("config.json"), "{\"dimension\": 3}");
    assertRefused(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
"""
activation_function | "torch.nn.modules.activation.PReLU" | 'activation_function' is "torch.nn.modules.activation.PReLU", expected torch.nn's Identity, Tanh, ReLU
activation_function | "my.Code" | 'activation_function' is "my.Code", expected torch.nn's
in_features | 6 | 'in_features' is 6, expected 4, the width of the vectors that reach it
bias | false | tensor 'linear.bias' is not known, expected only [linear.weight]
module_output_name | "scores" | 'module_output_name' is "scores", expected "sentence_embedding", as module_input_name
new_key | 3 | 'new_key' is not known, expected only [in_features, out_features
""")
  void read_wrongKeyOfADense_isNamed(String key, String value, String message) throws IOException {
    ModelFiles model =
        TinyModel.encoder(PoolingMode.MEAN, false)
            .withModules(
                new SentenceModules(
                    List.of(
                        SentenceModules.of(PoolingMode.MEAN, false).pooling(),
                        new SentenceModule.Dense(4, 2, true, DenseActivation.TANH, false))));
    Map<String, TensorData> weights = new LinkedHashMap<>(model.weights());
    weights.put("2.linear.weight", TensorData.ofFloats(new float[8], 2, 4));
    weights.put("2.linear.bias", TensorData.ofFloats(new float[2], 2));
    ModelDirectory.write(model.withWeights(weights), directory, "");
    assertThat(ModelDirectory.read(directory).dimension()).isEqualTo(2);
    JsonNode parsed = JsonObject.MAPPER.readTree(value);
    edit("2_Dense/config.json", json -> json.set(key, parsed));
    assertRefused(message);
  }

  @Test
  void read_weightsOfTorch_areTakenWhereThereIsNoSafetensors() throws IOException {
    ModelFiles model = TinyModel.encoder(PoolingMode.MEAN, false);
    ModelDirectory.write(model, directory, "");
    Path pickle = directory.resolve("pytorch_model.bin");
    try (InputStream in = ModelDirectoryTest.class.getResourceAsStream("torch/zip.bin")) {
      Files.copy(in, pickle);
    }
    assertThat(ModelDirectory.read(directory).weights()).isEqualTo(model.weights());
    Files.delete(directory.resolve("model.safetensors"));
    assertRefused("tensor 'embeddings.word_embeddings.weight' is missing, expected shape [7, 4]");
    assertThat(WeightFiles.read(directory)).containsKey("transposed");
    Files.move(pickle, directory.resolve("pytorch_model-00001-of-00001.bin"));
    Files.writeString(
        directory.resolve("pytorch_model.bin.index.json"),
        "{\"weight_map\": {\"plain\": \"pytorch_model-00001-of-00001.bin\"}}");
    assertThat(WeightFiles.read(directory)).containsOnlyKeys("plain");
  }

  private static JsonNode json(Path file) {
    return JsonObject.read(file).node();
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "pytorch_model.bin"})
  void read_pointerOfGitLfs_isNamed(String name) throws IOException {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, false), directory, "");
    Files.delete(directory.resolve("model.safetensors"));
    Files.writeString(
        directory.resolve(name), "version https://git-lfs.github.com/spec/v1\nsize 90868376\n");
    assertRefused(
        name + " is a pointer of Git LFS, expected the weights: fetch them with 'git lfs pull'");
  }

  @Test
  void read_unsupportedModule_isNamed() throws IOException {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, true), directory, "");
    replace("modules.json", "models.Normalize", "models.CNN");
    assertRefused("module 'sentence_transformers.models.CNN' is not supported, expected only");
  }

  @Test
  void read_prompts_areKeptBySaving() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("query", "query: ");
    texts.put("title", "");
    Prompts prompts = new Prompts(texts, Optional.of("query"));
    SentenceModules pooling =
        new SentenceModules(List.of(new SentenceModule.Pooling(List.of(PoolingMode.MEAN), false)));
    ModelFiles model =
        TinyModel.encoder(PoolingMode.MEAN, true)
            .withModules(pooling)
            .withSettings(SentenceSettings.DEFAULT.withPrompts(prompts));
    ModelDirectory.write(model, directory, "");
    ModelFiles read = ModelDirectory.read(directory);
    assertThat(read.modules()).isEqualTo(pooling);
    assertThat(read.settings().prompts()).isEqualTo(prompts);
    assertThat(read.settings().prompts().texts().keySet()).containsExactly("query", "title");
    Path again = folder.resolve("again");
    ModelDirectory.write(read, again, "");
    assertThat(again.resolve("config_sentence_transformers.json"))
        .hasSameTextualContentAs(directory.resolve("config_sentence_transformers.json"));
    assertThat(again.resolve("1_Pooling/config.json"))
        .content()
        .contains("\"include_prompt\" : false");
  }

  @Test
  void read_promptsOfAnotherShape_areRefused() {
    String file = "config_sentence_transformers.json";
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, true), directory, "");
    edit(file, json -> json.putObject("prompts").put("query", 1));
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(UserException.class)
        .hasMessage(directory.resolve(file) + ": prompt 'query' is 1, expected a text");
    edit(file, json -> json.putArray("prompts"));
    assertRefused(file + ": 'prompts' is [], expected an object of texts by name");
    edit(file, json -> json.put("default_prompt_name", "web").putObject("prompts"));
    assertRefused(
        file
            + ": default_prompt_name is 'web', expected one of the model's prompts: query,"
            + " document");
    edit(
        file,
        json -> json.put("default_prompt_name", "query").putObject("prompts").putNull("query"));
    assertThat(ModelDirectory.read(directory).settings().prompts().text(Prompt.DEFAULT)).isEmpty();
  }

  @Test
  void read_missingFiles_areNamed() throws IOException {
    assertRefused("does not exist");
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, false), directory, "");
    Files.move(directory.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    assertRefused("tokenizer.json is missing");
    Files.move(folder.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
    Files.move(directory.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    assertRefused("holds no weights, expected model.safetensors or pytorch_model.bin");
    Files.delete(directory.resolve("config.json"));
    assertRefused("config.json is missing");
  }

  @Test
  void read_doLowerCase_lowersTextBeforeTheTokenizer() throws IOException {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, false), directory, "");
    edit("sentence_bert_config.json", json -> json.put("do_lower_case", true));
    JsonNode normalizer =
        JsonObject.MAPPER
            .readTree(ModelDirectory.read(directory).tokenizerJson())
            .get("normalizer");
    assertThat(normalizer.at("/normalizers/0/type").asText()).isEqualTo("Lowercase");
    assertThat(normalizer.at("/normalizers/1/type").asText()).isEqualTo("BertNormalizer");
  }

  @Test
  void read_olderNameOfTheSentenceConfig_isRead() throws IOException {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, false), directory, "");
    Files.delete(directory.resolve("sentence_bert_config.json"));
    Files.writeString(directory.resolve("sentence_roberta_config.json"), "{\"max_seq_length\": 9}");
    assertThat(ModelDirectory.read(directory).maxSeqLength()).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource({
    "BertTokenizer,,1",
    "MobileBertTokenizerFast,,1",
    "TokenizersBackend,,0",
    "PreTrainedTokenizerFast,,0",
    "DistilBertTokenizer,,0",
    "SomeOtherTokenizer,,0",
    "TokenizersBackend,token_type_ids,1",
    "BertTokenizer,input_ids,0"
  })
  void read_tokenizerWithoutTokenTypes_givesBothTextsTheSame(
      String tokenizerClass, String inputName, int secondSegment) throws IOException {
    ModelDirectory.write(TinyModel.crossEncoder(1), directory, "");
    edit(
        "tokenizer_config.json",
        json -> {
          json.removeAll().put("tokenizer_class", tokenizerClass);
          if (inputName != null) {
            json.putArray("model_input_names").add(inputName);
          }
        });
    JsonNode tokenizer = JsonObject.MAPPER.readTree(ModelDirectory.read(directory).tokenizerJson());
    assertThat(tokenizer.at("/post_processor/pair/3/Sequence/type_id").asInt())
        .isEqualTo(secondSegment);
    assertThat(tokenizer.at("/post_processor/pair/4/SpecialToken/type_id").asInt())
        .isEqualTo(secondSegment);
  }

  @Test
  void read_genericTokenizerWithoutPostProcessor_givesBothTextsTheSameType() throws IOException {
    ModelDirectory.write(TinyModel.crossEncoder(1), directory, "");
    edit("tokenizer_config.json", json -> json.remove("model_input_names"));
    edit("tokenizer.json", json -> json.putNull("post_processor"));
    TokenizerFiles files = ModelDirectory.read(directory).tokenizer();
    try (TextTokenizer tokenizer = TextTokenizer.of(files, 9)) {
      TokenizedText pair = tokenizer.encodePair("a", "b");
      assertThat(pair.inputIds()).containsExactly(5, 6);
      assertThat(pair.tokenTypeIds()).containsExactly(0, 0);
    }
  }

  @Test
  void write_overAModel_replacesAllOfIt() throws IOException {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.CLS, true), directory, "");
    Files.writeString(directory.resolve("stale.onnx"), "old");
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MAX, false), directory, "");
    assertThat(directory.resolve("stale.onnx")).doesNotExist();
    assertThat(ModelDirectory.read(directory).modules())
        .isEqualTo(SentenceModules.of(PoolingMode.MAX, false));
    assertThat(folder.resolve("deep").toFile().list()).containsExactly("model");
  }

  @Test
  void write_overOtherThings_isRefusedAndKeepsThem() throws IOException {
    Files.createDirectories(directory);
    Path thesis = Files.writeString(directory.resolve("thesis.txt"), "years of work");
    ModelFiles model = TinyModel.encoder(PoolingMode.MEAN, false);
    assertThatThrownBy(() -> ModelDirectory.write(model, directory, ""))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is not a model directory");
    assertThat(thesis).hasContent("years of work");
  }

  @Test
  void write_weightsThatDoNotFit_leavesTheOldModel() {
    ModelFiles model = TinyModel.encoder(PoolingMode.MEAN, false);
    ModelDirectory.write(model, directory, "old");
    ModelFiles broken = model.withConfig(model.config().withLayers(3));
    assertThatThrownBy(() -> ModelDirectory.write(broken, directory, "new"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("encoder.layer.2");
    assertThat(directory.resolve("README.md")).hasContent("old");
    assertThat(folder.resolve("deep").toFile().list()).containsExactly("model");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(directory.toString())
        .hasMessageNotContaining("\n");
  }

  private void edit(String name, Consumer<ObjectNode> change) {
    try {
      Path file = directory.resolve(name);
      ObjectNode json = (ObjectNode) JsonObject.MAPPER.readTree(file.toFile());
      change.accept(json);
      Files.writeString(file, json.toString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void replace(String name, String from, String to) throws IOException {
    Path file = directory.resolve(name);
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }
}

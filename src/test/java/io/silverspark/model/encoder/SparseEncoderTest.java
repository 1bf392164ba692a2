package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.NarrowModel;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModule.SpladePooling;
import io.silverspark.model.files.TinyModel;
import io.silverspark.model.files.TinySplade;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors and tokens against sentence-transformers, see {@code src/test/python}. */
class SparseEncoderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withWorkers(1);
  private static final JsonNode GOLDEN = golden();
  private static final List<String> TEXTS =
      List.of(JSON.convertValue(GOLDEN.get("texts"), String[].class));

  @TempDir private Path directory;

  private static JsonNode golden() {
    try (InputStream in =
        SparseEncoderTest.class.getResourceAsStream("sparse-sentence-transformers-6.0.1.json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Stream<Arguments> models() {
    return TinySplade.MODEL_TYPES.stream()
        .flatMap(
            type -> TinySplade.poolings().stream().map(pooling -> Arguments.of(type, pooling)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void encode_aSavedModel_givesVectorsAndTokensOfThePeer(String modelType, SpladePooling pooling) {
    ModelDirectory.write(TinySplade.files(modelType, pooling), directory, "");
    String name = TinySplade.name(modelType, pooling);
    try (SparseEncoder encoder = SparseEncoder.load(directory.toString(), OPTIONS)) {
      List<SparseVector> vectors = encoder.encode(TEXTS);
      for (int text = 0; text < TEXTS.size(); text++) {
        assertThat(dense(vectors.get(text), encoder.dimension()))
            .containsExactly(
                JSON.convertValue(GOLDEN.get("vectors").get(name).get(text), float[].class),
                within(1e-5f));
      }
      JsonNode decoded = GOLDEN.get("decoded").get(name);
      List<SparseEncoder.WeightedToken> tokens = encoder.decode(vectors.get(0), 3);
      for (int i = 0; i < decoded.size(); i++) {
        assertThat(tokens.get(i).token()).isEqualTo(decoded.get(i).get(0).asText());
        assertThat(tokens.get(i).weight())
            .isCloseTo((float) decoded.get(i).get(1).asDouble(), within(1e-5f));
      }
      assertThat(tokens).hasSize(3);
      assertThat(encoder.decode(vectors.get(0), 0)).hasSize(vectors.get(0).active());
      assertThat(encoder.similarity()).isEqualTo(Similarity.DOT);
    }
  }

  @Test
  void encode_maxActiveDims_keepsTheLargestWeights() {
    try (SparseEncoder encoder =
        SparseEncoder.load(TinySplade.write(directory).toString(), OPTIONS)) {
      SparseVector whole = encoder.encode(TEXTS).get(0);
      SparseVector cut = encoder.encode(TEXTS, Prompt.DEFAULT, 4, BatchListener.NONE).get(0);
      assertThat(encoder.decode(cut, 0)).isEqualTo(encoder.decode(whole, 4));
      assertThatThrownBy(() -> encoder.encode(TEXTS, Prompt.DEFAULT, -1, BatchListener.NONE))
          .isInstanceOf(UserException.class)
          .hasMessage("max_active_dims is -1, expected 1 or more, or 0 for all");
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void encode_anyPrecision_givesCloseVectors(Precision precision) {
    try (SentenceEncoder model =
        SentenceEncoder.of(TinySplade.files(), OPTIONS.withPrecision(precision))) {
      SparseVector vector = SparseEncoder.over(model).encode(TEXTS).get(0);
      assertThat(dense(vector, 30))
          .containsExactly(
              JSON.convertValue(GOLDEN.at("/vectors/bert-max-relu/0"), float[].class),
              within(0.05f));
    }
  }

  /** Trained weights ask for gradients, which encoding does not record. */
  @Test
  void encode_whileTheModelIsTrained_givesTheSameVectors() {
    try (SentenceEncoder model = SentenceEncoder.of(TinySplade.files(), OPTIONS)) {
      List<SparseVector> before = SparseEncoder.over(model).encode(TEXTS);
      model.parameters().values().forEach(weight -> weight.setRequiresGradient(true));
      assertThat(SparseEncoder.over(model).encode(TEXTS)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void write_aModelReadAgain_isTheSame(String modelType, SpladePooling pooling) {
    ModelFiles files = TinySplade.files(modelType, pooling);
    ModelDirectory.write(files, directory, "");
    ModelFiles read = ModelDirectory.read(directory);
    assertThat(read.weights()).isEqualTo(files.weights());
    assertThat(read.modules()).isEqualTo(files.modules());
    assertThat(read.settings()).isEqualTo(files.settings());
    assertThat(read.dimension()).isEqualTo(30);
  }

  /** As SparseEncoder of sentence-transformers takes it: max pooling and the dot product. */
  @Test
  void load_aMaskedLanguageModel_isASparseEncoder() throws IOException {
    TinySplade.write(directory);
    for (String file : List.of("modules.json", "config_sentence_transformers.json")) {
      Files.delete(directory.resolve(file));
    }
    Files.delete(directory.resolve("sentence_bert_config.json"));
    try (SparseEncoder encoder = SparseEncoder.load(directory.toString(), OPTIONS)) {
      assertThat(dense(encoder.encode(TEXTS).get(3), 30))
          .containsExactly(
              JSON.convertValue(GOLDEN.at("/vectors/bert-max-relu/3"), float[].class),
              within(1e-5f));
      assertThat(encoder.similarity()).isEqualTo(Similarity.DOT);
    }
  }

  /** As sentence-transformers 5.4 and later write it. */
  @Test
  void read_aTransformerForFillMask_isTheSameModel() throws IOException {
    TinySplade.write(directory);
    Files.writeString(
        directory.resolve("modules.json"),
        """
        [{"idx": 0, "name": "0", "path": "",
          "type": "sentence_transformers.base.modules.transformer.Transformer"},
         {"idx": 1, "name": "1", "path": "1_SpladePooling",
          "type": "sentence_transformers.sparse_encoder.modules.splade_pooling.SpladePooling"}]
        """);
    Files.writeString(
        directory.resolve("sentence_bert_config.json"),
        """
        {"transformer_task": "fill-mask", "module_output_name": "token_embeddings",
         "modality_config": {"text": {"method": "forward", "method_output_name": "logits"}}}
        """);
    assertThat(ModelDirectory.read(directory).modules()).isEqualTo(TinySplade.files().modules());
    ObjectNode sentence =
        (ObjectNode) JSON.readTree(directory.resolve("config_sentence_transformers.json").toFile());
    sentence.put("model_type", "SentenceTransformer");
    Files.writeString(directory.resolve("config_sentence_transformers.json"), sentence.toString());
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .hasMessageContaining(
            "'model_type' is \"SentenceTransformer\", expected \"SparseEncoder\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[T, T2, S] | lists [Transformer, Dense, SpladePooling], expected for a sparse encoder",
        "[S] | lists [SpladePooling], expected for a sparse encoder",
        "[R, S] | : it gives queries and documents different modules",
        "[X] | : it weighs the tokens of a query by a table",
        "[T, P, C] | : it makes dense vectors sparse by a layer of its own"
      })
  void read_otherModules_areRefusedByName(String kinds, String message) throws IOException {
    TinySplade.write(directory);
    StringBuilder modules = new StringBuilder();
    for (String kind : kinds.replaceAll("[\\[\\] ]", "").split(",")) {
      String name =
          switch (kind) {
            case "T" -> "Transformer";
            case "T2" -> "Dense";
            case "R" -> "Router";
            case "X" -> "SparseStaticEmbedding";
            case "C" -> "SparseAutoEncoder";
            case "P" -> "Pooling";
            default -> "SpladePooling";
          };
      modules
          .append(modules.isEmpty() ? "[" : ", ")
          .append(
              "{\"path\": \"1_SpladePooling\", \"type\": \"sentence_transformers.x.%s\"}"
                  .formatted(name));
    }
    Files.writeString(directory.resolve("modules.json"), modules + "]");
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pooling_strategy | mean | one of [max, sum]",
        "activation_function | gelu | one of [relu, log1p_relu]",
        "word_embedding_dimension | 31 | 30, the size of the vocabulary",
        "chunks | 4 | is not known, expected only"
      })
  void read_aPoolingOfAnotherKind_isRefused(String key, String value, String message)
      throws IOException {
    TinySplade.write(directory);
    Path file = directory.resolve("1_SpladePooling/config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    config.set(key, JSON.readTree(value.matches("\\d+") ? value : '"' + value + '"'));
    Files.writeString(file, config.toString());
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  @Test
  void read_anOutputMatrixOfItsOwn_isRefused() throws IOException {
    TinySplade.write(directory);
    Path file = directory.resolve("config.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("\"tie_word_embeddings\" : true", "\"tie_word_embeddings\" : false"));
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a head with a matrix of its own is not supported");
  }

  @Test
  void load_aModelWithoutAHead_saysWhatIsMissing() {
    assertThatThrownBy(() -> SparseEncoder.load(NarrowModel.directory(), OPTIONS))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has no head of a masked language model")
        .hasMessageContaining("BertForMaskedLM");
  }

  @Test
  void encode_asASentenceEncoder_isRefused() {
    ModelFiles dense = TinyModel.encoder(PoolingMode.MEAN, false);
    try (SentenceEncoder sparse = SentenceEncoder.of(TinySplade.files(), OPTIONS);
        SentenceEncoder other = SentenceEncoder.of(dense, OPTIONS)) {
      assertThatThrownBy(() -> sparse.encode(TEXTS))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("the model is a sparse encoder, whose vectors have 30 components");
      assertThatThrownBy(() -> SparseEncoder.over(other))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("expected a sparse encoder");
    }
  }

  private static float[] dense(SparseVector vector, int width) {
    float[] dense = new float[width];
    for (int i = 0; i < vector.active(); i++) {
      dense[vector.indices()[i]] = vector.values()[i];
    }
    assertThat(Arrays.stream(vector.indices()).max().orElse(0)).isLessThan(width);
    return dense;
  }
}

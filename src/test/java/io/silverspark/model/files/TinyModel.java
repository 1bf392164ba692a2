package io.silverspark.model.files;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A BERT of 2 layers and width 4, with numbers that tell each weight apart. */
public final class TinyModel {
  static final String TOKENIZER =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [
         {"id": 0, "content": "[PAD]", "special": true, "normalized": false,
          "single_word": false, "lstrip": false, "rstrip": false},
         {"id": 4, "content": "[MASK]", "special": true, "normalized": false,
          "single_word": false, "lstrip": false, "rstrip": false}],
       "normalizer": {"type": "BertNormalizer", "clean_text": true,
         "handle_chinese_chars": true, "strip_accents": null, "lowercase": false},
       "pre_tokenizer": {"type": "BertPreTokenizer"},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
           {"Sequence": {"id": "A", "type_id": 0}},
           {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
         "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
           {"Sequence": {"id": "A", "type_id": 0}},
           {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
           {"Sequence": {"id": "B", "type_id": 1}},
           {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
         "special_tokens": {
           "[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
           "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
       "decoder": null,
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
         "max_input_chars_per_word": 100,
         "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 5, "b": 6}}}
      """;

  private TinyModel() {}

  static EncoderConfig config() {
    return new EncoderConfig(
        4, 2, 2, 8, 7, 16, 2, 1e-12, 0.1, 0.2, 0, 2, "bert", Map.of("custom", "kept"));
  }

  public static ModelFiles encoder(PoolingMode pooling, boolean normalize) {
    return files(config(), false, SentenceModules.of(pooling, normalize));
  }

  static ModelFiles crossEncoder(int labels) {
    return files(config().withNumLabels(labels), true, SentenceModules.NONE);
  }

  /** One layer of width 16 with random weights: trains in milliseconds on texts of a and b. */
  public static ModelFiles random(double dropout) {
    EncoderConfig config =
        new EncoderConfig(16, 1, 2, 32, 7, 16, 2, 1e-12, dropout, dropout, 0, 2, "bert", Map.of());
    Random random = new Random(5);
    Map<String, TensorData> weights = new LinkedHashMap<>();
    EncoderWeights.expected(config, false, false)
        .forEach(
            (name, shape) -> {
              float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
              for (int i = 0; i < values.length; i++) {
                boolean scale = name.endsWith("LayerNorm.weight");
                values[i] = scale ? 1 : (float) (0.1 * random.nextGaussian());
              }
              weights.put(name, TensorData.ofFloats(values, shape));
            });
    byte[] tokenizer = TOKENIZER.getBytes(StandardCharsets.UTF_8);
    return new ModelFiles(
        config,
        weights,
        tokenizer,
        SentenceModules.of(PoolingMode.MEAN, true),
        12,
        SentenceSettings.DEFAULT,
        KeptKeys.NONE);
  }

  private static ModelFiles files(
      EncoderConfig config, boolean classifier, SentenceModules modules) {
    byte[] tokenizer = TOKENIZER.getBytes(StandardCharsets.UTF_8);
    Map<String, TensorData> weights = EncoderWeightsTest.filled(config, classifier);
    return new ModelFiles(
        config, weights, tokenizer, modules, 12, SentenceSettings.DEFAULT, KeptKeys.NONE);
  }
}

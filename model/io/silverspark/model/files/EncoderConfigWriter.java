package io.silverspark.model.files;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes config.json as transformers reads it. */
final class EncoderConfigWriter {
  private EncoderConfigWriter() {}

  /** The content of config.json for an encoder. */
  static ObjectNode encoder(EncoderConfig config) {
    ObjectNode json = keys(config);
    json.putArray("architectures").add(config.architecture().encoderClass());
    return json;
  }

  /** The content of config.json for an encoder with the head of its masked language model. */
  static ObjectNode masked(EncoderConfig config) {
    ObjectNode json = keys(config);
    json.putArray("architectures").add(config.architecture().maskedClass());
    json.put("tie_word_embeddings", true);
    return json;
  }

  private static void put(ObjectNode json, ConfigKeys.Real real, double value) {
    if (!real.key().isEmpty()) {
      json.put(real.key(), value);
    }
  }

  /** The content of config.json for a cross-encoder. */
  static ObjectNode classifier(EncoderConfig config) {
    boolean named = config.otherKeys().containsKey("id2label");
    ObjectNode json = keys(named ? config : config.withClasses(config.classes()));
    json.putArray("architectures").add(config.architecture().classifierClass());
    json.remove("num_labels");
    return json;
  }

  /** The keys of the record, then the others. */
  private static ObjectNode keys(EncoderConfig config) {
    ConfigKeys keys = config.architecture().keys();
    ObjectNode json = JsonObject.MAPPER.createObjectNode();
    json.putArray("architectures"); // first: model_type there marks older versions, see classes
    json.put("model_type", config.modelType());
    json.put(keys.hiddenSize(), config.hiddenSize());
    json.put(keys.layers(), config.layers());
    json.put(keys.heads(), config.heads());
    json.put(keys.intermediateSize(), config.intermediateSize());
    json.put("vocab_size", config.vocabSize());
    if (keys.maxPositions() != ConfigKeys.UNLIMITED) {
      json.put("max_position_embeddings", config.maxPositions());
    }
    if (config.architecture().hasTokenTypes()) {
      json.put("type_vocab_size", config.typeVocabSize());
    }
    put(json, keys.normEps(), config.layerNormEps());
    put(json, keys.hiddenDropout(), config.hiddenDropout());
    put(json, keys.attentionDropout(), config.attentionDropout());
    if (config.padTokenId() < 0) {
      json.putNull("pad_token_id");
    } else {
      json.put("pad_token_id", config.padTokenId());
    }
    if (!keys.activation().isEmpty()) {
      json.put(keys.activation(), "gelu");
    }
    config.otherKeys().forEach((key, value) -> json.set(key, JsonObject.MAPPER.valueToTree(value)));
    return json;
  }
}

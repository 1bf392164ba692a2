package io.silverspark.model.files;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads config.json and refuses what the encoder does not do. */
final class EncoderConfigReader {
  private EncoderConfigReader() {}

  static EncoderConfig read(JsonObject file) {
    Architecture architecture = architecture(file);
    JsonObject config = architecture.layout().spelled(file);
    ConfigKeys keys = architecture.keys();
    requireSupported(config, architecture, keys);
    int hiddenSize = config.required(keys.hiddenSize(), 1);
    int heads = config.required(keys.heads(), 1);
    if (hiddenSize % heads != 0 && architecture.layout().headsShareWidth()) {
      throw config.wrong(keys.hiddenSize(), "a multiple of " + keys.heads() + ", " + heads);
    }
    Map<String, Object> otherKeys = otherKeys(config.node(), keys);
    ClassNames classes = ClassNames.unnamed(2);
    if (EncoderConfig.isClassifier(otherKeys, architecture)) {
      classes = classes(config);
      if (!classes.equals(EncoderConfig.named(otherKeys, classes.count()))) {
        EncoderConfig.putClasses(otherKeys, classes);
      }
    }
    EncoderConfig read =
        new EncoderConfig(
            hiddenSize,
            config.required(keys.layers(), 1),
            heads,
            config.required(keys.intermediateSize(), 1),
            config.required("vocab_size", 1),
            keys.maxPositions() == ConfigKeys.UNLIMITED
                ? ConfigKeys.UNLIMITED
                : config.whole("max_position_embeddings", keys.maxPositions(), 1),
            keys.typeVocabSize().isPresent()
                ? config.whole("type_vocab_size", keys.typeVocabSize().get(), keys.fewestTypes())
                : 1,
            real(config, keys.normEps()),
            real(config, keys.hiddenDropout()),
            real(config, keys.attentionDropout()),
            padTokenId(config, architecture),
            classes.count(),
            architecture.modelType(),
            otherKeys);
    if (read.ratedTokens() < 3) {
      throw config.wrong(
          "pad_token_id",
          "a number that leaves positions for 3 tokens of max_position_embeddings "
              + read.maxPositions());
    }
    architecture.layout().program(read, config);
    return read;
  }

  private static double real(JsonObject config, ConfigKeys.Real real) {
    return real.key().isEmpty()
        ? real.fallback()
        : config.number(real.key(), real.fallback(), 0, 1);
  }

  /** As in transformers null says that there is none; BERT and its relatives need one here. */
  private static int padTokenId(JsonObject config, Architecture architecture) {
    boolean none = !architecture.isBert() && config.node().path("pad_token_id").isNull();
    return config.whole("pad_token_id", none ? -1 : architecture.keys().padTokenId(), 0);
  }

  private static Architecture architecture(JsonObject config) {
    String modelType = config.text("model_type", "bert");
    return Architecture.named(modelType)
        .filter(each -> each != Architecture.STATIC)
        .orElseThrow(() -> unknown(config));
  }

  private static UserException unknown(JsonObject config) {
    return config.get("auto_map").isPresent()
        ? ownCode(config, "model_type")
        : config.wrong("model_type", known().replaceFirst("model_type ", ""));
  }

  private static UserException ownCode(JsonObject config, String key) {
    return new UserException(
        "%s: '%s' is %s, and 'auto_map' names Python code of the model's own (trust_remote_code), which is not run here, expected %s"
            .formatted(config.where(), key, config.node().get(key), known()));
  }

  private static String known() {
    return "model_type one of " + String.join(", ", Architecture.modelTypes());
  }

  private static void requireSupported(
      JsonObject config, Architecture architecture, ConfigKeys keys) {
    for (JsonNode name : config.node().path("architectures")) {
      if (!name.asText().startsWith(architecture.family())) {
        if (config.get("auto_map").isPresent()) {
          throw ownCode(config, "architectures");
        }
        throw config.wrong(
            "architectures",
            architecture.classPrefix() + "Model or " + architecture.classifierClass());
      }
    }
    if (!keys.activation().isEmpty()) {
      require(config, keys.activation(), "gelu");
    }
    if (config.text("position_embedding_type", "").equals("alibi")) {
      throw config.wrong(
          "position_embedding_type",
          "'absolute': no BERT of transformers computes ALiBi, it needs Python code of the model's own (trust_remote_code), which is not run here");
    }
    if (architecture != Architecture.GTE) { // transformers does not look at it there
      require(
          config,
          "position_embedding_type",
          architecture == Architecture.NEW ? "rope" : "absolute");
    }
    int buckets = Architecture.RELATIVE_BUCKETS;
    if (architecture.hasRelativePositions()
        && config.whole("relative_attention_num_buckets", buckets, 1) != buckets) {
      throw config.wrong("relative_attention_num_buckets", buckets + ", the only one supported");
    }
    ConfigKeys.UNSUPPORTED.forEach(
        (key, off) -> {
          String found = config.get(key).map(JsonNode::toString).orElse(off);
          if (!found.equals(off) && !architecture.halfOf(key)) {
            throw config.wrong(key, off + ", the only one supported");
          }
        });
    if (config.flag("is_decoder", false) || config.flag("add_cross_attention", false)) {
      throw new UserException(config.where() + " describes a decoder, expected an encoder");
    }
  }

  private static void require(JsonObject config, String key, String supported) {
    if (!config.text(key, supported).equals(supported)) {
      throw config.wrong(key, "'" + supported + "', the only one supported");
    }
  }

  /**
   * The classes of a classifier. Versions of SilverSpark before class names counted wrote LABEL_0
   * to LABEL_2 for entailment, neutral and contradiction; the order of their keys identifies them.
   */
  private static ClassNames classes(JsonObject config) {
    ClassNames classes = ClassNames.parse(config);
    boolean older = config.node().fieldNames().next().equals("model_type");
    return older && classes.count() == 3 && classes.isUnnamed() ? ClassNames.nli() : classes;
  }

  private static Map<String, Object> otherKeys(ObjectNode config, ConfigKeys own) {
    Map<String, Object> keys =
        JsonObject.MAPPER.convertValue(
            config, new TypeReference<LinkedHashMap<String, Object>>() {});
    own.all().forEach(keys::remove);
    return keys;
  }
}

package io.silverspark.model.encoder;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.EncoderConfig;
import io.silverspark.model.files.EncoderProgram;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encoder from token ids to token vectors. The forward pass is one native call of the program that
 * {@link EncoderProgram} names, for BERT {@code bert.torchscript}; the weights are arrays that this
 * class owns.
 *
 * <p>Shapes: token ids [batch, tokens], hidden state [batch, tokens, hidden].
 */
public final class Transformer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Transformer.class);

  private final NDManager manager;
  private final EncoderConfig config;
  private final ModelFiles files;
  private final Precision precision;
  private final OptionalInt leadingWord;
  private final int maxTokens;
  private final long bytesOfToken;
  private final Map<String, NDArray> parameters;
  private final List<NDArray> embeddings;
  private List<NDArray> layers; // empty when a base in fewer bits took their place
  private final RecomputedLayers recomputed = new RecomputedLayers();
  private TorchProgram program;
  private AdaptedLayers adapted; // null unless an adapter is trained
  private NDManager packedOwner;
  private List<NDArray> packed;
  private IValue quantized;

  private Transformer(
      NDManager manager,
      TorchProgram program,
      Precision precision,
      ModelFiles files,
      Map<String, NDArray> parameters) {
    this.manager = manager;
    this.program = program;
    this.files = files;
    this.config = files.config();
    this.precision = precision;
    this.leadingWord = config.leadingWord();
    this.maxTokens = config.maxTokens();
    this.parameters = parameters;
    EncoderProgram slots = config.program();
    bytesOfToken = bytesOfToken(slots);
    embeddings = TorchProgram.asList("e", arrays(manager, slots.embeddings(), parameters));
    layers =
        TorchProgram.asList(
            "w",
            arrays(manager, slots.layers().stream().flatMap(List::stream).toList(), parameters));
  }

  /** The weights of a list of slots; an empty array where a slot is empty. */
  static List<NDArray> arrays(
      NDManager manager, List<EncoderProgram.Slot> slots, Map<String, NDArray> parameters) {
    List<NDArray> arrays = new ArrayList<>();
    for (EncoderProgram.Slot slot : slots) {
      arrays.add(slot.present() ? parameters.get(slot.name()) : manager.create(new float[0]));
    }
    return arrays;
  }

  /**
   * Puts a model's weights on the parent's device. The caller closes the result.
   *
   * @param parent decides the device
   * @param files weights by Hugging Face name and the model's shape
   * @param wanted precision of the matrix products; {@link Precision#AUTO} is decided here
   * @return the encoder with all layers of {@code files}
   */
  public static Transformer load(NDManager parent, ModelFiles files, Precision wanted) {
    EncoderConfig config = files.config();
    Precision precision = wanted.on(parent.getDevice());
    EmulatedPrecision.warn(precision, parent.getDevice());
    LOG.info("precision={} device={}", precision.title(), parent.getDevice());
    if (precision == Precision.INT8) {
      requireInt8(config, parent.getDevice());
    }
    NDManager manager = parent.newSubManager();
    try {
      Map<String, NDArray> parameters = new LinkedHashMap<>();
      EncoderProgram slots = config.program();
      for (EncoderProgram.Slot slot : slots.embeddings()) {
        put(parameters, slot, manager, files);
      }
      for (List<EncoderProgram.Slot> layer : slots.layers()) {
        layer.forEach(slot -> put(parameters, slot, manager, files));
      }
      TorchProgram program = program(manager, slots, precision, LoraConfig.NONE);
      return new Transformer(manager, program, precision, files, parameters);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static TorchProgram program(
      NDManager manager, EncoderProgram slots, Precision precision, LoraConfig lora) {
    boolean arranges = arrangesProducts(precision, manager.getDevice());
    List<String> texts = new ArrayList<>(slots.texts());
    texts.add("lora.torchscript");
    texts.add(arranges ? "products-onednn.torchscript" : "products.torchscript");
    Map<String, Object> constants = new HashMap<>(slots.constants());
    constants.put("lora_scale", EncoderProgram.number(lora.present() ? lora.scale() : 0));
    constants.put("lora_dropout", EncoderProgram.number(lora.dropout()));
    constants.put("product_type", precision.scalarType());
    return TorchProgram.load(manager, Transformer.class, texts, slots.className(), constants);
  }

  /**
   * Puts a fresh adapter beside the linear layers; the weights themselves are trained no more. With
   * a base in fewer bits those that were loaded are freed now.
   *
   * @param wanted rank, scale, dropout, layers and precision of the base
   * @param seed of A
   * @throws UserException if the model has no such layers
   */
  void addAdapter(LoraConfig wanted, long seed) {
    if (adapted != null) {
      throw new IllegalStateException("the model has an adapter already");
    }
    adapted = AdaptedLayers.fresh(manager, config, wanted, seed);
    program.close();
    program = program(manager, config.program(), precision, wanted);
    if (wanted.basePrecision() != LoraConfig.BasePrecision.FP32) {
      adapted.freeze(program, packMethod(), this::released);
      layers = List.of();
      System.gc(); // arrays made of Java's hold on to buffers that only the collector frees
      if (!wanted.basePrecision().title().equals(precision.title())) {
        recomputed.require(); // else the graph would hold the weights of all layers in full
      }
    }
    parametersChanged();
  }

  /** The layers with an adapter beside them; empty without one. */
  Optional<AdaptedLayers> adapted() {
    return Optional.ofNullable(adapted);
  }

  /** The loaded weights of a layer, which the scope takes over. */
  private List<NDArray> released(NDManager scope, int layer) {
    List<NDArray> weights = base(scope, layer);
    weights.forEach(weight -> weight.attach(scope));
    config.program().layers().get(layer).forEach(slot -> parameters.remove(slot.name()));
    return weights;
  }

  /** The weights of a layer as they were loaded, or from the files if they were freed. */
  private List<NDArray> base(NDManager scope, int layer) {
    List<EncoderProgram.Slot> slots = config.program().layers().get(layer);
    if (!layers.isEmpty()) {
      return layers.subList(layer * slots.size(), (layer + 1) * slots.size());
    }
    Map<String, NDArray> read = new HashMap<>();
    slots.forEach(slot -> put(read, slot, scope, files));
    // A copy owns its memory; an array made of Java's holds on to a buffer that goes with it, below
    // what is packed of it too.
    return TorchProgram.asList(
        "w", arrays(scope, slots, read).stream().map(NDArray::duplicate).toList());
  }

  /** The weights of a layer with the adapter in them. */
  private List<NDArray> current(NDManager scope, int layer) {
    List<NDArray> base = base(scope, layer);
    return adapted == null
        ? base
        : TorchProgram.asList("w", program.run(scope, "merged", base, adapted.slots(layer)));
  }

  /** All weights by name, copied out of native memory; those with an adapter as W + scale * B A. */
  Map<String, TensorData> currentWeights() {
    Map<String, TensorData> all = CurrentWeights.copy(Map.of(), parameters);
    List<List<EncoderProgram.Slot>> slots = config.program().layers();
    for (int layer = 0; adapted != null && layer < slots.size(); layer++) {
      try (NDManager scope = manager.newSubManager()) {
        List<NDArray> weights = current(scope, layer);
        Map<String, NDArray> changed = new LinkedHashMap<>();
        for (int i = 0; i < weights.size(); i++) {
          if (adapted.adapts(slots.get(layer).get(i).name())) {
            changed.put(slots.get(layer).get(i).name(), weights.get(i));
          }
        }
        all.putAll(CurrentWeights.copy(Map.of(), changed));
      }
    }
    return all;
  }

  private static void requireInt8(EncoderConfig config, Device device) {
    if (device.isGpu()) {
      throw new UserException("precision int8 runs on a CPU only: use fp32, bf16 or fp16 on a GPU");
    }
    if (!config.architecture().isBert()) {
      throw new UserException(
          "precision int8 is not there for model_type '%s', expected BERT or one of its relatives: use fp32, bf16 or fp16"
              .formatted(config.modelType()));
    }
  }

  private static void put(
      Map<String, NDArray> parameters,
      EncoderProgram.Slot slot,
      NDManager manager,
      ModelFiles files) {
    if (slot.present() && !parameters.containsKey(slot.name())) {
      parameters.put(slot.name(), array(manager, files, slot.name()));
    }
  }

  static NDArray array(NDManager manager, ModelFiles files, String name) {
    TensorData tensor = files.weights().get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the model has no weight named " + name);
    }
    return manager.create(tensor.floats(), new Shape(tensor.shape()));
  }

  /** Where the weights are. */
  Device device() {
    return manager.getDevice();
  }

  /**
   * Pads texts to one batch on the device.
   *
   * @param scope owns the arrays
   * @param texts at least one
   */
  TokenBatch batch(NDManager scope, List<TokenizedText> texts) {
    return TokenBatch.of(scope, texts, maxTokens);
  }

  /**
   * What a layer holds of a token at once without gradients, roughly: inputs and outputs of its
   * matrix products in float32.
   *
   * @return bytes
   */
  long bytesOfToken() {
    return bytesOfToken;
  }

  private static long bytesOfToken(EncoderProgram program) {
    long widths =
        program.layers().stream()
            .limit(1)
            .flatMap(List::stream)
            .map(EncoderProgram.Slot::shape)
            .filter(shape -> shape.length == 2)
            .mapToLong(shape -> shape[0] + shape[1])
            .sum();
    return Math.max(1, widths) * Float.BYTES;
  }

  /**
   * Runs the encoder without dropout and without recording gradients. Safe for several threads.
   *
   * @param scope owns the result
   * @param batch padded token ids
   * @return last hidden state [batch, tokens, hidden], float32; rows of padding are undefined
   */
  public NDArray hidden(NDManager scope, TokenBatch batch) {
    if (precision == Precision.INT8) {
      return program
          .runWith(
              scope,
              "hidden_int8",
              embeddings,
              quantized(),
              batch.ids(),
              batch.typeIds(),
              batch.lengths())
          .singletonOrThrow();
    }
    return program
        .run(scope, "hidden", embeddings, packed(), batch.ids(), batch.typeIds(), batch.lengths())
        .singletonOrThrow();
  }

  /**
   * Prepares the weights for the passes of one training step, recording gradients for {@link
   * #parameters()}.
   *
   * @param scope owns the result
   * @param passes the texts of all passes that will use the result
   */
  RecordedWeights recordWeights(NDManager scope, List<List<TokenizedText>> passes) {
    if (precision == Precision.INT8) {
      throw new UserException(
          "a model loaded with precision int8 cannot be trained: use fp32, bf16 or fp16 for"
              + " training");
    }
    int[] wordIds = RecordedWeights.wordIds(passes, leadingWord);
    long[] ids = Arrays.stream(wordIds).asLongStream().toArray();
    NDArray words = HostArrays.of(scope, ids, new Shape(ids.length));
    List<NDArray> used = new ArrayList<>(program.runRecorded(scope, "rows", embeddings, words));
    used.addAll(embeddings.subList(1, embeddings.size()));
    RecordedWeights weights =
        new RecordedWeights(
            TorchProgram.asList("e", used),
            TorchProgram.asList("p", recordedLayers(scope)),
            wordIds,
            leadingWord.isPresent() ? 1 : 0);
    int adapters = adapted == null ? 0 : adapted.slotCount();
    return recomputed.cut(scope, program, weights, config.layers(), adapters);
  }

  /** Gradient checkpointing of the recorded passes. */
  RecomputedLayers recomputed() {
    return recomputed;
  }

  /** The layers of a step; below an adapter they never change and are packed once. */
  private List<NDArray> recordedLayers(NDManager scope) {
    if (adapted == null) {
      return program.runRecorded(scope, packMethod(), layers);
    }
    if (!adapted.isFrozen()) {
      adapted.freeze(program, packMethod(), this::base);
    }
    return adapted.recorded();
  }

  /**
   * Runs the encoder with the configured dropout, recording gradients.
   *
   * @param scope owns the result
   * @param weights of this step
   * @param batch padded rows, from {@link RecordedWeights#rows}
   * @return last hidden state [batch, tokens, hidden], float32; rows of padding are undefined
   */
  NDArray hiddenRecorded(NDManager scope, RecordedWeights weights, TokenBatch batch) {
    if (recomputed.isOpen()) {
      NDList states = recomputed.states(scope, batch, List.of());
      return states.get(states.size() - 1);
    }
    return program
        .runRecorded(
            scope,
            "train",
            weights.embeddings(),
            weights.layers(),
            batch.ids(),
            batch.typeIds(),
            batch.lengths())
        .singletonOrThrow();
  }

  /**
   * As {@link #hiddenRecorded} with all hidden states.
   *
   * @param scope owns the result
   * @param weights of this step
   * @param batch padded rows, from {@link RecordedWeights#rows}
   * @param wanted those that the loss uses beside the last
   * @return output of the embedding tables, then of each layer, each [batch, tokens, hidden]
   */
  NDList layersRecorded(
      NDManager scope, RecordedWeights weights, TokenBatch batch, List<Integer> wanted) {
    if (recomputed.isOpen()) {
      return recomputed.states(scope, batch, wanted);
    }
    return program.runRecorded(
        scope,
        "train_layers",
        weights.embeddings(),
        weights.layers(),
        batch.ids(),
        batch.typeIds(),
        batch.lengths());
  }

  /**
   * Classifies by the architecture's head, for BERT the first token: dense layer, tanh, dropout
   * while recording, linear layer.
   *
   * @param scope owns the result
   * @param head weights of {@link EncoderProgram#head()}, as one list of a program
   * @param hidden [batch, tokens, hidden]
   * @param batch whose texts they are
   * @param recorded whether to apply dropout and record gradients
   * @return logits [batch, labels]
   */
  NDArray classify(
      NDManager scope, List<NDArray> head, NDArray hidden, TokenBatch batch, boolean recorded) {
    return recorded
        ? program
            .runRecorded(scope, "train_logits", head, hidden, batch.ids(), batch.lengths())
            .singletonOrThrow()
        : program
            .run(scope, "logits", head, hidden, batch.ids(), batch.lengths())
            .singletonOrThrow();
  }

  /**
   * The weights by Hugging Face name, linear weights [out, in]. They belong to this encoder; after
   * a change in place call {@link #parametersChanged()}.
   *
   * @return unmodifiable, in the order of the forward pass
   */
  public Map<String, NDArray> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /** Word, position and token type tables, norm; as the list {@code e} of a program. */
  List<NDArray> embeddings() {
    return embeddings;
  }

  /** Forgets the weights packed for inference; the next {@link #hidden} packs the current ones. */
  public synchronized void parametersChanged() {
    packed = null;
    if (quantized != null) {
      quantized.close();
      quantized = null;
    }
    if (packedOwner != null) {
      packedOwner.close();
      packedOwner = null;
    }
  }

  /**
   * The weights of the layers for inference, made once: joined where the architecture joins them
   * (for BERT query, key and value to [3 * hidden, hidden]), cast, and laid out for the products.
   */
  private synchronized List<NDArray> packed() {
    if (packed == null) {
      packedOwner = manager.newSubManager();
      List<NDArray> all = new ArrayList<>();
      for (int layer = 0; layer < config.program().layers().size(); layer++) {
        try (NDManager scope = packedOwner.newSubManager()) {
          NDList joined = program.run(scope, packMethod(), current(scope, layer));
          all.addAll(program.run(packedOwner, "arrange", TorchProgram.asList("p", joined)));
        }
      }
      packed = TorchProgram.asList("p", all);
    }
    return packed;
  }

  /** oneDNN is there on x86-64; it multiplies 16 bits on processors with vectors of 512 bits. */
  private static boolean arrangesProducts(Precision precision, Device device) {
    Processor.Level level = Processor.current().level();
    return !device.isGpu()
        && (precision == Precision.FP32 && level.compareTo(Processor.Level.AVX2) >= 0
            || precision == Precision.BF16 && level.compareTo(Processor.Level.AVX512) >= 0);
  }

  /** The linear layers in 8-bit integers, packed once for this processor. */
  private synchronized IValue quantized() {
    if (quantized == null) {
      try {
        quantized = program.prepare("pack_int8", layers);
      } catch (EngineException e) {
        throw new UserException(
            "precision int8 needs a processor that PyTorch has 8-bit kernels for (x86-64 with AVX2): use fp32 or bf16 here (%s)"
                .formatted(e.getMessage().lines().reduce("", (a, line) -> line)),
            e);
      }
    }
    return quantized;
  }

  private String packMethod() {
    return "pack_" + precision.title();
  }

  /** Number format of the matrix products. */
  Precision precision() {
    return precision;
  }

  @Override
  public void close() {
    parametersChanged();
    program.close();
    manager.close();
  }
}

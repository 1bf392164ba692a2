package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.EncoderProgram;
import io.silverspark.model.files.LoraAdapter;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads both texts of a pair at once and gives one logit per label: a transformer, then a dense
 * layer with tanh on the first token, then a linear layer (BertForSequenceClassification and those
 * of the other architectures).
 *
 * <p>{@link #logits} is safe to call from several threads. Closing frees the native memory.
 */
public final class CrossEncoder implements AutoCloseable {
  private final NDManager manager;
  private final ModelFiles files;
  private final Transformer transformer;
  private final List<NDArray> head;
  private Map<String, NDArray> parameters;
  private String adapterBase = "";
  private final TextTokenizer tokenizer;
  private final BatchRunner batches;
  private final ScoreActivation activation;
  private final String title;
  private final OptionalInt match;

  private CrossEncoder(NDManager manager, ModelFiles files, String title, EncoderOptions options) {
    this.manager = manager;
    this.title = title;
    this.match = files.config().classes().match(options.matchClass(), title);
    this.files = files;
    this.activation = files.config().numLabels() == 1 ? ScoreActivation.of(files.config()) : null;
    this.transformer = Transformer.load(manager, files, options.precision());
    Map<String, NDArray> all = new LinkedHashMap<>(transformer.parameters());
    List<EncoderProgram.Slot> slots = files.config().program().head();
    slots.stream()
        .filter(EncoderProgram.Slot::present)
        .forEach(slot -> all.put(slot.name(), Transformer.array(manager, files, slot.name())));
    this.parameters = Collections.unmodifiableMap(all);
    this.head = TorchProgram.asList("h", Transformer.arrays(manager, slots, all));
    this.tokenizer = TextTokenizer.of(files.tokenizer(), files.maxSeqLength());
    this.batches = BatchRunner.of(transformer, options);
  }

  /**
   * Loads a trained cross-encoder. The caller closes it.
   *
   * @param reference a directory or a Hub id
   * @param options layers, precision, device, limit of tokens, workers
   * @return the cross-encoder
   * @throws UserException if the model is unknown, unreadable or has no classifier
   */
  public static CrossEncoder load(String reference, EncoderOptions options) {
    ModelFiles files = options.applyTo(ModelReference.open(reference));
    if (!files.isCrossEncoder()) {
      throw new UserException(
          "model '%s' is not a cross-encoder: it has no classifier.weight; train one with train-cross"
              .formatted(reference));
    }
    return of(files, "model '%s'".formatted(reference), options);
  }

  /**
   * Puts a fresh classifier on a sentence encoder's transformer. The caller closes it.
   *
   * @param reference the encoder to start from
   * @param labels 1 for a score, n for classes; 3 are named entailment, neutral and contradiction
   * @param seed of the fresh weights, normal as {@code initializer_range} says
   * @param options layers, precision, device, limit of tokens, workers
   * @return an untrained cross-encoder
   */
  public static CrossEncoder fromEncoder(
      String reference, int labels, long seed, EncoderOptions options) {
    return fromEncoder(reference, ClassNames.ofNumber(labels), seed, options);
  }

  /**
   * The same for classes with names.
   *
   * @param reference the encoder to start from
   * @param classes names of the outputs, in their order
   * @param seed of the fresh weights
   * @param options layers, precision, device, limit of tokens, workers
   * @return an untrained cross-encoder
   */
  public static CrossEncoder fromEncoder(
      String reference, ClassNames classes, long seed, EncoderOptions options) {
    ModelFiles files = options.applyTo(ModelReference.open(reference));
    return of(ClassificationHead.fresh(files, classes, seed), options);
  }

  /**
   * Makes a cross-encoder of a model in memory. The caller closes it.
   *
   * @param files weights with pooler and classifier
   * @param options precision, device and workers
   * @return the cross-encoder
   */
  public static CrossEncoder of(ModelFiles files, EncoderOptions options) {
    return of(files, "the cross-encoder", options);
  }

  private static CrossEncoder of(ModelFiles files, String title, EncoderOptions options) {
    NDManager manager = TorchEngine.open(options.device());
    try {
      return new CrossEncoder(manager, files, title, options);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * Scores pairs.
   *
   * @param pairs any number
   * @return logits [pairs][labels] in the order of {@code pairs}
   */
  public float[][] logits(List<TextPair> pairs) {
    return logits(pairs, BatchListener.NONE);
  }

  private float[][] logits(List<TextPair> pairs, BatchListener listener) {
    return batches.rows(
        manager,
        pairs,
        new BatchRunner.Work<>(
            some -> tokenizer.encodePairs(prompted(some)),
            pair -> pair.first().length() + pair.second().length(),
            (scope, batch) ->
                transformer.classify(scope, head, transformer.hidden(scope, batch), batch, false)),
        listener);
  }

  /** The model's default prompt stands in front of the first text of a pair. */
  private List<TextPair> prompted(List<TextPair> pairs) {
    String prompt = files.settings().prompts().text(Prompt.DEFAULT);
    return prompt.isEmpty()
        ? pairs
        : pairs.stream().map(pair -> new TextPair(prompt + pair.first(), pair.second())).toList();
  }

  /**
   * How well the texts of each pair match.
   *
   * @param pairs any number
   * @return for one label its sigmoid, or the logit itself if the model asks for that, see {@link
   *     #activation()}; for n labels the softmax probability of {@link #matchClass()}
   * @throws UserException if there are several labels and nothing says which one is a match
   */
  public float[] scores(List<TextPair> pairs) {
    float[][] logits = logits(pairs);
    float[] scores = new float[logits.length];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = score(logits[row]);
    }
    return scores;
  }

  /**
   * Score and class.
   *
   * @param pairs any number
   * @return for each pair its score as of {@link #scores} and its class, in the model's own order
   * @throws UserException if there are several labels and nothing says which one is a match
   */
  public List<PairPrediction> predict(List<TextPair> pairs) {
    return predict(pairs, BatchListener.NONE);
  }

  /**
   * The same, telling of each batch.
   *
   * @param pairs any number
   * @param listener hears of each batch
   * @return for each pair its score as of {@link #scores} and its class
   */
  public List<PairPrediction> predict(List<TextPair> pairs, BatchListener listener) {
    return Arrays.stream(logits(pairs, listener))
        .map(logits -> new PairPrediction(score(logits), greatest(logits)))
        .toList();
  }

  private float score(float[] logits) {
    return labels() == 1 ? activation.of(logits[0]) : probability(logits, matchClass());
  }

  private static int greatest(float[] logits) {
    int best = 0;
    for (int label = 1; label < logits.length; label++) {
      if (logits[label] > logits[best]) {
        best = label;
      }
    }
    return best;
  }

  private static float probability(float[] logits, int label) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - logits[label]);
    }
    return (float) (1 / sum);
  }

  /**
   * Logits of the pairs of one training step with dropout, recording gradients for {@link
   * #parameters()}.
   *
   * @param scope owns the result
   * @param passes pairs that are padded to one length and run together; tokenized by {@link
   *     #tokenizer()}
   * @return [pairs, labels] for each pass
   */
  public NDList logitsRecorded(NDManager scope, List<List<TokenizedText>> passes) {
    RecordedWeights weights = transformer.recordWeights(scope, passes);
    NDList logits = new NDList();
    for (List<TokenizedText> pass : passes) {
      TokenBatch batch = transformer.batch(scope, weights.rows(pass));
      NDArray hidden = transformer.hiddenRecorded(scope, weights, batch);
      logits.add(transformer.classify(scope, head, hidden, batch, true));
    }
    return logits;
  }

  /** Gradient checkpointing of {@link #logitsRecorded}. */
  public RecomputedLayers recomputed() {
    return transformer.recomputed();
  }

  /**
   * Writes the model with its current weights as a directory that sentence-transformers'
   * CrossEncoder loads. The directory appears whole or not at all.
   *
   * <p>Beside a trained adapter the weights are the merged ones, and {@code adapter/} holds it
   * alone.
   *
   * @param directory replaced if it exists
   * @param modelCard content of its README.md
   */
  public void save(Path directory, String modelCard) {
    ModelDirectory.write(currentFiles(), adapter(), directory, modelCard);
  }

  /**
   * The model with its current weights, copied out of native memory.
   *
   * @return files of this model
   */
  public ModelFiles currentFiles() {
    Map<String, TensorData> current = new LinkedHashMap<>(files.weights());
    current.putAll(transformer.currentWeights());
    Map<String, NDArray> head = new LinkedHashMap<>();
    files.config().program().head().stream()
        .filter(EncoderProgram.Slot::present)
        .forEach(slot -> head.put(slot.name(), parameters.get(slot.name())));
    return files.withWeights(CurrentWeights.copy(current, head));
  }

  /**
   * Trains a LoRA adapter and the head instead of all weights from here on: {@link #parameters()}
   * are A and B, pooler and classifier. Logits and {@link #currentFiles()} have the adapter merged
   * into the weights.
   *
   * @param config rank, scale, dropout and layers
   * @param base name of the model under this head, for {@link #save}
   * @param seed of the fresh A
   * @throws UserException if the model has no such layers
   */
  public void addAdapter(LoraConfig config, String base, long seed) {
    transformer.addAdapter(config, seed);
    adapterBase = base;
    Map<String, NDArray> trained = new LinkedHashMap<>();
    transformer.adapted().ifPresent(layers -> trained.putAll(layers.weights()));
    files.config().program().head().stream()
        .filter(EncoderProgram.Slot::present)
        .forEach(slot -> trained.put(slot.name(), parameters.get(slot.name())));
    parameters = Collections.unmodifiableMap(trained);
  }

  /**
   * The adapter with its current weights.
   *
   * @return empty if there is none
   */
  public Optional<LoraAdapter> adapter() {
    return CurrentWeights.adapter(transformer, adapterBase);
  }

  /** What the encoder was made of, with the weights that it had then. */
  public ModelFiles files() {
    return files;
  }

  /**
   * Number of labels.
   *
   * @return 1 for a score, n for classes
   */
  public int labels() {
    return files.config().numLabels();
  }

  /**
   * Names of the labels.
   *
   * @return in the order of the logits
   */
  public ClassNames classes() {
    return files.config().classes();
  }

  /**
   * The label whose probability is the score of a pair: the one that {@link
   * EncoderOptions#matchClass()} names, else the one that its name tells, such as entailment.
   *
   * @return 0 for a model with one label
   * @throws UserException if there are several labels and nothing says which one it is
   */
  public int matchClass() {
    if (labels() == 1) {
      return 0;
    }
    return match.orElseThrow(() -> classes().unknownMatch(title));
  }

  /**
   * What makes a score of the logit.
   *
   * @return of a model with one label; empty for several, whose scores are probabilities
   */
  public Optional<ScoreActivation> activation() {
    return Optional.ofNullable(activation);
  }

  /**
   * The trainable weights: the transformer's, then pooler and classifier.
   *
   * @return by Hugging Face name, unmodifiable
   */
  public Map<String, NDArray> parameters() {
    return parameters;
  }

  /** Number format of the matrix products. */
  public Precision precision() {
    return transformer.precision();
  }

  /** Tells that the weights were changed in place. */
  public void parametersChanged() {
    transformer.parametersChanged();
  }

  /**
   * The model's tokenizer, with its limit of tokens.
   *
   * @return owned by this encoder
   */
  public TextTokenizer tokenizer() {
    return tokenizer;
  }

  /** What {@link #tokenizer} does with pairs of an example's texts, to be sent to processes. */
  public ExampleTokenizer exampleTokenizer() {
    return new ExampleTokenizer(files.tokenizer(), files.maxSeqLength(), List.of(""), true)
        .with(ExampleTokenizer.Sequences.PAIRS);
  }

  /**
   * The manager of this model's native memory, whose sub-managers hold training batches.
   *
   * @return owned by this encoder
   */
  public NDManager manager() {
    return manager;
  }

  @Override
  public void close() {
    batches.close();
    tokenizer.close();
    transformer.close();
    manager.close();
  }
}

package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.LoraAdapter;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModule;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.prompt.Prompts;
import io.silverspark.model.tokenizer.ColumnTokenizer;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TextWindows;
import io.silverspark.model.tokenizer.TokenizedText;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/**
 * Bi-encoder: tokenizer, transformer, pooling and, where the model has it, scaling to length 1. One
 * text gives one vector.
 *
 * <p>{@link #encode} is safe to call from several threads. Closing frees the native memory.
 */
public final class SentenceEncoder implements AutoCloseable {
  private static final int JOINED = 1024;

  private final NDManager manager;
  private final ModelFiles files;
  private final Transformer transformer;
  private final ModuleSequence modules;
  private Map<String, NDArray> parameters;
  private String adapterBase = "";
  private final TextTokenizer tokenizer;
  private final BatchRunner batches;
  private TextWindows windows; // opened by the first long texts

  private SentenceEncoder(NDManager manager, ModelFiles files, EncoderOptions options) {
    this.manager = manager;
    this.files = files;
    this.transformer = Transformer.load(manager, files, options.precision());
    this.modules = ModuleSequence.load(manager, files, transformer);
    Map<String, NDArray> all = new LinkedHashMap<>(transformer.parameters());
    all.putAll(modules.parameters());
    this.parameters = Collections.unmodifiableMap(all);
    this.tokenizer = TextTokenizer.of(files.tokenizer(), files.maxSeqLength());
    this.batches = BatchRunner.of(transformer, options);
  }

  /**
   * Loads a model. The caller closes it.
   *
   * @param reference {@code builtin:all-MiniLM-L6-v2}, a directory, or a Hub id
   * @param options layers, precision, device, limit of tokens, workers
   * @return the encoder
   * @throws UserException if the model is unknown, unreadable or of another kind, or the options do
   *     not fit it
   */
  public static SentenceEncoder load(String reference, EncoderOptions options) {
    ModelFiles files = options.applyTo(ModelReference.open(reference));
    if (files.isCrossEncoder()) {
      throw new UserException(
          ("model '%s' is a cross-encoder: it scores pairs and gives no vectors,"
                  + " expected a sentence encoder")
              .formatted(reference));
    }
    return of(files, options);
  }

  /**
   * Makes an encoder of a model in memory. The caller closes it.
   *
   * @param files weights, tokenizer and shape; its layers and limit of tokens are taken as they are
   * @param options precision, device and workers
   * @return the encoder
   */
  public static SentenceEncoder of(ModelFiles files, EncoderOptions options) {
    NDManager manager = TorchEngine.open(options.device());
    try {
      return new SentenceEncoder(manager, files, options);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * Encodes texts behind the model's default prompt, where it has one: tokenized, batched by
   * length, padded to the longest of a batch.
   *
   * @param texts any number, also empty texts; none null
   * @return vectors [texts][dimension] in the order of {@code texts}
   */
  public float[][] encode(List<String> texts) {
    return encode(texts, Prompt.DEFAULT);
  }

  /**
   * Encodes queries, as {@code encode_query} of sentence-transformers: behind the model's prompt
   * "query", where it has one. The default prompt is not used.
   *
   * @param queries any number, also empty texts; none null
   * @return vectors [queries][dimension]
   */
  public float[][] encodeQuery(List<String> queries) {
    return encode(queries, Prompt.QUERY);
  }

  /**
   * Encodes the texts that queries are searched in, as {@code encode_document} of
   * sentence-transformers: behind the model's prompt "document", where it has one. The default
   * prompt is not used.
   *
   * @param documents any number, also empty texts; none null
   * @return vectors [documents][dimension]
   */
  public float[][] encodeDocument(List<String> documents) {
    return encode(documents, Prompt.DOCUMENT);
  }

  /**
   * Encodes texts behind a prompt.
   *
   * @param texts any number, also empty texts; none null
   * @param prompt the model's default, one of its prompts by name, or a text
   * @return vectors [texts][dimension] in the order of {@code texts}
   * @throws UserException if the model has no prompt of that name
   */
  public float[][] encode(List<String> texts, Prompt prompt) {
    return encode(texts, prompt, BatchListener.NONE);
  }

  /**
   * The same, telling of each batch.
   *
   * @param texts any number, also empty texts; none null
   * @param prompt the model's default, one of its prompts by name, or a text
   * @param listener hears of each batch
   * @return vectors [texts][dimension] in the order of {@code texts}
   * @throws UserException if the model has no prompt of that name
   */
  public float[][] encode(List<String> texts, Prompt prompt, BatchListener listener) {
    requireDense();
    return rows(texts, prompt, this::truncated, listener);
  }

  /**
   * Rows that are made of the embeddings of texts.
   *
   * @param last makes them, of [texts, dimension]
   */
  private float[][] rows(
      List<String> texts,
      Prompt prompt,
      BiFunction<NDManager, NDArray, NDArray> last,
      BatchListener listener) {
    return batches.rows(
        manager,
        texts,
        new BatchRunner.Work<>(
            some -> tokenize(some, prompt),
            String::length,
            (scope, batch) ->
                last.apply(scope, embed(scope, transformer.hidden(scope, batch), batch))),
        listener);
  }

  /**
   * The same with another rule for texts that the model's limit would cut.
   *
   * @param texts any number, also empty texts; none null
   * @param prompt the model's default, one of its prompts by name, or a text
   * @param longTexts the rule; texts that fit have the vectors that they have without it
   * @param listener hears of each batch of windows
   * @return vectors [texts][dimension] in the order of {@code texts}
   * @throws UserException if the model has no prompt of that name, prompt and overlap fill its
   *     windows, or the rule is late pooling and the model does not pool by the mean
   */
  public float[][] encode(
      List<String> texts, Prompt prompt, LongTexts longTexts, BatchListener listener) {
    if (longTexts.pooling() == LongTexts.Pooling.CUT) {
      return encode(texts, prompt, listener);
    }
    requireDense();
    boolean late = longTexts.pooling() == LongTexts.Pooling.LATE;
    SentenceModule.Pooling pooling = files.modules().pooling();
    if (late && !pooling.modes().equals(List.of(PoolingMode.MEAN))) {
      throw new UserException(
          "late pooling of long texts needs a model that pools by the mean, found %s; take mean"
              .formatted(pooling.modes().stream().map(PoolingMode::modeName).toList()));
    }
    List<List<TokenizedText>> windows =
        windows()
            .split(
                prompts().text(prompt), pooling.includePrompt(), texts, longTexts.overlap(), late);
    float[][] rows =
        batches.rows(
            manager,
            windows.stream().flatMap(List::stream).toList(),
            new BatchRunner.Work<>(
                some -> some,
                TokenizedText::length,
                (scope, batch) -> {
                  NDArray hidden = transformer.hidden(scope, batch);
                  return late ? modules.pooled(scope, hidden, batch) : embed(scope, hidden, batch);
                }),
            listener);
    return joined(WindowMeans.of(windows, rows, late), late);
  }

  private void requireDense() {
    if (files.isSparse()) {
      throw new UserException(
          "the model is a sparse encoder, whose vectors have %d components of which most are 0, expected a sentence encoder; encode, evaluate, compare, train-bi, embed and top_k_table of SQL and SentenceEmbedder take sparse encoders, and SparseEncoder in Java"
              .formatted(trainedDimension()));
    }
  }

  /**
   * The largest components of the vectors of a sparse encoder.
   *
   * @param most how many of a vector are kept; 0: all that are above 0
   * @return a row for each text: components, then as many places, which rise; 0 fills a row
   */
  float[][] encodeLargest(List<String> texts, Prompt prompt, int most, BatchListener listener) {
    return rows(texts, prompt, (scope, vectors) -> modules.largest(scope, vectors, most), listener);
  }

  /** The vectors of texts whose windows are pooled. */
  private float[][] joined(float[][] means, boolean late) {
    float[][] vectors = new float[means.length][];
    for (int from = 0; from < means.length; from += JOINED) {
      int to = Math.min(means.length, from + JOINED);
      try (NDManager scope = manager.newSubManager()) {
        NDArray some = scope.create(Arrays.copyOfRange(means, from, to));
        NDArray whole = late ? modules.afterPooling(scope, some) : modules.scaled(scope, some);
        float[] flat = truncated(scope, whole).toFloatArray();
        int width = flat.length / (to - from);
        for (int row = from; row < to; row++) {
          vectors[row] = Arrays.copyOfRange(flat, (row - from) * width, (row - from + 1) * width);
        }
      }
    }
    return vectors;
  }

  private synchronized TextWindows windows() {
    if (windows == null) {
      windows = TextWindows.of(files.tokenizer(), files.maxSeqLength());
    }
    return windows;
  }

  /**
   * Encodes texts for a loss, as a teacher: whole vectors, whatever the model's {@code
   * truncate_dim}.
   *
   * @param texts any number, also empty texts; none null
   * @param prompt the model's default, one of its prompts by name, or a text
   * @return vectors [texts][{@link #trainedDimension()}] in the order of {@code texts}
   */
  public float[][] encodeWhole(List<String> texts, Prompt prompt) {
    return batches.rows(
        manager,
        texts,
        new BatchRunner.Work<>(
            some -> tokenize(some, prompt),
            String::length,
            (scope, batch) -> embed(scope, transformer.hidden(scope, batch), batch)),
        BatchListener.NONE);
  }

  /**
   * Encodes texts that are tokenized already.
   *
   * @param texts any number, of at least one token each, special tokens included
   * @param listener hears of each batch
   * @return vectors [texts][{@link #trainedDimension()}] in the order of {@code texts}
   */
  public float[][] encodeTokenized(List<TokenizedText> texts, BatchListener listener) {
    return batches.rows(
        manager,
        texts,
        new BatchRunner.Work<>(
            some -> some,
            TokenizedText::length,
            (scope, batch) -> embed(scope, transformer.hidden(scope, batch), batch)),
        listener);
  }

  /**
   * Tokenizes texts behind a prompt, marked as this model's pooling takes them: for {@link
   * #embedRecorded}.
   *
   * @param texts any number; none null
   * @param prompt the model's default, one of its prompts by name, or a text
   * @return one result per text, in order
   * @throws UserException if the model has no prompt of that name
   */
  public List<TokenizedText> tokenize(List<String> texts, Prompt prompt) {
    boolean included = files.modules().includePrompt();
    return tokenizer.encodeAll(prompts().text(prompt), included, texts);
  }

  /**
   * Tokenizes the columns of training examples, each behind a prompt, as the argument {@code
   * prompts} of sentence-transformers' training. The model's default prompt is not used.
   *
   * @param prompts by column; the last one holds for all further columns; an empty text is none
   * @return a view of this encoder's tokenizer
   */
  public ColumnTokenizer columns(List<String> prompts) {
    return exampleTokenizer(prompts).over(tokenizer);
  }

  /**
   * What {@link #columns} does, to be sent to other processes.
   *
   * @param prompts as there
   */
  public ExampleTokenizer exampleTokenizer(List<String> prompts) {
    return new ExampleTokenizer(
        files.tokenizer(),
        files.maxSeqLength(),
        prompts.stream().map(prompt -> prompts().text(Prompt.of(prompt))).toList(),
        files.modules().pooling().includePrompt());
  }

  /**
   * The model's prompts.
   *
   * @return texts by name, and the name of the default
   */
  public Prompts prompts() {
    return files.settings().prompts();
  }

  /**
   * Embeds the texts of one training step with dropout, recording gradients for {@link
   * #parameters()}.
   *
   * @param scope owns the result
   * @param passes texts that are padded to one length and run together; tokenized by {@link
   *     #tokenize} or {@link #tokenizer()}
   * @return [texts, dimension] for each pass
   */
  public NDList embedRecorded(NDManager scope, List<List<TokenizedText>> passes) {
    RecordedWeights weights = transformer.recordWeights(scope, passes);
    NDList embeddings = new NDList();
    for (List<TokenizedText> pass : passes) {
      embeddings.add(embedRecorded(scope, weights, pass));
    }
    return embeddings;
  }

  /**
   * As {@link #embedRecorded(NDManager, List)} with the embeddings of earlier layers, made by the
   * same modules, beside those of the last one.
   *
   * @param scope owns the result
   * @param passes the texts of each pass
   * @param layers hidden states: 0 is the output of the embedding tables
   * @return for each pass [texts, (1 + layers) * dimension], the last layer first
   */
  public NDList embedRecorded(
      NDManager scope, List<List<TokenizedText>> passes, List<Integer> layers) {
    RecordedWeights weights = transformer.recordWeights(scope, passes);
    NDList embeddings = new NDList();
    for (List<TokenizedText> pass : passes) {
      TokenBatch batch = transformer.batch(scope, weights.rows(pass));
      NDList states = transformer.layersRecorded(scope, weights, batch, layers);
      NDList vectors = new NDList();
      vectors.add(modules.embed(scope, states.get(states.size() - 1), batch, true));
      layers.forEach(layer -> vectors.add(modules.embed(scope, states.get(layer), batch, true)));
      embeddings.add(NDArrays.concat(vectors, 1));
    }
    return embeddings;
  }

  /**
   * Gradient checkpointing of {@link #embedRecorded}, as {@code gradient_checkpointing_enable()} of
   * sentence-transformers.
   */
  public RecomputedLayers recomputed() {
    return transformer.recomputed();
  }

  /** Number of layers of the transformer. */
  public int layers() {
    return files.config().layers();
  }

  /** Embeds one pass with the weights of its step. */
  NDArray embedRecorded(NDManager scope, RecordedWeights weights, List<TokenizedText> pass) {
    TokenBatch batch = transformer.batch(scope, weights.rows(pass));
    NDArray hidden = transformer.hiddenRecorded(scope, weights, batch);
    return modules.embed(scope, hidden, batch, true);
  }

  /** The part that a language model shares. */
  Transformer transformer() {
    return transformer;
  }

  /** What the encoder was made of, with the weights that it had then. */
  public ModelFiles files() {
    return files;
  }

  private NDArray embed(NDManager scope, NDArray hidden, TokenBatch batch) {
    return modules.embed(scope, hidden, batch, false);
  }

  private NDArray truncated(NDManager scope, NDArray vectors) {
    OptionalInt size = files.settings().truncateDim();
    return size.isPresent() ? modules.truncate(scope, vectors, size.getAsInt()) : vectors;
  }

  /**
   * Writes the model with its current weights as a directory that sentence-transformers loads. The
   * directory appears whole or not at all.
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
    return files.withWeights(CurrentWeights.copy(current, modules.parameters()));
  }

  /**
   * Trains a LoRA adapter instead of the transformer's weights from here on, as {@code
   * add_adapter(LoraConfig(...))} of sentence-transformers: {@link #parameters()} are A and B, and
   * the weights of modules after the pooling. Vectors and {@link #currentFiles()} have the adapter
   * merged into the weights.
   *
   * @param config rank, scale, dropout and layers
   * @param base name of this model, for {@link #save}
   * @param seed of the fresh A
   * @throws UserException if the model has no such layers
   */
  public void addAdapter(LoraConfig config, String base, long seed) {
    if (files.isSparse()) {
      throw new UserException(
          "an adapter (LoRA) is not supported for a sparse encoder: train all of its weights");
    }
    transformer.addAdapter(config, seed);
    adapterBase = base;
    Map<String, NDArray> trained = new LinkedHashMap<>();
    transformer.adapted().ifPresent(layers -> trained.putAll(layers.weights()));
    trained.putAll(modules.parameters());
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

  /**
   * Width of the vectors that {@link #encode} gives: truncated where the model says so.
   *
   * @return number of components
   */
  public int dimension() {
    return files.dimension();
  }

  /**
   * How the model's vectors are compared, {@code similarity_fn_name} of its files.
   *
   * @return the cosine unless the model says otherwise
   */
  public Similarity similarity() {
    return files.settings().similarity();
  }

  /**
   * Width of the vectors that {@link #embedRecorded} gives, which are never truncated.
   *
   * @return number of components
   */
  public int trainedDimension() {
    return files.modules().dimension(files.tokenWidth());
  }

  /**
   * The trainable weights: see {@link Transformer#parameters()}, then those of the modules.
   *
   * @return by name in {@link ModelFiles#weights()}
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
    if (windows != null) {
      windows.close();
    }
    modules.close();
    transformer.close();
    manager.close();
  }
}

package io.silverspark.model.training;

import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.LossRecipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A model that is open for training, whichever kind it is. Closing it closes the model. */
public sealed interface TrainedEncoder extends AutoCloseable {

  /** What kind of model is trained. */
  enum Kind {
    /** A sentence encoder: one vector per text. */
    BI_ENCODER,
    /** One row of logits per pair. */
    CROSS_ENCODER;

    /** As files and tables name it: {@code bi-encoder} or {@code cross-encoder}. */
    public String title() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What kind of model it is. */
  Kind kind();

  /** The forward pass and the weights. */
  TrainableModel trainable();

  /** What its losses need to know. */
  LossRecipe.Model forLosses(long seed);

  /** Spearman correlation with gold, for the present weights. */
  double spearman(ValidationPairs pairs);

  /** Name of that score, as sentence-transformers calls it. */
  String scoreName();

  /**
   * Trains an adapter in place of the transformer's weights from here on.
   *
   * @param config rank, scale, dropout and layers
   * @param base name of the model before training; empty: the adapter alone is not saved
   * @param seed of the fresh adapter
   */
  void addAdapter(LoraConfig config, String base, long seed);

  /** How many numbers all its weights are, trained or not. */
  long weights();

  /** Writes the model in the layout of sentence-transformers. */
  void save(Path directory, String modelCard);

  @Override
  void close();

  /**
   * Opens a model of a directory.
   *
   * @param kind what is trained
   * @param directory of the model
   * @param options device and precision
   */
  static TrainedEncoder open(Kind kind, Path directory, EncoderOptions options) {
    return switch (kind) {
      case BI_ENCODER -> new Bi(SentenceEncoder.load(directory.toString(), options));
      case CROSS_ENCODER -> new Cross(CrossEncoder.load(directory.toString(), options));
    };
  }

  /**
   * Opens the model that losses train: a sentence encoder, or for losses of sparse encoders one of
   * these, made of a masked language model where it is none yet.
   *
   * @param reference a directory, a Hub id or a built-in model
   * @param options device and precision
   * @param losses one for each data set
   * @throws UserException if the model is none that they train, or only some of them are for sparse
   *     encoders
   */
  static SentenceEncoder open(String reference, EncoderOptions options, List<ChosenLoss> losses) {
    List<String> dense =
        losses.stream().filter(loss -> !loss.isSparse()).map(ChosenLoss::title).toList();
    ModelFiles files = options.applyTo(ModelReference.open(reference));
    if (dense.size() == losses.size() && !files.isSparse()) {
      return SentenceEncoder.load(reference, options);
    }
    if (!dense.isEmpty()) {
      throw new UserException(
          "'%s' %s trained as a sparse encoder, which %s does not do; take SpladeLoss"
              .formatted(reference, files.isSparse() ? "is" : "is to be", dense.get(0)));
    }
    ModelFiles sparse = files.asSparse(reference);
    Similarity similarity =
        losses.stream()
            .flatMap(loss -> loss.similarity().stream())
            .findFirst()
            .orElse(sparse.settings().similarity());
    return SentenceEncoder.of(
        sparse.withSettings(sparse.settings().withSimilarity(similarity)), options);
  }

  /** A sentence encoder. */
  record Bi(SentenceEncoder encoder) implements TrainedEncoder {
    @Override
    public Kind kind() {
      return Kind.BI_ENCODER;
    }

    @Override
    public TrainableModel trainable() {
      return TrainableModel.of(encoder);
    }

    @Override
    public LossRecipe.Model forLosses(long seed) {
      return new LossRecipe.Model(
          encoder.manager(), encoder.trainedDimension(), encoder.layers(), seed);
    }

    @Override
    public double spearman(ValidationPairs pairs) {
      return pairs.spearman(encoder);
    }

    @Override
    public String scoreName() {
      return "spearman_" + encoder.similarity().functionName();
    }

    @Override
    public void addAdapter(LoraConfig config, String base, long seed) {
      encoder.addAdapter(config, base, seed);
    }

    @Override
    public long weights() {
      return encoder.files().weights().values().stream().mapToLong(TensorData::elements).sum();
    }

    @Override
    public void save(Path directory, String modelCard) {
      encoder.save(directory, modelCard);
    }

    @Override
    public void close() {
      encoder.close();
    }
  }

  /** A cross-encoder. */
  record Cross(CrossEncoder encoder) implements TrainedEncoder {
    @Override
    public Kind kind() {
      return Kind.CROSS_ENCODER;
    }

    @Override
    public TrainableModel trainable() {
      return TrainableModel.of(encoder);
    }

    @Override
    public LossRecipe.Model forLosses(long seed) {
      return new LossRecipe.Model(encoder.manager(), encoder.labels(), 0, seed);
    }

    @Override
    public double spearman(ValidationPairs pairs) {
      return pairs.spearman(encoder);
    }

    @Override
    public String scoreName() {
      return "spearman";
    }

    @Override
    public void addAdapter(LoraConfig config, String base, long seed) {
      encoder.addAdapter(config, base, seed);
    }

    @Override
    public long weights() {
      return encoder.files().weights().values().stream().mapToLong(TensorData::elements).sum();
    }

    @Override
    public void save(Path directory, String modelCard) {
      encoder.save(directory, modelCard);
    }

    @Override
    public void close() {
      encoder.close();
    }
  }
}

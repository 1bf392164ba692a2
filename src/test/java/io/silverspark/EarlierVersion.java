package io.silverspark;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.DenoisingAutoEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.files.TinyModel;
import io.silverspark.model.loss.CategoricalCrossEntropyLoss;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.loss.DenoisingAutoEncoderLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.pretraining.TextCorruption;
import io.silverspark.model.pretraining.TokenPredictionModel;
import io.silverspark.model.pretraining.WordDeletion;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What version 0.1.0 wrote: two models, three checkpoints, and what becomes of them. {@link #main}
 * wrote {@code src/test/resources/io/silverspark/version-0.1.0} with the code of that version; it
 * is kept to write those of later ones, into directories of their own.
 */
public final class EarlierVersion {
  public static final List<String> TEXTS = List.of("a b a b a b", "a a a b b b", "b b", "a b a");
  public static final List<TextPair> PAIRS =
      List.of(new TextPair("a b", "b a"), new TextPair("a a a", "b"), new TextPair("b", "b a b"));
  private static final int STEPS = 8;
  private static final int KILLED_AFTER = 5;
  private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withWorkers(1);

  /** A training of which a checkpoint is kept. */
  public enum Training {
    BI_ENCODER,
    CROSS_ENCODER,
    PRETRAINING;

    /** Name of the checkpoint's directory and of the trained weights. */
    public String directory() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  private static final class Killed extends RuntimeException {}

  private EarlierVersion() {}

  /**
   * Writes all of it.
   *
   * @param arguments directory to write; directory of a run of {@code ingest} and {@code
   *     train-cross} with {@code gold.source = nli}, {@code cross.numLabels = 3} and the base model
   *     of {@code bi-encoder}
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    ModelDirectory.write(TinyModel.random(0), directory.resolve("bi-encoder"), "# Tiny");
    Path run = Path.of(arguments[1]);
    copy(run.resolve("models/cross"), directory.resolve("cross-encoder"));
    copy(run.resolve("stages"), directory.resolve("stages"));
    copy(run.resolve("tables/nli_pairs"), directory.resolve("nli_pairs"));
    ObjectMapper json = new ObjectMapper();
    json.writerWithDefaultPrettyPrinter()
        .writeValue(directory.resolve("numbers.json").toFile(), numbers(directory));
    for (Training training : Training.values()) {
      Path checkpoints = directory.resolve("checkpoints").resolve(training.directory());
      try {
        train(training, directory, checkpoints, KILLED_AFTER);
      } catch (Killed e) {
        // as meant
      }
      Path copy = Files.createTempDirectory("checkpoints");
      copy(checkpoints, copy);
      Map<String, TensorData> trained = new LinkedHashMap<>();
      train(training, directory, copy, 0)
          .forEach((name, values) -> trained.put(name, TensorData.ofFloats(values, values.length)));
      Safetensors.write(
          directory.resolve(training.directory() + "-trained.safetensors"), trained, Map.of());
    }
  }

  /** Embeddings, logits, scores and classes that the models of a directory give. */
  public static ObjectNode numbers(Path directory) {
    ObjectMapper json = new ObjectMapper();
    ObjectNode numbers = json.createObjectNode();
    try (SentenceEncoder encoder = encoder(directory);
        CrossEncoder cross = cross(directory)) {
      numbers.set("embeddings", json.valueToTree(encoder.encode(TEXTS)));
      numbers.set("logits", json.valueToTree(cross.logits(PAIRS)));
      numbers.set("scores", json.valueToTree(cross.scores(PAIRS)));
      numbers.set(
          "classes",
          json.<JsonNode>valueToTree(cross.predict(PAIRS).stream().map(p -> p.label()).toList()));
    }
    return numbers;
  }

  private static SentenceEncoder encoder(Path directory) {
    return SentenceEncoder.load(directory.resolve("bi-encoder").toString(), OPTIONS);
  }

  private static CrossEncoder cross(Path directory) {
    return CrossEncoder.load(directory.resolve("cross-encoder").toString(), OPTIONS);
  }

  /** Trains to the end, from the newest checkpoint of a directory. */
  public static Map<String, float[]> resume(Training training, Path directory, Path checkpoints) {
    return train(training, directory, checkpoints, 0);
  }

  private static Map<String, float[]> train(
      Training training, Path directory, Path checkpoints, int killedAfter) {
    return switch (training) {
      case BI_ENCODER -> {
        try (SentenceEncoder encoder = encoder(directory)) {
          TrainingSet set =
              TrainingSet.ofScoredPairs(
                  encoder.tokenizer(),
                  List.of(
                      new ScoredPair("a b a b", "a a", 0.9f),
                      new ScoredPair("b", "a b", 0.2f),
                      new ScoredPair("b b a", "b a", 0.7f),
                      new ScoredPair("a", "b b b", 0.1f)));
          train(
              new Trainer(TrainableModel.of(encoder), new CosineSimilarityLoss(), plan())
                  .evaluation(() -> encoder.encode(List.of("a b"))[0][0]),
              set,
              checkpoints,
              killedAfter);
          yield floats(encoder.parameters());
        }
      }
      case CROSS_ENCODER -> {
        try (CrossEncoder encoder = cross(directory);
            SentenceLoss loss = new CategoricalCrossEntropyLoss(3)) {
          TrainingSet set =
              TrainingSet.forCrossEncoder(
                  encoder.tokenizer(),
                  List.of(
                      new ScoredPair("a b a b", "a a", 0),
                      new ScoredPair("b", "a b", 1),
                      new ScoredPair("b b a", "b a", 2),
                      new ScoredPair("a", "b b b", 1)));
          train(
              new Trainer(TrainableModel.of(encoder), loss, plan()), set, checkpoints, killedAfter);
          yield floats(encoder.parameters());
        }
      }
      case PRETRAINING -> {
        try (SentenceEncoder encoder = encoder(directory);
            DenoisingAutoEncoder model = DenoisingAutoEncoder.over(encoder, 1)) {
          TextCorruption damage = new TextCorruption(encoder.tokenizer(), new WordDeletion(), 42);
          TrainingSet set = TrainingSet.ofTexts(encoder.tokenizer(), TEXTS, damage);
          train(
              new Trainer(new TokenPredictionModel(model), new DenoisingAutoEncoderLoss(), plan()),
              set,
              checkpoints,
              killedAfter);
          yield floats(encoder.parameters());
        }
      }
    };
  }

  private static TrainingPlan plan() {
    return TrainingPlan.builder()
        .maxSteps(STEPS)
        .learningRate(1e-3)
        .warmupSteps(2)
        .weightDecay(0.01)
        .evaluationSteps(3)
        .checkpointSteps(4)
        .build();
  }

  private static void train(Trainer trainer, TrainingSet set, Path checkpoints, int killedAfter) {
    AtomicBoolean resumed = new AtomicBoolean();
    trainer
        .nativeThreads(1)
        .checkpoints(new CheckpointStore(checkpoints))
        .listener(
            new TrainingListener() {
              @Override
              public void onStep(StepReport report) {
                if (report.step() == killedAfter) {
                  throw new Killed();
                }
              }

              @Override
              public void onResume(int step, int totalSteps) {
                resumed.set(true);
              }
            })
        .train(set, set.shuffled(2, 3));
    if (!resumed.get()) {
      throw new IllegalStateException("the checkpoint in " + checkpoints + " was skipped");
    }
  }

  private static Map<String, float[]> floats(Map<String, NDArray> parameters) {
    Map<String, float[]> floats = new LinkedHashMap<>();
    parameters.forEach((name, array) -> floats.put(name, array.toFloatArray()));
    return floats;
  }

  /** A copy of a directory. */
  public static void copy(Path source, Path target) throws IOException {
    try (var files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path copied = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copied);
        } else if (!file.getFileName().toString().startsWith(".")) {
          Files.copy(file, copied);
        }
      }
    }
  }
}

package io.silverspark.jobs.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A data set in files as the Hugging Face Hub has them.
 *
 * @param type how models are measured on it
 * @param name as MTEB or sentence-transformers names it, or the name of the folder
 * @param folder where {@code data.dir} has it; of the Hub's {@code OWNER/NAME} the name
 * @param samples training texts per label and experiment of a classification; 0: those of the
 *     settings
 * @param reranked whether the lists of a search benchmark are reranked, where it has some
 */
public record Benchmark(Type type, String name, String folder, int samples, boolean reranked) {
  private Benchmark(Type type, String name, String folder, int samples) {
    this(type, name, folder, samples, true);
  }

  /** How models are measured. */
  public enum Type {
    /** Correlation with graded pairs: columns sentence1, sentence2, score. */
    STS,
    /** Logistic regression on a few texts of each label: columns text, label. */
    CLASSIFICATION,
    /** Search: folders corpus, queries and qrels, and bm25 for a cross-encoder. */
    RETRIEVAL,
    /** Duplicates among many texts: folders questions and duplicates. */
    PARAPHRASE_MINING,
    /** Finding the translation of each text: columns english, non_english. */
    TRANSLATION,
    /** Distance from a teacher's vectors: the same columns. */
    MSE;

    /** As settings name it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static final List<Benchmark> MTEB =
      List.of(
          new Benchmark(Type.STS, "STS12", "sts12-sts", 0),
          new Benchmark(Type.STS, "STS13", "sts13-sts", 0),
          new Benchmark(Type.STS, "STS14", "sts14-sts", 0),
          new Benchmark(Type.STS, "STS15", "sts15-sts", 0),
          new Benchmark(Type.STS, "STS16", "sts16-sts", 0),
          new Benchmark(Type.STS, "SICK-R", "sickr-sts", 0),
          new Benchmark(Type.STS, "STSBenchmark", "stsbenchmark-sts", 0),
          new Benchmark(Type.STS, "BIOSSES", "biosses-sts", 0),
          new Benchmark(Type.CLASSIFICATION, "Banking77Classification", "banking77", 8),
          new Benchmark(Type.CLASSIFICATION, "AmazonPolarityClassification", "amazon_polarity", 8),
          new Benchmark(Type.CLASSIFICATION, "EmotionClassification", "emotion", 16),
          new Benchmark(Type.CLASSIFICATION, "ImdbClassification", "imdb", 8),
          new Benchmark(
              Type.CLASSIFICATION,
              "TweetSentimentExtractionClassification",
              "tweet_sentiment_extraction",
              32));

  /** As sentence-transformers spells them, in its order. */
  private static final List<String> NANO =
      List.of(
          "ClimateFEVER",
          "DBPedia",
          "FEVER",
          "FiQA2018",
          "HotpotQA",
          "MSMARCO",
          "NFCorpus",
          "NQ",
          "QuoraRetrieval",
          "SCIDOCS",
          "ArguAna",
          "SciFact",
          "Touche2020");

  private static final Set<String> ARGUMENTS = Set.of("ArguAna", "Touche2020");

  /**
   * The thirteen data sets of NanoBEIR. As in sentence-transformers, those of arguments are
   * reranked only if they are named.
   */
  static List<Benchmark> nanoBeir() {
    return NANO.stream()
        .map(
            name ->
                new Benchmark(
                    Type.RETRIEVAL, "Nano" + name, "Nano" + name, 0, !ARGUMENTS.contains(name)))
        .toList();
  }

  /** All names, for messages. */
  static String names() {
    return Stream.concat(MTEB.stream(), nanoBeir().stream())
        .map(Benchmark::name)
        .collect(Collectors.joining(", "));
  }

  /**
   * The benchmark of a word: a name, case aside, or {@code TYPE:FOLDER}.
   *
   * @return empty if it is neither
   */
  static Optional<Benchmark> of(String word) {
    int colon = word.indexOf(':');
    if (colon > 0 && colon < word.length() - 1) {
      String folder = word.substring(colon + 1).replaceAll("/+$", "");
      String last = folder.substring(folder.lastIndexOf('/') + 1);
      return Arrays.stream(Type.values())
          .filter(type -> type.word().equalsIgnoreCase(word.substring(0, colon)))
          .findFirst()
          .map(type -> new Benchmark(type, last, folder, 0));
    }
    return Stream.concat(MTEB.stream(), nanoBeir().stream())
        .filter(benchmark -> benchmark.name.equalsIgnoreCase(word))
        .map(known -> new Benchmark(known.type, known.name, known.folder, known.samples))
        .findFirst();
  }

  /** Name of the mean over benchmarks of this kind, such as {@code NanoBEIR}. */
  public String group() {
    return type == Type.RETRIEVAL && name.startsWith("Nano")
        ? "NanoBEIR"
        : switch (type) {
          case STS -> "STS";
          case CLASSIFICATION -> "Classification";
          case RETRIEVAL -> "Retrieval";
          case PARAPHRASE_MINING -> "ParaphraseMining";
          case TRANSLATION -> "Translation";
          case MSE -> "MSE";
        };
  }
}

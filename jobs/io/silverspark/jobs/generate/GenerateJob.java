package io.silverspark.jobs.generate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.model.error.UserException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Writes a corpus of entailed sentence pairs for measurements at scale, in the layout of MultiNLI's
 * JSON lines. Needs no Spark session and next to no memory.
 */
@Command(
    name = "generate",
    description = "Writes a corpus of as many distinct sentences as you like, to measure with.")
public final class GenerateJob implements Job {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAIRS_PER_FILE = 50_000;

  @Option(
      names = "--sentences",
      required = true,
      paramLabel = "N",
      description = "Distinct sentences: N / 2 premises, each with an entailed hypothesis.")
  private long sentences;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory for nli/train-*.jsonl; files of these names are replaced.")
  private Path output;

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new GenerateJob(), args);
  }

  @Override
  public void run(JobContext context) {
    SentencePairs pairs = SentencePairs.withSeed(context.get(RunSettings.SEED));
    if (sentences < 2 || sentences > 2 * pairs.size()) {
      throw new UserException(
          "--sentences %d: needs a number from 2 to %d.".formatted(sentences, 2 * pairs.size()));
    }
    long count = sentences / 2;
    try (Progress progress = context.console().progress("generate", count)) {
      Path directory = Files.createDirectories(output.resolve("nli"));
      for (long first = 0; first < count; first += PAIRS_PER_FILE) {
        long end = Math.min(count, first + PAIRS_PER_FILE);
        String name = String.format(Locale.ROOT, "train-%05d.jsonl", first / PAIRS_PER_FILE);
        write(directory.resolve(name), pairs, first, end);
        progress.advance(end - first);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + output, e);
    }
    context
        .console()
        .tell(
            String.format(
                Locale.ROOT, "generate: %,d sentences in %s", 2 * count, output.resolve("nli")));
  }

  private static void write(Path file, SentencePairs pairs, long first, long end)
      throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (long number = first; number < end; number++) {
        SentencePairs.Pair pair = pairs.pair(number);
        ObjectNode line = JSON.createObjectNode();
        line.put("gold_label", "entailment");
        line.put("sentence1", pair.premise());
        line.put("sentence2", pair.hypothesis());
        writer.write(JSON.writeValueAsString(line));
        writer.write('\n');
      }
    }
  }
}

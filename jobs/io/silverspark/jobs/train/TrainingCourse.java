package io.silverspark.jobs.train;

import io.silverspark.jobs.report.TrainingCurve;
import io.silverspark.jobs.report.TrainingCurve.EvaluationPoint;
import io.silverspark.jobs.report.TrainingCurve.StepMetrics;
import io.silverspark.model.disk.AtomicWrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps and evaluations of a training, each once: those that are done again, since ranks were
 * lost or a process was killed, take the place of the first ones. They are kept in a file beside
 * the checkpoints, for the process that goes on from one.
 */
final class TrainingCourse implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingCourse.class);
  private static final String STEP = "step";
  private static final String EVALUATION = "evaluation";

  private final Path file;
  private final SortedMap<Integer, Done> steps = new TreeMap<>();
  private final List<EvaluationPoint> evaluations = new ArrayList<>();
  private Writer writer; // null until this process has written
  private boolean isBroken;
  private int done;

  /**
   * A step.
   *
   * @param metrics its numbers
   * @param padding share of the tokens, 0 to 1
   */
  private record Done(StepMetrics metrics, double padding) {
    /** Else it overflowed in fp16 and changed nothing. */
    boolean counts() {
      return Double.isFinite(metrics.gradientNorm());
    }

    String line() {
      return "%s %d %s %s %s %s\n"
          .formatted(
              STEP,
              metrics.step(),
              metrics.loss(),
              metrics.learningRate(),
              metrics.gradientNorm(),
              padding);
    }

    static Done of(String[] words) {
      StepMetrics metrics =
          new StepMetrics(
              Integer.parseInt(words[1]),
              Double.parseDouble(words[2]),
              Double.parseDouble(words[3]),
              Double.parseDouble(words[4]));
      return new Done(metrics, Double.parseDouble(words[5]));
    }
  }

  /**
   * What a killed process has left, if anything.
   *
   * @param file written once its directory is there, which comes with the first checkpoint
   */
  TrainingCourse(Path file) {
    this.file = file;
    if (Files.exists(file)) {
      try {
        read(Files.readString(file));
      } catch (IOException | RuntimeException e) {
        LOG.warn("{} is damaged: steps before this process are missing in the curve", file, e);
        steps.clear();
        evaluations.clear();
      }
    }
  }

  /** A line that a kill cut short does not count. */
  private void read(String text) {
    text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .forEach(
            line -> {
              String[] words = line.split(" ");
              if (words[0].equals(STEP)) {
                put(Done.of(words));
              } else {
                int step = Integer.parseInt(words[1]);
                evaluations.add(new EvaluationPoint(step, Double.parseDouble(words[2])));
              }
            });
  }

  private void put(Done step) {
    resumeAfter(step.metrics().step() - 1);
    steps.put(step.metrics().step(), step);
  }

  /**
   * Adds a step.
   *
   * @param paddingShare 0 to 1
   */
  void add(StepMetrics step, double paddingShare) {
    Done added = new Done(step, paddingShare);
    put(added);
    done++;
    write(added.line());
  }

  void add(EvaluationPoint evaluation) {
    evaluations.add(evaluation);
    write(line(evaluation));
  }

  private static String line(EvaluationPoint evaluation) {
    return "%s %d %s\n".formatted(EVALUATION, evaluation.step(), evaluation.score());
  }

  /** Forgets the steps after one. */
  void resumeAfter(int step) {
    if (!steps.isEmpty() && steps.lastKey() > step) {
      steps.tailMap(step + 1).clear();
      evaluations.removeIf(each -> each.step() > step);
    }
  }

  /** Writes what was not yet, since there was no directory. */
  void save() {
    write("");
  }

  /** The first time all that is known by now, without what is done again. */
  private void write(String line) {
    if (isBroken || !Files.isDirectory(file.getParent())) {
      return;
    }
    try {
      if (writer == null) {
        AtomicWrite.text(file, text());
        writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
      } else {
        writer.write(line);
        writer.flush();
      }
    } catch (IOException e) { // the training is worth more than its curve
      isBroken = true;
      LOG.warn("{} cannot be written: a process that goes on will show fewer steps", file, e);
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    steps.values().forEach(step -> text.append(step.line()));
    evaluations.forEach(evaluation -> text.append(line(evaluation)));
    return text.toString();
  }

  /**
   * For the report.
   *
   * @param title of the plot
   * @param model that was trained
   * @param seconds that the steps of this process took
   */
  TrainingCurve curve(String title, String model, double seconds) {
    return new TrainingCurve(
        title,
        model,
        "STS validation Spearman",
        steps.values().stream().filter(Done::counts).map(Done::metrics).toList(),
        evaluations,
        done / seconds,
        steps.values().stream().mapToDouble(Done::padding).average().orElse(Double.NaN));
  }

  /** Removes the file, once the training is on record. */
  void remove() {
    close();
    isBroken = true;
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be deleted", e);
    }
  }

  @Override
  public void close() {
    try (Writer closed = writer) {
      writer = null;
    } catch (IOException e) {
      LOG.warn("{} cannot be closed", file, e);
    }
  }
}

package io.silverspark.jobs.mine;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.Python;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.Commands;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.generate.GenerateJob;
import io.silverspark.jobs.ingest.IngestJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Negatives from a corpus of 3,000 texts for 300 questions, as mine_hard_negatives finds them. */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class MinedCorpusTest {
  private static final String SCRIPT = "src/test/python/mined_corpus.py";

  @TempDir Path directory;

  @BeforeEach
  void write() throws IOException {
    Python.assumeImports("MinedCorpusTest", "sentence_transformers, datasets, pyarrow");
    Commands.run(new GenerateJob(), "--sentences", "8000", "--output", directory.toString());
    python("data", directory.resolve("nli").toString(), directory.toString(), "300", "3000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"triplet", "n-tuple", "labeled-pair", "labeled-list"})
  void mine_withACorpus_findsWhatThePeerFinds(String format, SparkSession spark)
      throws IOException {
    JobRun run = new JobRun(spark, directory.resolve("run"));
    run.run("ingest", new IngestJob(), settings(format));
    run.run("mine", new MineJob(), settings(format));
    assertThat(
            python(
                "compare",
                directory.toString(),
                format,
                NarrowModel.directory().toString(),
                "0.99"))
        .contains("the same texts");
  }

  private String[] settings(String format) {
    return new String[] {
      "data.dir=" + directory,
      "data.pairs.train=questions.jsonl",
      "data.pairs.columns.anchor=question",
      "data.pairs.columns.positive=answer",
      "gold.source=pairs",
      "model.precision=fp32",
      "mine.corpus=query:SELECT id, body FROM json.`%s`"
          .formatted(directory.resolve("corpus.jsonl")),
      "mine.corpusColumn=body",
      "mine.corpusId=id",
      "mine.maxScore=0.99",
      "mine.minScore=0.2",
      "mine.rangeMin=1",
      "mine.rangeMax=null",
      "mine.negativesPerAnchor=4",
      "mine.produce=triplets",
      "mine.outputScores=true",
      "mine.outputFormat=" + format,
      "mine.output=" + directory.resolve("mined.delta")
    };
  }

  private static String python(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(SCRIPT));
    command.addAll(List.of(arguments));
    Python.Finished done = Python.run(command, Map.of("HF_HUB_OFFLINE", "1"));
    assertThat(done.code()).as(done.text()).isZero();
    return done.text();
  }
}

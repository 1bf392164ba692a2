package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.prompt.Prompt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code train-bi} behind prompts gives the weights that it gives on texts that carry the prompts
 * themselves, and others than without.
 */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainPromptsTest {
  private static final int ROWS = 8;
  private static final String PAIRS =
      "train.prompts={sentence1=\"question: \", sentence2=\"answer: \"}";
  private static final String TRIPLETS =
      ", prompts = { anchor = \"query: \", positive = \"yes: \", negative = \"no: \" }";

  private SparkSession spark;
  private String model;
  private JobRun plain;
  private JobRun carried;

  @BeforeAll
  void write(SparkSession session, @TempDir Path folder) {
    spark = session;
    // Replicas of one process share the random numbers of dropout.
    ModelDirectory.write(NarrowModel.files(0), folder.resolve("model"), "# Without dropout");
    model = folder.resolve("model").toString();
    plain = run(folder.resolve("plain"), "", "", "", "", "");
    carried = run(folder.resolve("carried"), "question: ", "answer: ", "query: ", "yes: ", "no: ");
  }

  /** A run whose texts carry prefixes: of pairs first and second, of triplets all three. */
  private JobRun run(Path directory, String... prefixes) {
    JobRun run = new JobRun(spark, directory);
    List<Row> pairs = new ArrayList<>();
    List<Row> triplets = new ArrayList<>();
    for (long i = 0; i < ROWS; i++) {
      String first = prefixes[0] + "the river is number " + i;
      String second = prefixes[1] + "a lawyer has number " + i % 5;
      pairs.add(RowFactory.create(i, "train", i, first, second, i % 6 * 1.0, "test"));
      String anchor = prefixes[2] + "who sails boat " + i;
      String positive = prefixes[3] + "a sailor of boat " + i;
      String negative = prefixes[4] + "a baker of bread " + i;
      triplets.add(RowFactory.create(i, i, anchor, positive, negative, "hard", 0.9f, 0.5f, "test"));
    }
    run.write(StsPairsTable.DEFINITION, pairs, 1);
    run.write(TripletsTable.DEFINITION, triplets, 1);
    return run;
  }

  private Map<String, TensorData> train(JobRun run, String data, String... settings) {
    String[] all =
        Stream.concat(
                Stream.of(
                    "model.base=" + model,
                    "gold.source=sts",
                    "train.batchSize=4",
                    "train.data=" + data),
                Arrays.stream(settings))
            .toArray(String[]::new);
    run.run("train-bi", new TrainBiJob(), all);
    return Safetensors.read(run.directory().resolve("models/" + data + "/model.safetensors"));
  }

  @Test
  void train_promptsByColumn_byTwoRanks_equalsTextsThatCarryThem() {
    Map<String, TensorData> prompted = train(plain, "gold", PAIRS, "train.ranks=2");
    assertThat(prompted).isEqualTo(train(carried, "gold", "train.ranks=2"));
  }

  @Test
  void train_promptsByDataSetAndColumn_equalsTextsThatCarryThem() {
    Map<String, TensorData> prompted = train(plain, "datasets", PAIRS, datasets(TRIPLETS));
    assertThat(prompted)
        .isEqualTo(train(carried, "datasets", datasets("")))
        .isNotEqualTo(train(plain, "datasets", PAIRS, datasets("")));
  }

  private static String datasets(String ofTriplets) {
    return "train.datasets=[ { data = gold }, { data = triplets, loss = TripletLoss%s } ]"
        .formatted(ofTriplets);
  }

  @Test
  void prompts_ofADataSet_takeThePlaceOfThoseOutside() {
    JobContext context =
        SparkFixture.context(
            spark,
            "train-bi",
            "train.prompt=\"task: \"",
            "train.data=datasets",
            datasets(TRIPLETS));
    List<List<String>> prompts = new ArrayList<>();
    for (BiEncoderDataset data : BiEncoderDataset.of(context, TrainingSource.DATASETS)) {
      prompts.add(data.prompts());
    }
    assertThat(prompts)
        .containsExactly(List.of("task: ", "task: "), List.of("query: ", "yes: ", "no: "));
  }

  @Test
  void prompts_ofAGuide_areThoseOfTheModel_ofATeacherItsOwn() {
    List<String> ofModel = List.of("question: ", "");
    assertThat(LossModels.prompts(NamedLoss.GIST_EMBED, ofModel))
        .isEqualTo(LossModels.prompts(NamedLoss.CACHED_GIST_EMBED, ofModel))
        .containsExactly(Prompt.of("question: "), Prompt.NONE);
    assertThat(LossModels.prompts(NamedLoss.MSE, ofModel))
        .isEqualTo(LossModels.prompts(NamedLoss.EMBED_DISTILL, ofModel))
        .containsExactly(Prompt.DEFAULT);
  }
}

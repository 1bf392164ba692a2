package io.silverspark.jobs.train;

import static org.apache.spark.sql.functions.array_repeat;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.config.PretrainSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TextTable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The texts of {@code pretrain.corpus}: of the ingested tables, where only training rows count and
 * no label is looked at, and of files. Each text once, blank ones left out; the choice and the
 * order depend on nothing but the texts and {@code run.seed}.
 */
final class PretrainCorpus {
  private static final String TRAIN = "split = 'train'";
  private static final TextTable FILES = new TextTable("pretrain.corpus", "pretrain.column");

  /** An ingested table and its columns of texts. */
  private record Source(TableDefinition table, List<String> columns) {}

  private static final Map<String, Source> TABLES =
      Map.of(
          "sts", new Source(StsPairsTable.DEFINITION, List.of("sentence1", "sentence2")),
          "nli", new Source(NliPairsTable.DEFINITION, List.of("premise", "hypothesis")),
          "intents", new Source(IntentsTable.DEFINITION, List.of("text")),
          "pairs", new Source(PairsTable.DEFINITION, List.of("anchor", "positive")));

  private final JobContext context;
  private final Map<String, Long> inputs = new TreeMap<>();
  private final Dataset<Row> texts;

  private PretrainCorpus(JobContext context) {
    this.context = context;
    this.texts =
        Arrays.stream(context.get(PretrainSettings.CORPUS).split(","))
            .map(String::strip)
            .map(this::source)
            .reduce(Dataset::union)
            .orElseThrow()
            .where("text rlike '\\\\S'")
            .dropDuplicates("text");
  }

  static PretrainCorpus of(JobContext context) {
    return new PretrainCorpus(context);
  }

  private Dataset<Row> source(String name) {
    Source source = TABLES.get(name);
    if (source == null) {
      String column = context.get(PretrainSettings.COLUMN);
      return FILES.read(context.spark(), name, column).select(col(column).as("text"));
    }
    StoredTable table = TableStore.of(context).table(source.table());
    Dataset<Row> rows = table.readNonEmpty(TRAIN);
    inputs.put(source.table().name(), table.version());
    return source.columns().stream()
        .map(column -> rows.select(col(column).as("text")))
        .reduce(Dataset::union)
        .orElseThrow();
  }

  /** Versions of the tables, by name; files have none. */
  Map<String, Long> inputs() {
    return inputs;
  }

  /** Adds the content of the corpus, whatever it is stored in. */
  void describe(Fingerprint fingerprint) {
    fingerprint
        .setting(context.settings(), RunSettings.SEED)
        .input("texts", TextTable.content(texts));
  }

  /** Number of chosen texts. */
  long count() {
    int limit = context.get(PretrainSettings.ROWS);
    return limit == 0 ? texts.count() : texts.limit(limit).count();
  }

  /**
   * The chosen texts as examples.
   *
   * @param times how often a text stands in its example
   */
  ExampleRows examples(int times) {
    Column text = col("text");
    Column position =
        struct(xxhash64(text, lit(context.get(RunSettings.SEED))).as("hash"), text.as("text"));
    Dataset<Row> ordered = texts.select(position.as("position")).orderBy("position");
    int limit = context.get(PretrainSettings.ROWS);
    Dataset<Row> rows =
        (limit == 0 ? ordered : ordered.limit(limit))
            .select(
                col("position"),
                array_repeat(col("position").getField("text"), times).as("texts"),
                ExampleRows.NO_LABELS.as("labels"));
    long count = count();
    return new ExampleRows(
        rows,
        count,
        () -> count,
        () ->
            "pretrain.corpus = '%s' holds no text that is not blank."
                .formatted(context.get(PretrainSettings.CORPUS)));
  }
}

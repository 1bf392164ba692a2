package io.silverspark.jobs.procedures;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.config.DataKind;
import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.ingest.InputColumns;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.TextTable;
import io.silverspark.model.config.Setting;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.sql.FunctionModels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One call of a recipe: its arguments, the settings that they make, and the run that it works in. A
 * run has tables, models and checkpoints of its own; a call with the same arguments finds the run
 * of the one before and goes on there.
 */
final class RecipeCall {
  /** What a call made: a table, a model or an address, and all results as JSON. */
  record Result(String kind, String result, String details) {
    Object[] row() {
      return new Object[] {kind, result, details};
    }
  }

  /** Highest score of graded pairs in the tables. */
  private static final double GRADES = 5;

  private static final Pattern NAME = Pattern.compile("[\\w-]+(\\.[\\w-]+){0,2}");
  private static final Pattern UNDERSCORE = Pattern.compile("_([a-z])");

  private final SparkSession spark;
  private final String catalog;
  private final Recipe recipe;
  private final Map<String, String> arguments;
  private final Map<String, String> given;
  private final List<String> overrides = new ArrayList<>();
  private JobContext context;

  RecipeCall(
      SparkSession spark,
      String catalog,
      Recipe recipe,
      Map<String, String> arguments,
      Map<String, String> given) {
    this.spark = spark;
    this.catalog = catalog;
    this.recipe = recipe;
    this.arguments = Map.copyOf(arguments);
    this.given = new TreeMap<>(given);
  }

  SparkSession spark() {
    return spark;
  }

  String name() {
    return recipe.procedure();
  }

  /**
   * Does the work in this thread.
   *
   * @throws UserException if an argument or setting is not valid
   */
  Result run(Console console) {
    recipe.configure(this);
    try (JobContext opened = new JobContext(name(), settings(), console, spark)) {
      context = opened;
      return recipe.work(this);
    }
  }

  JobContext context() {
    return context;
  }

  Optional<String> argument(String name) {
    return Optional.ofNullable(arguments.get(name)).filter(text -> !text.isBlank());
  }

  String required(String name) {
    return argument(name)
        .orElseThrow(() -> new UserException("%s: %s is missing".formatted(name(), name)));
  }

  /** Sets a setting, whatever is in its text. */
  void set(String key, String value) {
    overrides.add(key + "=" + (value.contains("${") ? quoted(value) : value));
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** Sets a setting where the argument was given. */
  void setIfGiven(String key, String argument) {
    argument(argument).ifPresent(value -> set(key, value));
  }

  /** The settings of the user come last: they win. */
  private Settings settings() {
    List<String> all = new ArrayList<>();
    all.add("run.name=" + name());
    all.add("run.dir=" + directory());
    all.add("spark.master=" + spark.sparkContext().master());
    all.addAll(overrides);
    given.forEach((key, value) -> all.add(key(key) + "=" + value));
    return AllSettings.reader().read(Optional.empty(), all);
  }

  /** A key without dots is one of the recipe's own group, {@code batch_size} its batchSize. */
  private String key(String key) {
    return key.contains(".")
        ? key
        : recipe.group()
            + "."
            + UNDERSCORE.matcher(key).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
  }

  /** Whether the user gave one of these settings. */
  boolean isGiven(List<Setting<?>> settings) {
    return given.keySet().stream()
        .map(this::key)
        .anyMatch(key -> settings.stream().anyMatch(setting -> setting.key().equals(key)));
  }

  /** The directory of the run. */
  String directory() {
    String runs =
        FunctionModels.of(spark, FunctionModels.CATALOGS + catalog + ".")
            .runsDirectory()
            .orElseGet(
                () ->
                    new Path(spark.conf().get("spark.sql.warehouse.dir"), "silverspark_runs")
                        .toString());
    String identity = new TreeMap<>(arguments) + " " + given;
    identity += " " + place(identity);
    return "%s/%s-%s"
        .formatted(
            runs.replaceFirst("/+$", ""),
            name(),
            UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * What names mean here: the current schema, and the session if a temporary view of it is read.
   * With an output of its own the run is that of the output.
   */
  private String place(String names) {
    String schema = spark.catalog().currentCatalog() + "." + spark.catalog().currentDatabase();
    boolean isOfSession =
        argument("output").isEmpty()
            && CollectionConverters.asJava(spark.sessionState().catalog().listLocalTempViews("*"))
                .stream()
                .anyMatch(view -> names(names, view.table()));
    return isOfSession
        ? schema + " " + ((org.apache.spark.sql.classic.SparkSession) spark).sessionUUID()
        : schema;
  }

  private static boolean names(String text, String view) {
    return Pattern.compile(
            "(?<![\\w.])" + Pattern.quote(view) + "(?!\\w)", Pattern.CASE_INSENSITIVE)
        .matcher(text)
        .find();
  }

  /** Runs a job with other settings of this call, as {@code pipeline} does. */
  void run(String command, Job job) {
    JobContext own = context.with(command, context.settings());
    job.check(own);
    own.phase(command, () -> job.run(own));
  }

  /** Rows of a table, a temporary view or {@code query:}. */
  Dataset<Row> rows(String argument) {
    String source = source(required(argument));
    try {
      return source.startsWith(TextTable.QUERY)
          ? spark.sql(source.substring(TextTable.QUERY.length()))
          : spark.table(source.substring(source.indexOf(':') + 1));
    } catch (Exception e) {
      if (e instanceof AnalysisException) { // checked, but not declared by Spark
        throw new UserException(
            "%s = '%s' cannot be read: %s"
                .formatted(
                    argument, required(argument), e.getMessage().lines().findFirst().orElse("")),
            e);
      }
      throw e;
    }
  }

  /** How settings name a table, a view, or what SQL may have after FROM. */
  static String source(String table) {
    if (table.startsWith(TextTable.QUERY) || table.startsWith("catalog:")) {
      return table;
    }
    return NAME.matcher(table).matches() ? "catalog:" + table : TextTable.QUERY + "TABLE " + table;
  }

  /**
   * Sets the source and the columns of a kind of rows.
   *
   * @param argument that names the relation
   * @param split that it becomes
   * @param roles column of each role that the user names
   * @return what the relation gives; nothing is set if these are triplets
   * @throws UserException if its columns make no kind of rows
   */
  InputColumns read(String argument, String split, Map<String, String> roles) {
    List<String> present = Arrays.asList(rows(argument).columns());
    InputColumns input;
    try {
      input =
          InputColumns.of(present, roles)
              .orElseThrow(() -> new UserException(unknown(argument, present, roles)));
    } catch (LayoutException e) {
      throw new UserException("%s: %s".formatted(required(argument), e.getMessage()), e);
    }
    if (input.kind().equals(InputColumns.TRIPLETS)) {
      return input;
    }
    DataKind kind =
        DataSettings.KINDS.stream()
            .filter(each -> each.name().equals(input.kind()))
            .findFirst()
            .orElseThrow();
    String source = source(required(argument));
    if (kind == DataSettings.STS) {
      source = graded(argument, source, input.columns().get("score"));
    }
    set(kind.sources().get(split).key(), source);
    Map<String, String> columns = new LinkedHashMap<>(input.columns());
    columns.keySet().retainAll(kind.roles());
    columns.forEach((role, column) -> set(kind.columns().key() + "." + role, quoted(column)));
    return input;
  }

  /** Graded pairs as the table has them, 0 to 5. */
  private String graded(String argument, String source, String score) {
    double most = argument("max_score").map(RecipeCall::positive).orElse(1.0);
    if (most == GRADES) {
      return source;
    }
    String from =
        source.startsWith(TextTable.QUERY)
            ? "(" + source.substring(TextTable.QUERY.length()) + ")"
            : required(argument).replaceFirst("^catalog:", "");
    return "%sSELECT * EXCEPT (`%2$s`), CAST(`%2$s` AS DOUBLE) * %3$s AS `%2$s` FROM %4$s"
        .formatted(TextTable.QUERY, score, GRADES / most, from);
  }

  private static double positive(String text) {
    try {
      double number = Double.parseDouble(text);
      if (number > 0 && number < Double.POSITIVE_INFINITY) {
        return number;
      }
    } catch (NumberFormatException ignored) {
      // Falls through to the message that shows the value.
    }
    throw new UserException(
        "max_score = '%s' is not valid: needs a number above 0".formatted(text));
  }

  private String unknown(String argument, List<String> present, Map<String, String> roles) {
    return ("%s = '%s' has the columns %s%s, which make no rows to learn from: needs anchor and"
            + " positive, with negative or without; sentence1, sentence2 and score; premise,"
            + " hypothesis and label; or text and label")
        .formatted(
            argument,
            required(argument),
            String.join(", ", present),
            roles.isEmpty() ? "" : " and " + roles + " was asked for");
  }
}

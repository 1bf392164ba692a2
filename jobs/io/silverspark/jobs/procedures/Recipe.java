package io.silverspark.jobs.procedures;

import io.silverspark.jobs.config.MinedTableSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.evaluate.EvaluateJob;
import io.silverspark.jobs.ingest.IngestJob;
import io.silverspark.jobs.ingest.InputColumns;
import io.silverspark.jobs.mine.MineJob;
import io.silverspark.jobs.models.ModelCopy;
import io.silverspark.jobs.push.PushJob;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.table.MetricsTable;
import io.silverspark.jobs.table.TableAddress;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.jobs.train.TrainBiJob;
import io.silverspark.jobs.train.TrainCrossJob;
import io.silverspark.model.config.NearestName;
import io.silverspark.model.config.Setting;
import io.silverspark.model.error.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.connector.catalog.procedures.ProcedureParameter;
import picocli.CommandLine;

/**
 * The steps of the recipe that SQL and Python call: which settings they make, which jobs they run.
 */
enum Recipe {
  /** Triplets with hard negatives out of pairs. */
  MINE("mine", "Mines hard negatives for pairs of anchor and positive.") {
    @Override
    Stream<ProcedureParameter> own() {
      return Stream.of(
          SqlProcedure.required(INPUT, "table or view with the pairs"),
          SqlProcedure.optional("anchor", "its column of anchors, such as questions"),
          SqlProcedure.optional("positive", "its column of positives, such as answers"),
          SqlProcedure.optional("model", "sentence encoder that compares; default the builtin one"),
          SqlProcedure.optional("corpus", "table whose texts may be negatives, beside positives"),
          SqlProcedure.optional("corpus_column", "its column of texts; default text"),
          SqlProcedure.optional("output", "Delta table for the rows; default one of the run"));
    }

    @Override
    void configure(RecipeCall call) {
      InputColumns input = call.read(INPUT, TRAIN, roles(call, "anchor", "positive"));
      if (!input.kind().equals("pairs")) {
        throw new UserException(
            "mine needs pairs of anchor and positive, and %s gives %s; name the columns by anchor and positive"
                .formatted(call.required(INPUT), input.kind()));
      }
      call.set("gold.source", "pairs");
      call.set("mine.produce", "triplets");
      call.setIfGiven(BASE_KEY, "model");
      call.argument("corpus").ifPresent(table -> call.set("mine.corpus", RecipeCall.source(table)));
      call.setIfGiven("mine.corpusColumn", "corpus_column");
      call.setIfGiven(MinedTableSettings.OUTPUT.key(), "output");
      boolean isNamed =
          call.argument("output").isPresent() || call.isGiven(List.of(MinedTableSettings.OUTPUT));
      if (!isNamed && call.isGiven(OF_OUTPUT)) {
        call.set(MinedTableSettings.OUTPUT.key(), call.directory() + "/mined");
      }
    }

    @Override
    RecipeCall.Result work(RecipeCall call) {
      call.run("ingest", new IngestJob());
      call.run("mine", new MineJob());
      String output = call.context().get(MinedTableSettings.OUTPUT);
      return output.isEmpty()
          ? table(call, TripletsTable.DEFINITION)
          : new RecipeCall.Result("table", new TableAddress(output).sql(), details(call));
    }
  },

  /** A sentence encoder. */
  TRAIN_BI_ENCODER("train", "Fine-tunes a sentence encoder.") {
    @Override
    Stream<ProcedureParameter> own() {
      return Stream.concat(
          trained("sentence encoder"),
          Stream.of(
              SqlProcedure.optional("negative", "column of negatives"),
              SqlProcedure.optional("text", "column of texts that have a class")));
    }

    @Override
    void configure(RecipeCall call) {
      InputColumns input = training(call, "negative", "text");
      boolean gold = false;
      switch (input.kind()) {
        case InputColumns.TRIPLETS -> {
          call.set("train.data", "triplets");
          call.set("train.hardNegatives", String.valueOf(input.negatives().size()));
        }
        case "intents" -> call.set("train.data", "intents");
        default -> gold = true;
      }
      if (gold) {
        call.set("train.data", "gold");
        call.set("gold.source", input.kind());
      }
      call.setIfGiven("train.loss", "loss");
    }

    @Override
    RecipeCall.Result work(RecipeCall call) {
      Optional<InputColumns> triplets = triplets(call);
      if (triplets.isEmpty() || call.argument(VALIDATION).isPresent()) {
        call.run("ingest", new IngestJob());
      }
      triplets.ifPresent(columns -> TripletInput.write(call.context(), call.rows(INPUT), columns));
      call.run("train-bi", new TrainBiJob());
      String data = call.context().get(TrainSettings.DATA);
      return trained(call, TrainingSource.of(data).directory());
    }
  },

  /** A cross-encoder. */
  TRAIN_CROSS_ENCODER("cross", "Fine-tunes a cross-encoder.") {
    @Override
    Stream<ProcedureParameter> own() {
      return trained("model");
    }

    @Override
    void configure(RecipeCall call) {
      InputColumns input = training(call);
      if (input.kind().equals("intents")) {
        throw new UserException(
            "%s has texts with a class, and a cross-encoder learns from pairs of texts"
                .formatted(call.required(INPUT)));
      }
      if (input.kind().equals(InputColumns.TRIPLETS)) {
        throw new UserException(
            "%s has triplets; a cross-encoder learns from pairs: leave the column of negatives out"
                .formatted(call.required(INPUT)));
      }
      call.set("gold.source", input.kind());
      call.setIfGiven("cross.loss", "loss");
    }

    @Override
    RecipeCall.Result work(RecipeCall call) {
      call.run("ingest", new IngestJob());
      call.run("train-cross", new TrainCrossJob());
      return trained(call, RunLayout.CROSS_ENCODER);
    }
  },

  /** Measures of models. */
  EVALUATE("evaluate", "Measures models on graded pairs, pairs of question and answer, and NLI.") {
    @Override
    Stream<ProcedureParameter> own() {
      return Stream.of(
          SqlProcedure.required("model", "models, separated by commas, each may be NAME=MODEL"),
          SqlProcedure.optional("sts", "table of graded pairs"),
          SqlProcedure.optional("pairs", "table of pairs of anchor and positive, for retrieval"),
          SqlProcedure.optional("nli", "table of premises, hypotheses and labels"),
          SqlProcedure.optional("max_score", "highest score of the graded pairs; default 1"));
    }

    @Override
    void configure(RecipeCall call) {
      List<String> tasks = new ArrayList<>();
      Map<String, String> tasksOf =
          Map.of("sts", "sts", "pairs", "retrieval", "nli", "triplets,pairs,reranking");
      for (String kind : List.of("sts", "pairs", "nli")) {
        if (call.argument(kind).isPresent()) {
          InputColumns input = call.read(kind, VALIDATION, Map.of());
          if (!input.kind().equals(kind)) {
            throw new UserException(
                "%s = '%s' gives %s".formatted(kind, call.required(kind), input.kind()));
          }
          tasks.add(tasksOf.get(kind));
        }
      }
      if (!tasks.isEmpty()) {
        call.set("evaluate.tasks", String.join(",", tasks));
      }
    }

    @Override
    RecipeCall.Result work(RecipeCall call) {
      if (Stream.of("sts", "pairs", "nli").anyMatch(kind -> call.argument(kind).isPresent())) {
        call.run("ingest", new IngestJob());
      }
      EvaluateJob job = new EvaluateJob();
      List<String> options = new ArrayList<>();
      for (String model : call.required("model").split(",")) {
        options.addAll(List.of("--model", model.strip()));
      }
      new CommandLine(job).parseArgs(options.toArray(String[]::new));
      call.run("evaluate", job);
      return table(call, MetricsTable.DEFINITION);
    }
  },

  /** A model on the Hub. */
  PUSH("run", "Sends a model with its card to the Hugging Face Hub.") {
    @Override
    Stream<ProcedureParameter> own() {
      return Stream.of(
          SqlProcedure.required("model", "directory of the model"),
          SqlProcedure.required("repo", "ORGANIZATION/NAME"),
          SqlProcedure.optional("private", "true: only its owners see it"),
          SqlProcedure.optional("revision", "branch; default main"),
          SqlProcedure.optional("message", "of the commit"));
    }

    @Override
    void configure(RecipeCall call) {}

    @Override
    RecipeCall.Result work(RecipeCall call) {
      List<String> options =
          new ArrayList<>(
              List.of("--model", call.required("model"), "--repo", call.required("repo")));
      if (call.argument("private").filter("true"::equalsIgnoreCase).isPresent()) {
        options.add("--private");
      }
      call.argument("revision").ifPresent(branch -> options.addAll(List.of("--revision", branch)));
      call.argument("message").ifPresent(text -> options.addAll(List.of("--message", text)));
      PushJob job = new PushJob();
      new CommandLine(job).parseArgs(options.toArray(String[]::new));
      call.run("push", job);
      return new RecipeCall.Result(
          "url", call.context().results().json().path("url").asText(), details(call));
    }
  };

  private static final String INPUT = "input";
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";
  private static final String BASE_KEY = "model.base";
  private static final List<Setting<?>> OF_OUTPUT =
      List.of(
          MinedTableSettings.CORPUS_ID,
          MinedTableSettings.OUTPUT_FORMAT,
          MinedTableSettings.OUTPUT_SCORES,
          MinedTableSettings.INCLUDE_POSITIVES);
  private static final List<String> ROLES =
      List.of(
          "anchor",
          "positive",
          "sentence1",
          "sentence2",
          "score",
          "premise",
          "hypothesis",
          "label");

  private final String group;
  private final String title;

  Recipe(String group, String title) {
    this.group = group;
    this.title = title;
  }

  /** Parameters, without the settings. */
  abstract Stream<ProcedureParameter> own();

  /** Turns arguments into settings. */
  abstract void configure(RecipeCall call);

  /** Runs the jobs. */
  abstract RecipeCall.Result work(RecipeCall call);

  /** Name in SQL. */
  String procedure() {
    return name().toLowerCase(Locale.ROOT);
  }

  String title() {
    return title;
  }

  /** The word before the dot of settings that are given without one. */
  String group() {
    return group;
  }

  List<ProcedureParameter> parameters() {
    return Stream.concat(
            own(),
            Stream.of(
                SqlProcedure.map("settings", "any setting by its key; without a dot of " + group)))
        .toList();
  }

  static Optional<Recipe> named(String procedure) {
    return Arrays.stream(values())
        .filter(each -> each.procedure().equalsIgnoreCase(procedure))
        .findFirst();
  }

  /**
   * Arguments whose names are known.
   *
   * @throws UserException if one is unknown
   */
  Map<String, String> checked(Map<String, String> arguments) {
    List<String> names = own().map(ProcedureParameter::name).toList();
    for (String name : arguments.keySet()) {
      if (!names.contains(name)) {
        throw new UserException(
            "%s has no argument '%s'%s; arguments are %s"
                .formatted(
                    procedure(),
                    name,
                    NearestName.of(name, names)
                        .map(near -> ", did you mean '%s'?".formatted(near))
                        .orElse(""),
                    String.join(", ", names)));
      }
    }
    return arguments;
  }

  private static Stream<ProcedureParameter> trained(String base) {
    return Stream.concat(
        Stream.of(
            SqlProcedure.required(INPUT, "table or view to learn from"),
            SqlProcedure.optional("base", base + " to start from; default the builtin one"),
            SqlProcedure.optional("output", "directory of the model; default one of the run"),
            SqlProcedure.optional("loss", "by its name in sentence-transformers"),
            SqlProcedure.optional(VALIDATION, "table of graded pairs to validate on"),
            SqlProcedure.optional("max_score", "highest score of graded pairs; default 1")),
        ROLES.stream().map(role -> SqlProcedure.optional(role, "its column, if named otherwise")));
  }

  private static Map<String, String> roles(RecipeCall call, String... names) {
    Map<String, String> roles = new LinkedHashMap<>();
    for (String name : names) {
      call.argument(name).ifPresent(column -> roles.put(name, column));
    }
    return roles;
  }

  private static InputColumns training(RecipeCall call, String... more) {
    call.setIfGiven(BASE_KEY, "base");
    if (call.argument(VALIDATION).isPresent()) {
      InputColumns graded = call.read(VALIDATION, VALIDATION, Map.of());
      if (!graded.kind().equals("sts")) {
        throw new UserException(
            "validation = '%s' has no sentence1, sentence2 and score"
                .formatted(call.required(VALIDATION)));
      }
    }
    return call.read(INPUT, TRAIN, given(call, more));
  }

  private static Map<String, String> given(RecipeCall call, String... more) {
    return roles(call, Stream.concat(ROLES.stream(), Stream.of(more)).toArray(String[]::new));
  }

  private static Optional<InputColumns> triplets(RecipeCall call) {
    return InputColumns.of(
            Arrays.asList(call.rows(INPUT).columns()), given(call, "negative", "text"))
        .filter(input -> input.kind().equals(InputColumns.TRIPLETS));
  }

  private static RecipeCall.Result table(RecipeCall call, TableDefinition definition) {
    JobContext context = call.context();
    String path = TableStore.of(context).table(definition).path();
    return new RecipeCall.Result("table", new TableAddress(path).sql(), details(call));
  }

  /** The model where the caller wants it. */
  private static RecipeCall.Result trained(RecipeCall call, String name) {
    JobContext context = call.context();
    Path model = RunLayout.of(context).model(name);
    String place =
        call.argument("output")
            .map(output -> ModelCopy.write(context, model, output))
            .orElseGet(() -> context.directory().shared(model));
    return new RecipeCall.Result("model", place, details(call));
  }

  private static String details(RecipeCall call) {
    return call.context().results().json().toString();
  }
}

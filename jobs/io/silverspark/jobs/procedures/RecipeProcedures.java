package io.silverspark.jobs.procedures;

import io.silverspark.model.error.UserException;
import io.silverspark.udfs.UdfRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.ProcedureCatalog;
import org.apache.spark.sql.connector.catalog.procedures.BoundProcedure;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The procedures that {@link io.silverspark.udfs.SilverSparkCatalog} offers beside its functions:
 * one for each {@link Recipe}, which returns when the work is done, and those that programs use to
 * start one and to follow it. Found by Java's ServiceLoader.
 *
 * <ul>
 *   <li>{@code start(id, procedure, arguments, settings)} begins a recipe in a thread of the
 *       driver; a second call with the same id does nothing
 *   <li>{@code progress(id, line)} gives its state and the lines that it told, from a line on
 *   <li>{@code stop(id)} ends it at its next line
 *   <li>{@code register()} adds the table functions to the session
 * </ul>
 */
public final class RecipeProcedures implements ProcedureCatalog {
  private static final String RESULT = "kind string, result string, details string";
  private static final String PROGRESS = "state string, line string";

  private static final List<String> CONTROL = List.of("start", "progress", "stop", "register");

  private String name;

  /** The ServiceLoader makes it. */
  public RecipeProcedures() {}

  @Override
  public void initialize(String catalog, CaseInsensitiveStringMap options) {
    name = catalog;
  }

  @Override
  public String name() {
    return name;
  }

  /** The procedure of a name, case aside; one that refuses to be bound if there is none. */
  @Override
  public UnboundProcedure loadProcedure(Identifier identifier) {
    String asked = identifier.name().toLowerCase(Locale.ROOT);
    Optional<Recipe> recipe = Recipe.named(asked);
    if (identifier.namespace().length > 0 || (recipe.isEmpty() && !CONTROL.contains(asked))) {
      return new Unknown(
          identifier.name(),
          "there is no procedure '%s'; those of %s are %s"
              .formatted(identifier, name, String.join(", ", names())));
    }
    return recipe.map(this::direct).orElseGet(() -> control(asked));
  }

  /** Spark hides why a procedure could not be loaded, but not why it could not be bound. */
  private record Unknown(String name, String description) implements UnboundProcedure {
    @Override
    public BoundProcedure bind(StructType inputType) {
      throw new UserException(description);
    }
  }

  private static List<String> names() {
    return Stream.concat(recipes(), CONTROL.stream()).toList();
  }

  private static Stream<String> recipes() {
    return Arrays.stream(Recipe.values()).map(Recipe::procedure);
  }

  private SqlProcedure direct(Recipe recipe) {
    return new SqlProcedure(
        name + "." + recipe.procedure(),
        recipe.title(),
        recipe.parameters(),
        RESULT,
        values -> {
          RecipeCall call =
              new RecipeCall(
                  SparkSession.active(), name, recipe, values.texts(), values.map("settings"));
          try (CallLines lines = new CallLines(System.err::println)) {
            return List.<Object[]>of(call.run(lines.console()).row());
          }
        });
  }

  private SqlProcedure control(String procedure) {
    return switch (procedure) {
      case "start" ->
          new SqlProcedure(
              name + ".start",
              "Begins a procedure and returns at once.",
              List.of(
                  SqlProcedure.required("id", "any text that no other call has"),
                  SqlProcedure.required("procedure", "name of a procedure, such as mine"),
                  SqlProcedure.map("arguments", "its arguments by name"),
                  SqlProcedure.map("settings", "settings by key")),
              PROGRESS,
              this::start);
      case "progress" ->
          new SqlProcedure(
              name + ".progress",
              "What a call that was started has told.",
              List.of(
                  SqlProcedure.required("id", "of the call"),
                  SqlProcedure.required("line", "first line to give, from 0")),
              PROGRESS,
              values ->
                  RunningCalls.ALL
                      .of(SparkSession.active(), values.text("id"))
                      .progress(number(values.text("line"))));
      case "stop" ->
          new SqlProcedure(
              name + ".stop",
              "Ends a call that was started.",
              List.of(SqlProcedure.required("id", "of the call")),
              PROGRESS,
              values -> {
                RunningCall call = RunningCalls.ALL.of(SparkSession.active(), values.text("id"));
                call.stop();
                return call.progress(Integer.MAX_VALUE);
              });
      default ->
          new SqlProcedure(
              name + ".register",
              "Adds the table functions to this session.",
              List.of(),
              PROGRESS,
              values -> {
                UdfRegistry.registerTableFunctions(SparkSession.active());
                return List.of();
              });
    };
  }

  private List<Object[]> start(SqlProcedure.Values values) {
    String asked = values.text("procedure");
    Recipe recipe =
        Recipe.named(asked)
            .orElseThrow(
                () ->
                    new UserException(
                        "procedure = '%s' is not valid: needs one of %s"
                            .formatted(asked, recipes().collect(Collectors.joining(", ")))));
    Map<String, String> arguments = recipe.checked(values.map("arguments"));
    RecipeCall call =
        new RecipeCall(SparkSession.active(), name, recipe, arguments, values.map("settings"));
    return RunningCalls.ALL.start(values.text("id"), call).progress(Integer.MAX_VALUE);
  }

  private static int number(String text) {
    try {
      return Math.max(0, Integer.parseInt(text.strip()));
    } catch (NumberFormatException e) {
      throw new UserException("line = '%s' is not valid: needs a whole number".formatted(text), e);
    }
  }
}

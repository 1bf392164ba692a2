package io.silverspark.jobs.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a finished stage says of itself. It is written when all that the stage makes is durable, so
 * a stage that was killed has none and runs again. Only what says that the stage is done comes
 * later: the status of a tracked run, the removal of checkpoints.
 *
 * @param stage name, also of the file
 * @param fingerprint of settings and inputs, see {@link Fingerprint}
 * @param tables versions of the tables that the stage wrote, by name
 * @param inputs versions of the tables that the stage read, by name, as far as it says
 * @param rowsIn rows read
 * @param rowsOut rows written
 * @param seconds wall time of the run that did the work
 * @param note one line for the report
 * @param details what the report wants of this stage, in a form of the stage's own
 */
public record StageRecord(
    String stage,
    String fingerprint,
    Map<String, Long> tables,
    Map<String, Long> inputs,
    long rowsIn,
    long rowsOut,
    double seconds,
    String note,
    JsonNode details) {
  /** Name of the stage that trains the cross-encoder. */
  public static final String TRAIN_CROSS = "train-cross";

  /** Name of the stage that pre-trains the base model. */
  public static final String PRETRAIN = "pretrain";

  private static final Logger LOG = LoggerFactory.getLogger(StageRecord.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The record of a stage whose result is still there and would come out the same.
   *
   * @param context names the run
   * @param stage name of the stage
   * @param fingerprint of its present settings and inputs
   * @param written the tables it writes
   * @return empty if the stage has to run
   */
  public static Optional<StageRecord> current(
      JobContext context, String stage, String fingerprint, List<TableDefinition> written) {
    Optional<StageRecord> last = read(RunLayout.of(context).stage(stage));
    TableStore store = TableStore.of(context);
    Optional<StageRecord> current =
        last.filter(record -> record.fingerprint().equals(fingerprint))
            .filter(
                record -> written.stream().allMatch(table -> record.matches(store.table(table))));
    current.ifPresent(record -> record.tell(context, "up to date"));
    return current;
  }

  /** For {@code --json}. */
  private void tell(JobContext context, String status) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("stage", stage);
    told.put("status", status);
    told.put("tables", tables);
    told.put("rowsIn", rowsIn);
    told.put("rowsOut", rowsOut);
    told.put("seconds", seconds);
    told.put("note", note);
    context.results().add("stages", told);
  }

  private boolean matches(StoredTable table) {
    Long version = tables.get(table.definition().name());
    return version != null && table.exists() && table.version() == version;
  }

  /**
   * The last record of a stage.
   *
   * @param context names the run
   * @param stage name of the stage
   * @return empty if it never finished
   */
  public static Optional<StageRecord> last(JobContext context, String stage) {
    return read(RunLayout.of(context).stage(stage));
  }

  private static Optional<StageRecord> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(file.toFile());
      return Optional.of(
          new StageRecord(
              json.required("stage").asText(),
              json.required("fingerprint").asText(),
              versions(json.required("tables")),
              versions(json.path("inputs")), // which earlier versions did not write
              json.required("rowsIn").asLong(),
              json.required("rowsOut").asLong(),
              json.required("seconds").asDouble(),
              json.required("note").asText(),
              json.required("details")));
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{} is damaged, the stage runs again: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  private static Map<String, Long> versions(JsonNode json) {
    Map<String, Long> versions = new LinkedHashMap<>();
    json.fields().forEachRemaining(e -> versions.put(e.getKey(), e.getValue().asLong()));
    return versions;
  }

  /**
   * Removes the last record of a stage. A stage whose result is a file or a directory does this
   * before it replaces the result: a kill between result and record then leaves no record of what
   * is there no more. Results in tables need it not, since their version is in the record.
   *
   * @param context names the run
   * @param stage name of the stage
   */
  public static void remove(JobContext context, String stage) {
    Path file = RunLayout.of(context).stage(stage);
    try {
      if (Files.isRegularFile(file)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UserException(file + " cannot be removed: " + e, e);
    }
  }

  /**
   * Writes the record in one step, replacing the last one. A remote run directory then has all that
   * the stage made.
   *
   * @param context names the run
   */
  public void write(JobContext context) {
    Path file = RunLayout.of(context).stage(stage);
    ObjectNode json = JSON.createObjectNode();
    json.put("stage", stage).put("fingerprint", fingerprint);
    json.set("tables", JSON.valueToTree(tables));
    json.set("inputs", JSON.valueToTree(inputs));
    json.put("rowsIn", rowsIn).put("rowsOut", rowsOut).put("seconds", seconds).put("note", note);
    json.set("details", details == null ? JSON.createObjectNode() : details);
    AtomicWrite.file(file, json.toPrettyString());
    tell(context, "done");
    context.directory().publish();
  }
}

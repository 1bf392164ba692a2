package io.silverspark.jobs.explain;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.explain.ModelOrigin.Parent;
import io.silverspark.jobs.explain.ModelOrigin.Score;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.MetricsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Encoders;

/** Gathers what tables and files know of a model. */
final class Explanation {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KnownModels models;
  private final TableStore tables;
  private final TableOrigins origins;

  Explanation(JobContext context, KnownModels models) {
    this.models = models;
    this.tables = TableStore.of(context);
    this.origins = new TableOrigins(context);
  }

  ModelOrigin of(ObjectNode model) {
    Map<String, Long> inputs = new TreeMap<>();
    model
        .path("inputs")
        .fields()
        .forEachRemaining(e -> inputs.put(e.getKey(), e.getValue().asLong()));
    Map<String, String> metrics = new TreeMap<>();
    model
        .path("metrics")
        .fields()
        .forEachRemaining(e -> metrics.put(e.getKey(), e.getValue().asText()));
    Map<String, String> settings = flat(model.path("settings"));
    return new ModelOrigin(
        model.path("id").asText(),
        model.path("name").asText(),
        model.path("kind").asText(),
        model.path("path").asText(),
        model.hasNonNull("finished") ? model.path("finished").asText() : null,
        parents(model, settings, inputs),
        origins.of(inputs),
        changed(settings),
        metrics,
        scores(model.path("id").asText()));
  }

  private List<Parent> parents(
      ObjectNode model, Map<String, String> settings, Map<String, Long> inputs) {
    List<Parent> parents = new ArrayList<>();
    String own = settings.getOrDefault(CrossSettings.BASE.key(), "");
    boolean cross = model.path("kind").asText().equals("cross-encoder");
    String base =
        cross && !own.isEmpty() ? own : settings.getOrDefault(ModelSettings.BASE.key(), "");
    parents.add(new Parent("base model", base, ""));
    Long silver = inputs.get(SilverPairsTable.DEFINITION.name());
    StoredTable table = tables.table(SilverPairsTable.DEFINITION);
    if (silver != null && table.exists()) {
      for (String id :
          table.read(silver).select("model").distinct().as(Encoders.STRING()).collectAsList()) {
        String path = models.byId(id).map(m -> m.path("path").asText()).orElse("not in models");
        parents.add(new Parent("cross-encoder of the silver labels", path, id));
      }
    }
    return parents;
  }

  private List<Score> scores(String id) {
    StoredTable metrics = tables.table(MetricsTable.DEFINITION);
    return metrics.exists()
        ? metrics
            .read()
            .where(col("model").equalTo(id))
            .orderBy("dataset", "metric")
            .select("dataset", "metric", "value", "low", "high")
            .collectAsList()
            .stream()
            .map(
                r ->
                    new Score(
                        r.getString(0),
                        r.getString(1),
                        r.getDouble(2),
                        r.isNullAt(3) ? null : r.getDouble(3),
                        r.isNullAt(4) ? null : r.getDouble(4)))
            .toList()
        : List.of();
  }

  private static Map<String, String> changed(Map<String, String> settings) {
    Map<String, String> defaults =
        flat(JSON.valueToTree(Settings.defaults(AllSettings.GROUPS).plain()));
    Map<String, String> changed = new TreeMap<>(settings);
    changed.entrySet().removeIf(e -> e.getValue().equals(defaults.get(e.getKey())));
    return changed;
  }

  private static Map<String, String> flat(JsonNode settings) {
    Map<String, String> flat = new TreeMap<>();
    flatten("", settings, flat);
    return flat;
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> flat) {
    node.fields()
        .forEachRemaining(
            e -> {
              if (e.getValue().isObject()) {
                flatten(prefix + e.getKey() + ".", e.getValue(), flat);
              } else {
                flat.put(prefix + e.getKey(), e.getValue().asText());
              }
            });
  }
}

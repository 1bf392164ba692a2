package io.silverspark.jobs.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.tables.DeltaTable;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.MetricsTable;
import io.silverspark.jobs.table.ModelsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TripletsTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What the tables of a run were made from, as their last commit says. */
final class TableVersions {
  /** All tables, in the order of the pipeline. */
  static final List<TableDefinition> ALL =
      List.of(
          NliPairsTable.DEFINITION,
          StsPairsTable.DEFINITION,
          IntentsTable.DEFINITION,
          QuarantineTable.DEFINITION,
          TripletsTable.DEFINITION,
          CandidatePairsTable.DEFINITION,
          SilverPairsTable.DEFINITION,
          ModelsTable.DEFINITION,
          MetricsTable.DEFINITION);

  private static final ObjectMapper JSON = new ObjectMapper();

  private TableVersions() {}

  /** Such as {@code sts_pairs@0}; empty if the last commit says nothing. */
  static List<String> inputs(SparkSession spark, StoredTable table) {
    Row commit = DeltaTable.forPath(spark, table.path()).history(1).select("userMetadata").first();
    List<String> inputs = new ArrayList<>();
    if (!commit.isNullAt(0)) {
      JsonNode named = parse(commit.getString(0)).path("inputs");
      named.fields().forEachRemaining(e -> inputs.add(e.getKey() + "@" + e.getValue().asText()));
    }
    return inputs;
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode(); // written by another tool: nothing known of the inputs
    }
  }
}

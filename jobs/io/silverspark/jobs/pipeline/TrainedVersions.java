package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.table.TableDefinition;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Versions of the tables that a turn's models have learned from. Streams may append while a turn
 * works: rows that one of its stages did not read count as new at the next turn.
 */
final class TrainedVersions {
  private TrainedVersions() {}

  /**
   * The versions, of the tables that {@link NewRows} counts.
   *
   * @param stages those that were run since; of a table that several read, the lowest version holds
   * @param before versions before the stages, which hold where no stage says what it read or wrote
   */
  static Map<String, Long> of(
      JobContext context, List<PipelineStage> stages, Map<String, Long> before) {
    Map<String, Long> versions = new TreeMap<>(before);
    Map<String, Long> read = new TreeMap<>();
    for (PipelineStage stage : stages) {
      StageRecord.last(context, stage.name())
          .ifPresent(
              record -> {
                versions.putAll(record.tables());
                record.inputs().forEach((table, version) -> read.merge(table, version, Math::min));
              });
    }
    versions.putAll(read);
    Set<String> counted = new HashSet<>();
    NewRows.tables(context).map(TableDefinition::name).forEach(counted::add);
    versions.keySet().retainAll(counted);
    return versions;
  }
}

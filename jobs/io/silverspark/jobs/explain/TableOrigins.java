package io.silverspark.jobs.explain;

import io.silverspark.jobs.explain.ModelOrigin.TableOrigin;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.AllTables;
import io.silverspark.jobs.table.Provenance;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the commits of tables back to the files that were ingested. */
final class TableOrigins {
  private static final Logger LOG = LoggerFactory.getLogger(TableOrigins.class);

  private final TableStore tables;

  TableOrigins(JobContext context) {
    this.tables = TableStore.of(context);
  }

  List<TableOrigin> of(Map<String, Long> versions) {
    return of(versions, new HashSet<>());
  }

  private List<TableOrigin> of(Map<String, Long> versions, Set<String> seen) {
    return new TreeMap<>(versions)
        .entrySet().stream()
            .filter(entry -> seen.add(entry.getKey() + "@" + entry.getValue()))
            .map(entry -> of(entry.getKey(), entry.getValue(), seen))
            .toList();
  }

  private TableOrigin of(String name, long version, Set<String> seen) {
    Optional<StoredTable> table =
        AllTables.named(name).map(tables::table).filter(StoredTable::exists);
    Optional<Provenance> commit = table.flatMap(stored -> stored.provenance(version));
    return new TableOrigin(
        name,
        version,
        table.map(stored -> rows(stored, version)).orElse(null),
        commit.map(Provenance::job).orElse(null),
        commit.map(Provenance::run).orElse(null),
        commit.map(c -> c.at().toString()).orElse(null),
        commit.map(c -> of(c.inputs(), seen)).orElse(List.of()));
  }

  /** A version may have been vacuumed; its lineage stands all the same. */
  private static Long rows(StoredTable table, long version) {
    try {
      return table.read(version).count();
    } catch (Exception gone) {
      LOG.info("{}@{} cannot be read: {}", table.path(), version, gone.getMessage());
      return null;
    }
  }
}

package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingType;
import io.silverspark.model.mining.HnswOptions;
import io.silverspark.udfs.SearchOptions;
import java.util.List;

/** How neighbours are searched, and how much memory that takes. */
public final class SearchSettings {
  private static final HnswOptions HNSW = HnswOptions.defaults();

  public static final Setting<Integer> BLOCK_ROWS =
      new Setting<>(
          "search.blockRows",
          wholeNumber(1),
          SearchOptions.BLOCK_ROWS,
          "Rows of a block on either side of a search; a task holds about 12 bytes for each and each"
              + " dimension.");
  public static final Setting<Integer> INDEX_ROWS =
      new Setting<>(
          "search.indexRows",
          wholeNumber(1),
          131_072,
          "Texts of one HNSW graph or BM25 index; the task that builds a graph holds about 4 bytes"
              + " for each and each dimension.");
  public static final Setting<Integer> CONNECTIONS =
      new Setting<>(
          "search.connections",
          between(2, 512),
          HNSW.connections(),
          "HNSW: neighbours kept for a text (M).");
  public static final Setting<Integer> BEAM_WIDTH =
      new Setting<>(
          "search.beamWidth",
          between(1, 3200),
          HNSW.beamWidth(),
          "HNSW: candidates looked at while a text is put into the graph (efConstruction).");
  public static final Setting<Integer> WIDTH =
      new Setting<>(
          "search.width",
          wholeNumber(1),
          HNSW.searchWidth(),
          "HNSW: candidates kept while a graph is searched (ef); more is slower and finds more.");
  public static final Setting<Integer> RECALL_SAMPLE =
      new Setting<>(
          "search.recallSample",
          wholeNumber(0),
          200,
          "HNSW: texts whose 10 nearest are compared with an exact search, to tell the recall; 0 ="
              + " none.");

  /** The shape of the graphs: what an index on disk depends on. */
  public static final List<Setting<?>> SHAPE = List.of(INDEX_ROWS, CONNECTIONS, BEAM_WIDTH);

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Search", List.of(BLOCK_ROWS, INDEX_ROWS, CONNECTIONS, BEAM_WIDTH, WIDTH, RECALL_SAMPLE));

  private SearchSettings() {}

  private static SettingType<Integer> between(int least, int most) {
    return wholeNumber(least).where("and <= " + most, value -> value <= most);
  }
}

package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.SettingType;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.HnswOptions;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.udfs.search.SearchOptions;
import java.util.List;
import java.util.Set;

/** How neighbours are searched, and how much memory that takes. */
public final class SearchSettings {
  private static final HnswOptions HNSW = HnswOptions.defaults();

  public static final Setting<Integer> BLOCK_ROWS =
      new Setting<>(
          "search.blockRows",
          wholeNumber(1),
          SearchOptions.BLOCK_ROWS,
          "Rows of a block on either side of a search; a task holds about 12 bytes per row and"
              + " dimension.");
  public static final Setting<Integer> INDEX_ROWS =
      new Setting<>(
          "search.indexRows",
          wholeNumber(1),
          131_072,
          "Texts of one HNSW graph or BM25 index; the task that builds a graph holds about 4"
              + " bytes per text and dimension.");
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
          "HNSW: candidates considered while a text is added to the graph (efConstruction).");
  public static final Setting<Integer> WIDTH =
      new Setting<>(
          "search.width",
          wholeNumber(1),
          HNSW.searchWidth(),
          "HNSW: candidates kept while a graph is searched (ef); more is slower and finds more.");
  public static final Setting<EmbeddingPrecision> PRECISION =
      new Setting<>(
          "search.precision",
          oneOf(List.of(EmbeddingPrecision.FLOAT32, EmbeddingPrecision.INT8)),
          HNSW.precision(),
          "HNSW: numbers that are compared while a graph is searched; int8 needs a quarter of the"
              + " memory, and scores are computed from float32 all the same.");
  public static final Setting<Integer> RECALL_SAMPLE =
      new Setting<>(
          "search.recallSample",
          wholeNumber(0),
          200,
          "HNSW: texts whose 10 nearest are compared with an exact search, to measure the"
              + " recall; 0 = none.");

  /** The shape of the graphs: what an index on disk depends on. */
  public static final List<Setting<?>> SHAPE =
      List.of(INDEX_ROWS, CONNECTIONS, BEAM_WIDTH, PRECISION);

  /** What came after the others, see {@code Fingerprint}. */
  public static final Set<Setting<?>> LATER = Set.of(PRECISION);

  private static final List<Setting<?>> HNSW_SETTINGS =
      List.of(INDEX_ROWS, CONNECTIONS, BEAM_WIDTH, WIDTH, PRECISION, RECALL_SAMPLE);

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Search",
          List.of(
              BLOCK_ROWS, INDEX_ROWS, CONNECTIONS, BEAM_WIDTH, WIDTH, PRECISION, RECALL_SAMPLE));

  private SearchSettings() {}

  /** How graphs are built and searched. */
  public static HnswOptions hnsw(Settings settings) {
    return new HnswOptions(
        settings.get(CONNECTIONS),
        settings.get(BEAM_WIDTH),
        settings.get(WIDTH),
        settings.get(PRECISION));
  }

  /**
   * The settings of the graphs and word indexes that {@code mine} builds and asks.
   *
   * @param settings effective values
   * @return settings of this group; empty if it searches exactly
   */
  public static List<Setting<?>> of(Settings settings) {
    if (MineSettings.searches(settings, "hnsw") || SilverSettings.searches(settings, "hnsw")) {
      return HNSW_SETTINGS;
    }
    return SilverSettings.searches(settings, "bm25") ? List.of(INDEX_ROWS) : List.of();
  }

  /**
   * Refuses settings of an index where {@code mine} builds none. No rule between settings, since
   * {@code benchmark-search} reads the same ones.
   *
   * @throws UserException naming the first one
   */
  public static void requireRead(Settings settings) {
    List<Setting<?>> read = of(settings);
    for (Setting<?> setting : HNSW_SETTINGS) {
      if (SettingRule.isChosen(settings, setting) && !read.contains(setting)) {
        throw new UserException(
            SettingRule.unreadText(
                setting,
                setting == INDEX_ROWS
                    ? "no index is built while neither mine.search nor silver.search is hnsw and"
                        + " silver.search is not bm25"
                    : "no graph is built while neither mine.search nor silver.search is hnsw"));
      }
    }
  }

  private static SettingType<Integer> between(int least, int most) {
    return wholeNumber(least).where("and <= " + most, value -> value <= most);
  }
}

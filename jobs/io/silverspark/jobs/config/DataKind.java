package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.textMap;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.NearestName;
import io.silverspark.model.config.PlainDecimal;
import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.SettingType;
import io.silverspark.model.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings of one kind of labelled rows: where its splits are, which column is what, and which
 * part of the training rows is held out.
 *
 * @param name such as {@code pairs}, the word after {@code data.}
 * @param roles names of the columns that rows of this kind have; the mapping of columns may name
 *     them and no others
 * @param sources the relation of each split, by split
 * @param columns column of each role
 * @param format Spark's data source, or empty
 * @param options options of that data source
 * @param heldOut shares of the training rows that become other splits, by split
 * @param rows cuts the training rows; 0 = all
 */
public record DataKind(
    String name,
    List<String> roles,
    Map<String, Setting<String>> sources,
    Setting<Map<String, String>> columns,
    Setting<String> format,
    Setting<Map<String, String>> options,
    Setting<Map<String, String>> heldOut,
    Setting<Integer> rows) {
  /** The split that others may be taken out of. */
  public static final String TRAIN = "train";

  /** Role of the column that says which rows stay together when a part is held out. */
  public static final String GROUP = "group";

  /** Role of the column that names a row. */
  public static final String ID = "id";

  /** Role of the column that says which split a row belongs to. */
  public static final String SPLIT = "split";

  private static final String WHERE =
      " A path or glob (parquet, orc, tsv, jsonl, csv, Delta table) of any file system,"
          + " catalog:NAME.SCHEMA.TABLE, query:SELECT ..., jdbc:URL or hf:ORGANIZATION/NAME; empty ="
          + " none.";

  private static final String FOLLOWED = " ingest --follow also reads kafka:TOPIC.";

  /**
   * The settings of a kind.
   *
   * @param help what each split is, by split, in order
   * @param roles columns that rows of this kind have, besides id, group and split
   */
  static DataKind of(String name, Map<String, String> help, String... roles) {
    String prefix = "data." + name + ".";
    List<String> all = new ArrayList<>(List.of(roles));
    all.addAll(List.of(ID, GROUP, SPLIT));
    Map<String, Setting<String>> sources = new LinkedHashMap<>();
    help.forEach(
        (split, text) ->
            sources.put(
                split,
                new Setting<>(
                    prefix + split,
                    text(),
                    "",
                    text + WHERE + (isFollowed(name, split) ? FOLLOWED : ""))));
    List<String> others = help.keySet().stream().filter(split -> !split.equals(TRAIN)).toList();
    return new DataKind(
        name,
        List.copyOf(all),
        sources,
        new Setting<>(
            prefix + "columns",
            textMap(),
            Map.of(),
            "Column of each role, such as { %s = my_column }; roles are %s. Absent = the names that"
                    .formatted(roles[0], String.join(", ", all))
                + " are usual, see docs/your-tables.md."),
        new Setting<>(
            prefix + "format",
            text(),
            "",
            "Reads the paths of this kind by this data source of Spark, such as iceberg, orc or csv;"
                + " empty = by their ending."),
        new Setting<>(
            prefix + "options",
            textMap(),
            Map.of(),
            "Options of that data source, or of a jdbc: or kafka: source, such as { dbtable = tickets }."),
        new Setting<>(
            prefix + "holdOut",
            shares(others),
            Map.of(),
            "Share of the training rows that become %s, such as { %s = 0.1 }; rows of one group (or"
                    .formatted(String.join(" or ", others), others.get(0))
                + " id, or with the same first text) stay together."),
        new Setting<>(
            "data.rows." + name,
            wholeNumber(0),
            0,
            "Keeps only the first rows of each %s training file; 0 = all.".formatted(name)));
  }

  private static SettingType<Map<String, String>> shares(List<String> splits) {
    return textMap()
        .where(
            "from %s to shares above 0 that leave training rows".formatted(splits),
            map ->
                splits.containsAll(map.keySet())
                    && map.values().stream().allMatch(DataKind::isShare)
                    && map.values().stream().mapToDouble(Double::parseDouble).sum() < 1);
  }

  private static boolean isShare(String text) {
    return PlainDecimal.parse(text).orElse(-1.0) > 0;
  }

  /** Whether any split of this kind is read. */
  public boolean isRead(Settings settings) {
    return sources.values().stream().anyMatch(source -> !settings.get(source).isBlank());
  }

  /**
   * Shares of the training rows, by the split that they become.
   *
   * @return in the order of the names; empty if nothing is held out
   */
  public Map<String, Double> heldOut(Settings settings) {
    Map<String, Double> shares = new TreeMap<>();
    settings.get(heldOut).forEach((split, share) -> shares.put(split, Double.parseDouble(share)));
    return shares;
  }

  /** Everything that can be set, in the order of the reference. */
  List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>(sources.values());
    all.addAll(List.of(columns, format, options, heldOut));
    return all;
  }

  /** What does not go together. */
  List<SettingRule> rules() {
    Setting<String> train = sources.get(TRAIN);
    Setting<?>[] all = sources.values().toArray(Setting[]::new);
    String none = "no source of data.%s is set".formatted(name);
    String noFile = "%s names no file".formatted(train);
    List<Setting<?>> split = new ArrayList<>(sources.values());
    split.addAll(List.of(heldOut, columns));
    List<SettingRule> rules =
        new ArrayList<>(
            List.of(
                SettingRule.mustBeRead(rows, s -> !s.get(train).isBlank(), noFile, train),
                SettingRule.mustBeRead(heldOut, s -> !s.get(train).isBlank(), noFile, train),
                SettingRule.mustBeRead(columns, this::isRead, none, all),
                SettingRule.mustBeRead(format, this::isRead, none, all),
                new SettingRule(List.of(columns), this::unknownRole),
                new SettingRule(split, this::twoSplits)));
    List<Setting<?>> readers = new ArrayList<>(sources.values());
    readers.add(format);
    rules.add(
        SettingRule.mustBeRead(
            options,
            s ->
                !s.get(format).isBlank()
                    || sources.values().stream().anyMatch(x -> takesOptions(s.get(x))),
            "%s is empty and no source begins with jdbc: or kafka:".formatted(format),
            readers.toArray(Setting[]::new)));
    return rules;
  }

  private static boolean isFollowed(String kind, String split) {
    return kind.equals("pairs") && split.equals(TRAIN);
  }

  private static boolean takesOptions(String source) {
    return source.startsWith("jdbc:") || source.startsWith("kafka:");
  }

  private Optional<String> unknownRole(Settings settings) {
    return settings.get(columns).keySet().stream()
        .filter(role -> !roles.contains(role))
        .findFirst()
        .map(
            role ->
                "%s names the role '%s'%s; roles are %s."
                    .formatted(
                        columns,
                        role,
                        NearestName.of(role, roles)
                            .map(near -> ", did you mean '%s'?".formatted(near))
                            .orElse(""),
                        String.join(", ", roles)));
  }

  /** A row cannot be told two splits. */
  private Optional<String> twoSplits(Settings settings) {
    boolean byColumn = settings.get(columns).containsKey(SPLIT);
    Map<String, String> shares = settings.get(heldOut);
    for (Map.Entry<String, Setting<String>> source : sources.entrySet()) {
      String split = source.getKey();
      boolean isSet = !settings.get(source.getValue()).isBlank();
      if (isSet && !split.equals(TRAIN) && byColumn) {
        return Optional.of(
            "%s is set, and %s.%s says that a column tells the split of each row of %s. Keep one."
                .formatted(source.getValue(), columns, SPLIT, sources.get(TRAIN)));
      }
      if (isSet && shares.containsKey(split)) {
        return Optional.of(
            "%s is set, and %s takes %s out of the training rows as well. Keep one."
                .formatted(source.getValue(), heldOut, split));
      }
    }
    return byColumn && !shares.isEmpty()
        ? Optional.of(
            "%s is set, and %s.%s says that a column tells the split of each row. Keep one."
                .formatted(heldOut, columns, SPLIT))
        : Optional.empty();
  }
}

package io.silverspark.model.shards;

import io.silverspark.model.shards.ShardManifest.LabelSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the labels of a shard that tell what its labels are like, see {@link LabelSummary}. */
final class LabelSummaries {
  private static final int MOST = 256;

  private final TreeMap<Float, LabelSummary> byLabel = new TreeMap<>();
  private Float fraction; // the first label that is no whole number; null: none yet

  private final TreeMap<Integer, float[]> firstOfKind = new TreeMap<>(); // labels by query
  private Map<Integer, float[]> smallest = Map.of(); // the query with the smallest label
  private float smallestLabel = Float.POSITIVE_INFINITY;
  private boolean hasSeveral;
  private boolean hasDifferent;
  private boolean hasEndless;

  /** Adds a label of an example. */
  void add(int example, float label) {
    LabelSummary known = byLabel.get(label);
    if (known != null) {
      if (known.example() != example) {
        byLabel.put(label, new LabelSummary(label, known.example(), 2));
      }
      return;
    }
    boolean firstFraction = fraction == null && label != Math.rint(label);
    fraction = firstFraction ? (Float) label : fraction;
    boolean full = byLabel.size() >= MOST;
    boolean below = full && label < byLabel.firstKey();
    boolean above = full && label > byLabel.lastKey();
    if (full && (below || above)) {
      drop(below ? byLabel.firstKey() : byLabel.lastKey());
    }
    if (!full || firstFraction || below || above || !Float.isFinite(label)) {
      byLabel.put(label, new LabelSummary(label, example, 1));
    }
  }

  /** A label that is no longer the smallest or largest, unless it matters for itself. */
  private void drop(Float label) {
    if (!label.equals(fraction) && Float.isFinite(label)) {
      byLabel.remove(label);
    }
  }

  /** Adds the labels of a query's documents. */
  void addList(int query, float[] labels) {
    boolean endless = false;
    boolean different = false;
    float least = Float.POSITIVE_INFINITY;
    for (float label : labels) {
      endless |= !Float.isFinite(label);
      different |= label != labels[0];
      least = Math.min(least, label);
    }
    boolean first =
        labels.length > 1 && !hasSeveral || different && !hasDifferent || endless && !hasEndless;
    if (first) {
      firstOfKind.put(query, labels.clone());
    }
    if (least < smallestLabel) {
      smallest = Map.of(query, labels.clone());
      smallestLabel = least;
    }
    hasSeveral |= labels.length > 1;
    hasDifferent |= different;
    hasEndless |= endless;
  }

  /** What was collected: by label, or query by query. */
  List<LabelSummary> collected() {
    List<LabelSummary> all = new ArrayList<>(byLabel.values());
    TreeMap<Integer, float[]> lists = new TreeMap<>(firstOfKind);
    lists.putAll(smallest);
    lists.forEach(
        (query, labels) -> {
          for (float label : labels) {
            all.add(new LabelSummary(label, query, 1));
          }
        });
    return all;
  }
}

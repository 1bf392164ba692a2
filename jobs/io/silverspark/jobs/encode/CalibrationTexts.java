package io.silverspark.jobs.encode;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.files.TextSource;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Draws the texts whose embeddings give the ranges: those of the smallest hashes, each text once.
 * So the order of the rows does not matter, and a file and a table of the same texts give the same.
 */
final class CalibrationTexts {
  /** Enough that few of a million embeddings lie outside the ranges of these. */
  static final int MOST = 10_000;

  /** Below it sentence-transformers warns, and the ends of the ranges are chance. */
  static final int FEWEST = 100;

  private static final int CHUNK = 4096;
  private static final long SEED = 42;

  private CalibrationTexts() {}

  /** Draws from a source, which is read to its end. */
  static List<String> of(TextSource source) {
    TreeMap<Long, String> drawn = new TreeMap<>();
    List<String> chunk = source.next(CHUNK);
    while (!chunk.isEmpty()) {
      for (String text : chunk) {
        drawn.put(hash(text), text);
        if (drawn.size() > MOST) {
          drawn.pollLastEntry();
        }
      }
      chunk = source.next(CHUNK);
    }
    return List.copyOf(drawn.values());
  }

  /** Draws from a column; nulls are no texts. */
  static List<String> of(Dataset<Row> rows, String column) {
    String text = "text";
    return rows.select(rows.col(column).as(text))
        .where(col(text).isNotNull())
        .distinct()
        .orderBy(xxhash64(col(text)))
        .limit(MOST)
        .as(Encoders.STRING())
        .collectAsList();
  }

  /** As Spark's xxhash64. */
  private static long hash(String text) {
    byte[] bytes = UTF8String.fromString(text).getBytes();
    return XXH64.hashUnsafeBytes(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length, SEED);
  }
}

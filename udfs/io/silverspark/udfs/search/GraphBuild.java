package io.silverspark.udfs.search;

import io.silverspark.model.mining.HnswOptions;
import io.silverspark.model.mining.HnswWriter;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.columns.Columns;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Builds the graph of one partition of (id, embedding) on local disk and moves it, whole, to its
 * place in the directory of the index; does nothing where it is there already.
 *
 * @param directory of the index
 * @param options shape of the graph
 * @param similarity that the searches will use
 */
record GraphBuild(
    String directory,
    HnswOptions options,
    VectorSimilarity similarity,
    SerializableConfiguration hadoop)
    implements Function2<Integer, Iterator<Row>, Iterator<Integer>> {

  static Path path(Path directory, int number) {
    return new Path(directory, String.format(Locale.ROOT, "graph-%05d", number));
  }

  @Override
  public Iterator<Integer> call(Integer number, Iterator<Row> rows) throws IOException {
    Configuration configuration = hadoop.value();
    Path target = path(new Path(directory), number);
    FileSystem files = target.getFileSystem(configuration);
    if (!files.exists(target)) {
      Path partial = new Path(directory, "." + target.getName() + "-" + UUID.randomUUID());
      java.nio.file.Path local = Files.createTempDirectory("silverspark-graph");
      try {
        write(rows, local);
        files.copyFromLocalFile(false, true, new Path(local.toUri()), partial);
      } finally {
        SharedIndexes.delete(local);
      }
      move(files, partial, target);
    }
    return List.<Integer>of().iterator();
  }

  private void write(Iterator<Row> rows, java.nio.file.Path local) throws IOException {
    try (HnswWriter writer = new HnswWriter(local, similarity, options)) {
      while (rows.hasNext()) {
        Row row = rows.next();
        writer.add(row.getLong(0), Columns.vector(row, 1, row.getLong(0)));
      }
    }
  }

  /** Another attempt at the same task may have been faster; its graph is the same. */
  private static void move(FileSystem files, Path partial, Path target) throws IOException {
    if (files.exists(target) || !files.rename(partial, target)) {
      files.delete(partial, true);
      if (!files.exists(target)) {
        throw new IOException("cannot rename " + partial + " to " + target);
      }
    }
  }
}

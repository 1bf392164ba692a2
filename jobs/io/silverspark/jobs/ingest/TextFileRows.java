package io.silverspark.jobs.ingest;

import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.files.TextLines;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Reads a whole text file in one task, so that rows keep their order and quotes their lines. */
final class TextFileRows implements FlatMapFunction<Integer, Row> {
  private final List<SourceFile> files;
  private final SerializableConfiguration hadoop;

  /** A function of the index of a file. */
  TextFileRows(List<SourceFile> files, Configuration hadoop) {
    this.files = List.copyOf(files);
    this.hadoop = new SerializableConfiguration(hadoop);
  }

  @Override
  public Iterator<Row> call(Integer index) throws IOException {
    SourceFile file = files.get(index);
    SourceRows.Numbering numbering = new SourceRows.Numbering(file);
    Function<String, Row> unreadable = problem -> numbering.row(CheckedRow.unreadable(problem));
    try {
      InputStream in = open(file);
      TaskCompletionListener closing = context -> close(in);
      TaskContext.get().addTaskCompletionListener(closing);
      return new RowsUntilDamage(
          checked(file, in).map(numbering::row).iterator(), TextFileRows::problem, unreadable);
    } catch (LayoutException e) {
      return List.of(unreadable.apply(e.getMessage())).iterator();
    } catch (FileNotFoundException e) {
      throw SourceRows.gone(file, e);
    }
  }

  private static Optional<String> problem(Exception failure) {
    return failure instanceof LayoutException
        ? Optional.of(failure.getMessage())
        : Optional.empty();
  }

  /** The rows of a stream. */
  static Stream<CheckedRow> checked(SourceFile file, InputStream in) {
    TextLines lines = new TextLines(in);
    Iterator<RawRecord> records =
        file.format() == FileFormat.JSON_LINES
            ? new JsonRecords(lines, file.rows(), file.mapping().columns())
            : new DelimitedRecords(
                lines, file.format() == FileFormat.CSV, file.rows(), file.mapping().columns());
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(records, Spliterator.ORDERED), false)
        .limit(file.mostRows())
        .map(file.rows()::check);
  }

  private InputStream open(SourceFile file) throws IOException {
    Path path = new Path(file.path());
    InputStream in = path.getFileSystem(hadoop.value()).open(path);
    CompressionCodec codec = new CompressionCodecFactory(hadoop.value()).getCodec(path);
    if (codec == null) {
      return in;
    }
    try {
      return new Decompressed(codec.createInputStream(in));
    } catch (IOException e) {
      in.close();
      throw notDecompressed(e);
    }
  }

  private static LayoutException notDecompressed(IOException failure) throws IOException {
    if (FileDamage.isOfStorage(failure)) {
      throw failure;
    }
    return new LayoutException(
        "cannot be decompressed (%s), so it is cut, or not of the kind that its name says"
            .formatted(failure.getMessage()),
        failure);
  }

  /** Tells what is wrong with the file from what is wrong with its storage. */
  private static final class Decompressed extends FilterInputStream {
    Decompressed(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return super.read(target, offset, length);
      } catch (IOException e) {
        throw notDecompressed(e);
      }
    }
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

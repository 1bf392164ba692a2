package io.silverspark.jobs.ingest;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/**
 * The rows of a file up to where it is damaged, and there a last one that says so. Other failures
 * stay what they are.
 */
final class RowsUntilDamage implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final Function<Exception, Optional<String>> damage;
  private final Function<String, Row> unreadable;
  private boolean ended;
  private Row last;

  /**
   * Rows that are read as they are asked for.
   *
   * @param damage what is wrong with the file, if a failure is of it
   * @param unreadable the last row, of what is wrong
   */
  RowsUntilDamage(
      Iterator<Row> rows,
      Function<Exception, Optional<String>> damage,
      Function<String, Row> unreadable) {
    this.rows = rows;
    this.damage = damage;
    this.unreadable = unreadable;
  }

  @Override
  public boolean hasNext() {
    if (ended) {
      return last != null;
    }
    try {
      return rows.hasNext();
    } catch (Exception e) { // Spark's are checked, but not declared
      if (isDamage(e)) {
        return true;
      }
      throw e;
    }
  }

  @Override
  public Row next() {
    if (!ended) {
      try {
        return rows.next();
      } catch (NoSuchElementException e) {
        throw e;
      } catch (Exception e) {
        if (!isDamage(e)) {
          throw e;
        }
      }
    }
    if (last == null) {
      throw new NoSuchElementException();
    }
    Row row = last;
    last = null;
    return row;
  }

  /** Ends the rows if the failure is of the file. */
  private boolean isDamage(Exception failure) {
    Optional<String> problem = damage.apply(failure);
    last = problem.map(unreadable).orElse(null);
    ended = problem.isPresent();
    return ended;
  }
}

package io.silverspark.jobs.files;

import java.util.List;

/** Texts in order, some at a time. Whoever opens it closes it. */
public interface TextSource extends AutoCloseable {
  /**
   * The next texts.
   *
   * @param most at least 1
   * @return at most so many; empty at the end
   * @throws io.silverspark.model.error.UserException if a text cannot be read; names the place
   */
  List<String> next(int most);

  @Override
  void close();
}

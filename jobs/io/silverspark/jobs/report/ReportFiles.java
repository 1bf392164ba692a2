package io.silverspark.jobs.report;

import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import java.nio.file.Path;

/**
 * The two files of a report.
 *
 * @param html the page for people
 * @param json the numbers for programs
 */
public record ReportFiles(Path html, Path json) {
  public static final String HTML_NAME = "report.html";
  public static final String JSON_NAME = "metrics.json";

  /**
   * Writes both files into a local directory, which is created; each is replaced in one step.
   *
   * @throws UserException if the directory cannot be written
   */
  public static ReportFiles write(RunReport report, Path directory) {
    return write(report, directory.resolve(HTML_NAME), directory.resolve(JSON_NAME));
  }

  /**
   * The same under other names.
   *
   * @param html the page, in a local directory that is created
   * @param json the numbers, beside it
   * @throws UserException if the directory cannot be written
   */
  public static ReportFiles write(RunReport report, Path html, Path json) {
    AtomicWrite.file(json, ReportJson.write(report));
    AtomicWrite.file(html, ReportPage.html(report, String.valueOf(json.getFileName())));
    return new ReportFiles(html, json);
  }
}

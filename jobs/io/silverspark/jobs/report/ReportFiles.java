package io.silverspark.jobs.report;

import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
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
    AtomicWrite.file(json, toJson(report));
    AtomicWrite.file(html, ReportPage.html(report, String.valueOf(json.getFileName())));
    return new ReportFiles(html, json);
  }

  /**
   * Reads a run back from its {@code metrics.json}.
   *
   * @throws UserException if the file is missing or is no report
   */
  public static RunReport read(Path json) {
    try {
      return ReportJson.read(Files.readString(json), json.toString());
    } catch (IOException e) {
      throw new UserException("Cannot read the report " + json + ": " + e, e);
    }
  }

  /** The text of {@code metrics.json}, for those who write to other file systems. */
  public static String toJson(RunReport report) {
    return ReportJson.write(report);
  }

  /** The text of {@code report.html}. */
  public static String toHtml(RunReport report) {
    return ReportPage.html(report, JSON_NAME);
  }
}

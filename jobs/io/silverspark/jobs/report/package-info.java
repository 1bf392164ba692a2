/**
 * What a run found, for people and for programs.
 *
 * <p>The pipeline fills a {@link io.silverspark.jobs.report.RunReport} while it works. {@link
 * io.silverspark.jobs.report.ReportFiles} writes it as {@code metrics.json} and as one
 * self-contained {@code report.html}; {@link io.silverspark.jobs.report.ConsoleTable} prints the
 * same table at the end of the run. {@code report.ftlh} lays out the page, one template a section;
 * {@link io.silverspark.jobs.report.Figure} holds the charts that they place.
 *
 * <p>Nothing here imports Spark or AWT: headless Java images often lack the font libraries that AWT
 * loads, and a report must not fail on a cluster driver for want of a font.
 */
package io.silverspark.jobs.report;

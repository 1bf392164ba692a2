/**
 * Small plots as inline SVG. They know numbers and labels, nothing of runs or models.
 *
 * <p>Colours and fonts are CSS classes of {@code chart.css}, so that one drawing serves light, dark
 * and print. Each plot is {@link io.silverspark.jobs.report.chart.Plot#WIDTH} user units wide,
 * about the width of a phone, so that its texts stay readable there.
 */
package io.silverspark.jobs.report.chart;

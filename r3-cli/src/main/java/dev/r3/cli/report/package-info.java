/**
 * What a run leaves for people to read: report.html.
 *
 * <p>Reading order: {@link dev.r3.cli.report.ReportData} (everything that is in it), {@link
 * dev.r3.cli.report.HtmlReport} (the order of the page), then one class for each of its parts;
 * {@code Markup} writes the tags and escapes all text, {@code Axis} places numbers.
 */
@NullMarked
package dev.r3.cli.report;

import org.jspecify.annotations.NullMarked;

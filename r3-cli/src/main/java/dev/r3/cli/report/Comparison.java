package dev.r3.cli.report;

import dev.r3.retrieve.eval.PairedComparison;

/** A paired test: whether {@code candidate} differs from {@code baseline} by more than chance. */
public record Comparison(String baseline, String candidate, PairedComparison result) {}

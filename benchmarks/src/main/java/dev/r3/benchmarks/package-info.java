/**
 * JMH benchmarks of what users wait for, and of the kernel under it. Reading order: {@link
 * dev.r3.benchmarks.LinearBenchmark} (the matrix products, and the one to copy), {@link
 * dev.r3.benchmarks.EmbedBenchmark}, {@link dev.r3.benchmarks.RerankBenchmark}, {@link
 * dev.r3.benchmarks.ScanBenchmark}, {@link dev.r3.benchmarks.TrainingStepBenchmark}, {@link
 * dev.r3.benchmarks.TokenizerBenchmark}; then {@link dev.r3.benchmarks.onnx.OnnxComparison}.
 */
@NullMarked
package dev.r3.benchmarks;

import org.jspecify.annotations.NullMarked;

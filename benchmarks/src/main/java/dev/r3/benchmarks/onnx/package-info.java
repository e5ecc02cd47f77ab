/**
 * R3 beside ONNX Runtime: the same weights, the same token ids, one run. Reading order: {@link
 * dev.r3.benchmarks.onnx.OnnxComparison} (the command), {@link dev.r3.benchmarks.onnx.ByTurns},
 * {@link dev.r3.benchmarks.onnx.SeparateForks}, {@link dev.r3.benchmarks.onnx.Comparison}.
 */
@NullMarked
package dev.r3.benchmarks.onnx;

import org.jspecify.annotations.NullMarked;

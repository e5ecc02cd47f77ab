/**
 * The operations: the vocabulary of automatic differentiation, one a file, forward above backward.
 *
 * <p>Each is a static {@code apply} that checks shapes, computes on the pass's backend and records
 * its way back. A new loss or layer is composed of them and needs no gradient of its own.
 *
 * <p>Reading order: {@link dev.r3.tensor.op.Add}, {@link dev.r3.tensor.op.MatMul}, {@link
 * dev.r3.tensor.op.Linear}, {@link dev.r3.tensor.op.LayerNorm}, {@link
 * dev.r3.tensor.op.SelfAttention}, {@link dev.r3.tensor.op.SoftmaxCrossEntropy}.
 */
@NullMarked
package dev.r3.tensor.op;

import org.jspecify.annotations.NullMarked;

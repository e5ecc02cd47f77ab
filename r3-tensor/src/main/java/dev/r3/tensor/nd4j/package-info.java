/**
 * The backend on ND4J: native code on the CPU, unchanged on CUDA GPUs, in float or double. The
 * double one is the reference of every gradient check. The only package that imports {@code
 * org.nd4j}.
 *
 * <p>Reading order: {@link dev.r3.tensor.nd4j.Nd4jBackend} (the contract, method by method), {@link
 * dev.r3.tensor.nd4j.Ops} (the ND4J operations that were found sound, and what is wrong with the
 * others), the kernels made of them ({@link dev.r3.tensor.nd4j.Elementwise}, {@link
 * dev.r3.tensor.nd4j.Norms}, {@link dev.r3.tensor.nd4j.Softmax}, {@link
 * dev.r3.tensor.nd4j.Attention}, {@link dev.r3.tensor.nd4j.Rows}, {@link
 * dev.r3.tensor.nd4j.Rotation}), and memory: {@link dev.r3.tensor.nd4j.Scope}, {@link
 * dev.r3.tensor.nd4j.Scratch}, {@link dev.r3.tensor.nd4j.Memory}.
 *
 * <p>Kernels write into arrays that they are given. All arrays are row-major; none is a view with
 * strides of its own, and no single array is closed by hand: closing one of ND4J's views may free
 * the array that it shows.
 */
@NullMarked
package dev.r3.tensor.nd4j;

import org.jspecify.annotations.NullMarked;

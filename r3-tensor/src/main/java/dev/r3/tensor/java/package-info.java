/**
 * The pure-Java backend: SIMD kernels over {@code float[]} through the Vector API, and plain loops
 * where that module is absent.
 *
 * <p>Reading order: {@link dev.r3.tensor.java.JavaBackend} (who owns memory, what calls what),
 * {@code Gemm} and {@code Tile512} (where the time goes), {@code NarrowWeight} (weights in fewer
 * bits), {@code Attention}, then {@code Loops} with its twins {@code VectorLoops} and {@code
 * PlainLoops}. This is the only package that names jdk.incubator.vector, and only the classes
 * Vector* and those of the tiles for 512, 256 and 128 bits do: the others load without it.
 *
 * <p>Results are bitwise repeatable: every output element is computed by one task in an order that
 * does not depend on who runs it.
 */
@NullMarked
package dev.r3.tensor.java;

import org.jspecify.annotations.NullMarked;

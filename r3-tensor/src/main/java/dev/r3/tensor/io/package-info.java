/**
 * Files in and out: data sets as JSON lines, and writes that never leave half a file.
 *
 * <p>Reading order: {@link dev.r3.tensor.io.JsonLines} and the {@link
 * dev.r3.tensor.io.DataException} it throws, then {@link dev.r3.tensor.io.AtomicFiles}.
 */
@NullMarked
package dev.r3.tensor.io;

import org.jspecify.annotations.NullMarked;

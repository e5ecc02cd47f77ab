/**
 * Files in and out: tensors as safetensors, data sets as JSON lines, and writes that never leave
 * half a file.
 *
 * <p>Reading order: {@link dev.r3.tensor.io.TensorStore} (a checkpoint's tensors by name, one file
 * or shards) and {@link dev.r3.tensor.io.StoredTensor}, {@code SafetensorsHeader} for the rules of
 * the format, {@link dev.r3.tensor.io.SafetensorsWriter}; then {@link dev.r3.tensor.io.JsonLines},
 * the {@link dev.r3.tensor.io.DataException} that all readers throw, and {@link
 * dev.r3.tensor.io.AtomicFiles}.
 */
@NullMarked
package dev.r3.tensor.io;

import org.jspecify.annotations.NullMarked;

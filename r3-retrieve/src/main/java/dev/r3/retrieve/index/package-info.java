/**
 * Exact search over the embeddings of a library, and the file that keeps them between runs.
 *
 * <p>Reading order: {@link dev.r3.retrieve.index.ExactIndex} with its {@link
 * dev.r3.retrieve.index.Hit}, {@code TopK} (the bounded heap and the tie rule), then {@link
 * dev.r3.retrieve.index.EmbeddingCache}.
 */
@NullMarked
package dev.r3.retrieve.index;

import org.jspecify.annotations.NullMarked;

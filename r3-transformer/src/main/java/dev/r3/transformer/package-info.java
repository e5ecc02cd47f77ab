/**
 * Encoders of text: {@link dev.r3.transformer.BiEncoder} turns one text into a vector, {@link
 * dev.r3.transformer.CrossEncoder} turns a (query, skill) pair into a score.
 *
 * <p>Reading order: {@link dev.r3.transformer.TokenBatch}, {@link dev.r3.transformer.Encoder},
 * {@link dev.r3.transformer.PairReader}, then the two encoders; architectures are in {@code bert}
 * and {@code qwen3} behind {@link dev.r3.transformer.Architecture}, their parts in {@code layer},
 * files in {@code checkpoint}.
 */
@NullMarked
package dev.r3.transformer;

import org.jspecify.annotations.NullMarked;

/**
 * Encoders of text: {@link dev.r3.transformer.BiEncoder} turns one text into a vector, {@link
 * dev.r3.transformer.CrossEncoder} turns a (query, skill) pair into a score.
 *
 * <p>Reading order: {@link dev.r3.transformer.TokenBatch}, {@link dev.r3.transformer.Encoder}, then
 * the two encoders; architectures are in {@code bert}, their parts in {@code layer}, files in
 * {@code checkpoint}.
 */
@NullMarked
package dev.r3.transformer;

import org.jspecify.annotations.NullMarked;

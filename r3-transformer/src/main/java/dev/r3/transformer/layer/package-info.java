/**
 * The layers that architectures are made of, one a file: each owns its parameters and applies
 * operations to them.
 *
 * <p>Reading order: {@link dev.r3.transformer.layer.Dense}, {@link dev.r3.transformer.layer.Norm},
 * {@link dev.r3.transformer.layer.Attention}, {@link dev.r3.transformer.layer.FeedForward}, {@link
 * dev.r3.transformer.layer.EncoderBlock}.
 */
@NullMarked
package dev.r3.transformer.layer;

import org.jspecify.annotations.NullMarked;

/**
 * The layers that architectures are made of, one a file: each owns its parameters and applies
 * operations to them.
 *
 * <p>Reading order: {@link dev.r3.transformer.layer.Dense}; of BERT {@link
 * dev.r3.transformer.layer.Norm}, {@link dev.r3.transformer.layer.Attention}, {@link
 * dev.r3.transformer.layer.FeedForward}, {@link dev.r3.transformer.layer.EncoderBlock}; of Qwen3
 * {@link dev.r3.transformer.layer.RootMeanSquareNorm}, {@link
 * dev.r3.transformer.layer.RotaryHeads}, {@link dev.r3.transformer.layer.CausalAttention} with
 * {@link dev.r3.transformer.layer.Placement} and {@link dev.r3.transformer.layer.KeyValues}, {@link
 * dev.r3.transformer.layer.GatedFeedForward}, {@link dev.r3.transformer.layer.DecoderBlock}.
 */
@NullMarked
package dev.r3.transformer.layer;

import org.jspecify.annotations.NullMarked;

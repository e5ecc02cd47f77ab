/**
 * Qwen3 (Qwen Team 2025), of which the released R3 models are made: {@link
 * dev.r3.transformer.qwen3.Qwen3Decoder} and its configuration, then {@link
 * dev.r3.transformer.qwen3.PromptReader}, which makes a reranker of it, with {@link
 * dev.r3.transformer.qwen3.RerankPrompt} and the two ways to read a score.
 */
@NullMarked
package dev.r3.transformer.qwen3;

import org.jspecify.annotations.NullMarked;

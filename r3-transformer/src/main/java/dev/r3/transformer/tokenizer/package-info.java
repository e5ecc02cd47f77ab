/**
 * Tokenizers read from a Hugging Face {@code tokenizer.json}; they give exactly Hugging Face's ids.
 *
 * <p>Reading order: {@link dev.r3.transformer.tokenizer.Tokenizer} (what one does) and {@link
 * dev.r3.transformer.tokenizer.Tokenizers} (how to get one); {@code TokenizerJson} (the file);
 * {@code Pipeline} (the steps that both kinds share: {@code AddedTokens}, normalisation, a {@code
 * SubwordModel}, {@code PostProcessor}); then the kind itself: {@link
 * dev.r3.transformer.tokenizer.WordPieceTokenizer} with {@code BertNormalizer} and {@code
 * WordPieceModel}, or {@link dev.r3.transformer.tokenizer.BytePairTokenizer} with {@code
 * ByteLevelSplit}, {@code BytePairModel} and {@code Merges}. {@code CharacterClasses} holds the
 * Unicode tables, so that ids do not depend on the JDK.
 */
@NullMarked
package dev.r3.transformer.tokenizer;

import org.jspecify.annotations.NullMarked;

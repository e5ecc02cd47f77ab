package dev.r3.transformer.tokenizer;

/** Cuts normalised text into tokens of the vocabulary. */
interface SubwordModel {
  /** Adds the ids of {@code text}, which holds no added token and is not empty. */
  void append(String text, IntList ids);
}

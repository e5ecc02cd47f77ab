package dev.r3.transformer.tokenizer;

import java.util.List;

/** Joins tokens to text. */
interface TokenDecoder {
  String decode(List<String> tokens);
}

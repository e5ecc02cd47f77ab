/**
 * BERT (Devlin et al. 2019): {@link dev.r3.transformer.bert.BertEncoder} and its configuration,
 * {@link dev.r3.transformer.bert.BertPairReader}, which makes a reranker of it, and {@link
 * dev.r3.transformer.bert.BertArchitecture}, by which checkpoints are opened.
 */
@NullMarked
package dev.r3.transformer.bert;

import org.jspecify.annotations.NullMarked;

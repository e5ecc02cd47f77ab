/** BERT (Devlin et al. 2019): {@link dev.r3.transformer.bert.BertEncoder} and its configuration. */
@NullMarked
package dev.r3.transformer.bert;

import org.jspecify.annotations.NullMarked;

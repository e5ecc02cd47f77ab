/**
 * Checkpoints of other tools: configuration and weights in.
 *
 * <p>Reading order: {@link dev.r3.transformer.checkpoint.ConfigFile} (config.json and its kind),
 * {@link dev.r3.transformer.checkpoint.SentenceModules} (what comes after the encoder), {@link
 * dev.r3.transformer.checkpoint.Weights} (parameters by name and shape) with {@link
 * dev.r3.transformer.checkpoint.LoadOptions}, {@link dev.r3.transformer.checkpoint.BertOnnxImport}
 * (an ONNX export of BERT as named tensors), {@link dev.r3.transformer.checkpoint.OnnxWeights}
 * (what such a file holds), {@code ProtobufReader} (how it is written).
 */
@NullMarked
package dev.r3.transformer.checkpoint;

import org.jspecify.annotations.NullMarked;

/**
 * The main job: train both stages on a data set, measure them on its held-out split, keep all of it
 * in a run folder.
 *
 * <p>Reading order: {@link dev.r3.cli.pipeline.Demo} (the whole job in one screen), {@link
 * dev.r3.cli.pipeline.Preset} (its numbers), {@link dev.r3.cli.pipeline.EmbeddingTraining}, {@link
 * dev.r3.cli.pipeline.RerankerTraining}, {@link dev.r3.cli.pipeline.FirstStage} (mining), {@link
 * dev.r3.cli.pipeline.TestBench} (measuring), {@link dev.r3.cli.pipeline.RunFolder}; then {@link
 * dev.r3.cli.pipeline.TrainingSession} (what a training writes, how it is stopped and goes on),
 * {@link dev.r3.cli.pipeline.TrainingRun} (one training by itself) and {@link
 * dev.r3.cli.pipeline.RunReport}.
 */
@NullMarked
package dev.r3.cli.pipeline;

import org.jspecify.annotations.NullMarked;

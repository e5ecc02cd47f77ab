/**
 * What a training step is made of: skills, requests and rejections from files, and the samplers
 * that turn them into batches. Plain Java data, no tensors.
 *
 * <p>Reading order: {@link dev.r3.train.data.SkillDataset} (with {@link
 * dev.r3.train.data.SkillText}, {@link dev.r3.train.data.Request}, {@link
 * dev.r3.train.data.Rejection}); {@link dev.r3.train.data.SkipPartners}, what the rejections say
 * about a request; {@link dev.r3.train.data.ContrastiveSampler}, the bi-encoder's batches; {@link
 * dev.r3.train.data.HardNegativeMining}, more columns for them; {@link
 * dev.r3.train.data.RerankListSampler}, the cross-encoder's lists.
 *
 * <p>Every draw comes from a counter-based generator: an epoch's batches are a function of the seed
 * and the epoch's number, so that a run resumes at any batch.
 */
@NullMarked
package dev.r3.train.data;

import org.jspecify.annotations.NullMarked;

package dev.r3.tensor;

import org.jspecify.annotations.Nullable;

/**
 * What a normalisation over the last axis leaves for its backward pass.
 *
 * @param output the normalised rows, same shape as the input
 * @param inverseScale what each row was multiplied by: 1/std, 1/rms or 1/norm; [rows]
 * @param mean the mean of each row, [rows]; null where the normalisation does not centre
 */
public record Normalized(Tensor output, Tensor inverseScale, @Nullable Tensor mean) {}

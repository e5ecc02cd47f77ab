package dev.r3.retrieve.index;

/**
 * A skill that a search found.
 *
 * @param score cosine with the query, in [-1, 1] to rounding
 */
public record Hit(String id, float score) {}

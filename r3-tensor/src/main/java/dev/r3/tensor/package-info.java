/** Tensors, autodiff and the backend contract. */
@NullMarked
package dev.r3.tensor;

import org.jspecify.annotations.NullMarked;

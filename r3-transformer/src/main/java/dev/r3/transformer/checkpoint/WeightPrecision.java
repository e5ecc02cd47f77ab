package dev.r3.transformer.checkpoint;

import dev.r3.tensor.WeightFormat;
import dev.r3.tensor.io.DataType;

/** How the matrices of a checkpoint are held in memory. */
public enum WeightPrecision {
  /** In full precision, which training needs. */
  FULL,
  /** As the checkpoint stores them: BF16 stays in 16 bits and does not train, others are FULL. */
  AS_STORED,
  /** In 8 bits with a scale a row, for inference in half the memory of BF16. */
  INT8;

  WeightFormat format(DataType stored) {
    return switch (this) {
      case FULL -> WeightFormat.FULL;
      case AS_STORED -> stored == DataType.BF16 ? WeightFormat.BFLOAT16 : WeightFormat.FULL;
      case INT8 -> WeightFormat.INT8;
    };
  }
}

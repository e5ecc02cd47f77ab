package dev.r3.tensor.io;

/** How a stored element is written, with the names that safetensors uses. */
public enum DataType {
  F64(8),
  F32(4),
  /** IEEE 754 binary16. */
  F16(2),
  /** The upper half of a binary32. */
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  /** Unsigned. */
  U8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  public boolean isFloating() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }
}

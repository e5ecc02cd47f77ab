package dev.r3.tensor.java;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Tile256} with a panel in bfloat16, which is widened in registers: half the memory to read,
 * which counts where rows are few.
 */
final class Tile256Bfloat16 {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final int LANES = 8;
  private static final int COLUMNS = 2 * LANES;
  private static final int UPPER = 0xffff0000;

  private Tile256Bfloat16() {}

  static void multiply(
      int rows,
      int pairs,
      Matrix a,
      int aOffset,
      int[] panel,
      int panelOffset,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    if (rows > 4) {
      six(
          rows,
          pairs,
          a.data(),
          aOffset,
          a.rowStride(),
          a.columnStride(),
          panel,
          panelOffset,
          c,
          cOffset,
          cStride,
          accumulate);
    } else if (rows > 1) {
      four(
          rows,
          pairs,
          a.data(),
          aOffset,
          a.rowStride(),
          a.columnStride(),
          panel,
          panelOffset,
          c,
          cOffset,
          cStride,
          accumulate);
    } else {
      one(
          rows,
          pairs,
          a.data(),
          aOffset,
          a.rowStride(),
          a.columnStride(),
          panel,
          panelOffset,
          c,
          cOffset,
          cStride,
          accumulate);
    }
  }

  private static void six(
      int rows,
      int pairs,
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      int[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    int last = rows - 1;
    int a0 = aOffset;
    int c0 = cOffset;
    int a1 = aOffset + Math.min(1, last) * aRow;
    int c1 = cOffset + Math.min(1, last) * cStride;
    int a2 = aOffset + Math.min(2, last) * aRow;
    int c2 = cOffset + Math.min(2, last) * cStride;
    int a3 = aOffset + Math.min(3, last) * aRow;
    int c3 = cOffset + Math.min(3, last) * cStride;
    int a4 = aOffset + Math.min(4, last) * aRow;
    int c4 = cOffset + Math.min(4, last) * cStride;
    int a5 = aOffset + Math.min(5, last) * aRow;
    int c5 = cOffset + Math.min(5, last) * cStride;
    FloatVector s00, s01, s10, s11, s20, s21, s30, s31, s40, s41, s50, s51;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, c, c0);
      s01 = FloatVector.fromArray(SPECIES, c, c0 + LANES);
      s10 = FloatVector.fromArray(SPECIES, c, c1);
      s11 = FloatVector.fromArray(SPECIES, c, c1 + LANES);
      s20 = FloatVector.fromArray(SPECIES, c, c2);
      s21 = FloatVector.fromArray(SPECIES, c, c2 + LANES);
      s30 = FloatVector.fromArray(SPECIES, c, c3);
      s31 = FloatVector.fromArray(SPECIES, c, c3 + LANES);
      s40 = FloatVector.fromArray(SPECIES, c, c4);
      s41 = FloatVector.fromArray(SPECIES, c, c4 + LANES);
      s50 = FloatVector.fromArray(SPECIES, c, c5);
      s51 = FloatVector.fromArray(SPECIES, c, c5 + LANES);
    } else {
      FloatVector zero = FloatVector.zero(SPECIES);
      s00 = zero;
      s01 = zero;
      s10 = zero;
      s11 = zero;
      s20 = zero;
      s21 = zero;
      s30 = zero;
      s31 = zero;
      s40 = zero;
      s41 = zero;
      s50 = zero;
      s51 = zero;
    }
    for (int pair = 0; pair < pairs; pair++) {
      int bRow = bOffset + pair * COLUMNS;
      int step = 2 * pair * aStep;
      IntVector both0 = IntVector.fromArray(INTS, b, bRow);
      IntVector both1 = IntVector.fromArray(INTS, b, bRow + LANES);
      FloatVector b0 = both0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector b1 = both1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + step]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(SPECIES, a[a1 + step]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FloatVector.broadcast(SPECIES, a[a2 + step]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FloatVector.broadcast(SPECIES, a[a3 + step]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      x = FloatVector.broadcast(SPECIES, a[a4 + step]);
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      x = FloatVector.broadcast(SPECIES, a[a5 + step]);
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
      step += aStep;
      b0 = both0.and(UPPER).reinterpretAsFloats();
      b1 = both1.and(UPPER).reinterpretAsFloats();
      x = FloatVector.broadcast(SPECIES, a[a0 + step]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(SPECIES, a[a1 + step]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FloatVector.broadcast(SPECIES, a[a2 + step]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FloatVector.broadcast(SPECIES, a[a3 + step]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      x = FloatVector.broadcast(SPECIES, a[a4 + step]);
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      x = FloatVector.broadcast(SPECIES, a[a5 + step]);
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + LANES);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + LANES);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + LANES);
    s40.intoArray(c, c4);
    s41.intoArray(c, c4 + LANES);
    s50.intoArray(c, c5);
    s51.intoArray(c, c5 + LANES);
  }

  private static void four(
      int rows,
      int pairs,
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      int[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    int last = rows - 1;
    int a0 = aOffset;
    int c0 = cOffset;
    int a1 = aOffset + Math.min(1, last) * aRow;
    int c1 = cOffset + Math.min(1, last) * cStride;
    int a2 = aOffset + Math.min(2, last) * aRow;
    int c2 = cOffset + Math.min(2, last) * cStride;
    int a3 = aOffset + Math.min(3, last) * aRow;
    int c3 = cOffset + Math.min(3, last) * cStride;
    FloatVector s00, s01, s10, s11, s20, s21, s30, s31;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, c, c0);
      s01 = FloatVector.fromArray(SPECIES, c, c0 + LANES);
      s10 = FloatVector.fromArray(SPECIES, c, c1);
      s11 = FloatVector.fromArray(SPECIES, c, c1 + LANES);
      s20 = FloatVector.fromArray(SPECIES, c, c2);
      s21 = FloatVector.fromArray(SPECIES, c, c2 + LANES);
      s30 = FloatVector.fromArray(SPECIES, c, c3);
      s31 = FloatVector.fromArray(SPECIES, c, c3 + LANES);
    } else {
      FloatVector zero = FloatVector.zero(SPECIES);
      s00 = zero;
      s01 = zero;
      s10 = zero;
      s11 = zero;
      s20 = zero;
      s21 = zero;
      s30 = zero;
      s31 = zero;
    }
    for (int pair = 0; pair < pairs; pair++) {
      int bRow = bOffset + pair * COLUMNS;
      int step = 2 * pair * aStep;
      IntVector both0 = IntVector.fromArray(INTS, b, bRow);
      IntVector both1 = IntVector.fromArray(INTS, b, bRow + LANES);
      FloatVector b0 = both0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector b1 = both1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + step]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(SPECIES, a[a1 + step]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FloatVector.broadcast(SPECIES, a[a2 + step]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FloatVector.broadcast(SPECIES, a[a3 + step]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      step += aStep;
      b0 = both0.and(UPPER).reinterpretAsFloats();
      b1 = both1.and(UPPER).reinterpretAsFloats();
      x = FloatVector.broadcast(SPECIES, a[a0 + step]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(SPECIES, a[a1 + step]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FloatVector.broadcast(SPECIES, a[a2 + step]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FloatVector.broadcast(SPECIES, a[a3 + step]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + LANES);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + LANES);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + LANES);
  }

  private static void one(
      int rows,
      int pairs,
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      int[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    int a0 = aOffset;
    int c0 = cOffset;
    FloatVector s00, s01;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, c, c0);
      s01 = FloatVector.fromArray(SPECIES, c, c0 + LANES);
    } else {
      FloatVector zero = FloatVector.zero(SPECIES);
      s00 = zero;
      s01 = zero;
    }
    for (int pair = 0; pair < pairs; pair++) {
      int bRow = bOffset + pair * COLUMNS;
      int step = 2 * pair * aStep;
      IntVector both0 = IntVector.fromArray(INTS, b, bRow);
      IntVector both1 = IntVector.fromArray(INTS, b, bRow + LANES);
      FloatVector b0 = both0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector b1 = both1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + step]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      step += aStep;
      b0 = both0.and(UPPER).reinterpretAsFloats();
      b1 = both1.and(UPPER).reinterpretAsFloats();
      x = FloatVector.broadcast(SPECIES, a[a0 + step]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
  }
}

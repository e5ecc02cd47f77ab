package dev.r3.tensor.java;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * 8 rows x 3 vectors of 128 bits: 24 sums in NEON's 32 registers.
 *
 * <p>A tile with fewer rows repeats its last row: the repeats compute and store equal values, and
 * the loop stays free of branches.
 */
final class Tile128 implements Tile {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_128;
  private static final int LANES = 4;
  private static final int COLUMNS = 3 * LANES;

  @Override
  public int rows() {
    return 8;
  }

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public void multiply(
      int rows,
      int depth,
      Matrix a,
      int aOffset,
      float[] panel,
      int panelOffset,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    if (rows > 4) {
      eight(
          rows,
          depth,
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
          depth,
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
          depth,
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

  private static void eight(
      int rows,
      int depth,
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
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
    int a6 = aOffset + Math.min(6, last) * aRow;
    int c6 = cOffset + Math.min(6, last) * cStride;
    int a7 = aOffset + Math.min(7, last) * aRow;
    int c7 = cOffset + Math.min(7, last) * cStride;
    FloatVector s00,
        s01,
        s02,
        s10,
        s11,
        s12,
        s20,
        s21,
        s22,
        s30,
        s31,
        s32,
        s40,
        s41,
        s42,
        s50,
        s51,
        s52,
        s60,
        s61,
        s62,
        s70,
        s71,
        s72;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, c, c0);
      s01 = FloatVector.fromArray(SPECIES, c, c0 + LANES);
      s02 = FloatVector.fromArray(SPECIES, c, c0 + 2 * LANES);
      s10 = FloatVector.fromArray(SPECIES, c, c1);
      s11 = FloatVector.fromArray(SPECIES, c, c1 + LANES);
      s12 = FloatVector.fromArray(SPECIES, c, c1 + 2 * LANES);
      s20 = FloatVector.fromArray(SPECIES, c, c2);
      s21 = FloatVector.fromArray(SPECIES, c, c2 + LANES);
      s22 = FloatVector.fromArray(SPECIES, c, c2 + 2 * LANES);
      s30 = FloatVector.fromArray(SPECIES, c, c3);
      s31 = FloatVector.fromArray(SPECIES, c, c3 + LANES);
      s32 = FloatVector.fromArray(SPECIES, c, c3 + 2 * LANES);
      s40 = FloatVector.fromArray(SPECIES, c, c4);
      s41 = FloatVector.fromArray(SPECIES, c, c4 + LANES);
      s42 = FloatVector.fromArray(SPECIES, c, c4 + 2 * LANES);
      s50 = FloatVector.fromArray(SPECIES, c, c5);
      s51 = FloatVector.fromArray(SPECIES, c, c5 + LANES);
      s52 = FloatVector.fromArray(SPECIES, c, c5 + 2 * LANES);
      s60 = FloatVector.fromArray(SPECIES, c, c6);
      s61 = FloatVector.fromArray(SPECIES, c, c6 + LANES);
      s62 = FloatVector.fromArray(SPECIES, c, c6 + 2 * LANES);
      s70 = FloatVector.fromArray(SPECIES, c, c7);
      s71 = FloatVector.fromArray(SPECIES, c, c7 + LANES);
      s72 = FloatVector.fromArray(SPECIES, c, c7 + 2 * LANES);
    } else {
      s00 =
          s01 =
              s02 =
                  s10 =
                      s11 =
                          s12 =
                              s20 =
                                  s21 =
                                      s22 =
                                          s30 =
                                              s31 =
                                                  s32 =
                                                      s40 =
                                                          s41 =
                                                              s42 =
                                                                  s50 =
                                                                      s51 =
                                                                          s52 =
                                                                              s60 =
                                                                                  s61 =
                                                                                      s62 =
                                                                                          s70 =
                                                                                              s71 =
                                                                                                  s72 =
                                                                                                      FloatVector
                                                                                                          .zero(
                                                                                                              SPECIES);
    }
    for (int p = 0; p < depth; p++) {
      int bRow = bOffset + p * COLUMNS;
      int step = p * aStep;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bRow);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bRow + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, bRow + 2 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + step]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      x = FloatVector.broadcast(SPECIES, a[a1 + step]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      x = FloatVector.broadcast(SPECIES, a[a2 + step]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      s22 = x.fma(b2, s22);
      x = FloatVector.broadcast(SPECIES, a[a3 + step]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      s32 = x.fma(b2, s32);
      x = FloatVector.broadcast(SPECIES, a[a4 + step]);
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      s42 = x.fma(b2, s42);
      x = FloatVector.broadcast(SPECIES, a[a5 + step]);
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
      s52 = x.fma(b2, s52);
      x = FloatVector.broadcast(SPECIES, a[a6 + step]);
      s60 = x.fma(b0, s60);
      s61 = x.fma(b1, s61);
      s62 = x.fma(b2, s62);
      x = FloatVector.broadcast(SPECIES, a[a7 + step]);
      s70 = x.fma(b0, s70);
      s71 = x.fma(b1, s71);
      s72 = x.fma(b2, s72);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s02.intoArray(c, c0 + 2 * LANES);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + LANES);
    s12.intoArray(c, c1 + 2 * LANES);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + LANES);
    s22.intoArray(c, c2 + 2 * LANES);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + LANES);
    s32.intoArray(c, c3 + 2 * LANES);
    s40.intoArray(c, c4);
    s41.intoArray(c, c4 + LANES);
    s42.intoArray(c, c4 + 2 * LANES);
    s50.intoArray(c, c5);
    s51.intoArray(c, c5 + LANES);
    s52.intoArray(c, c5 + 2 * LANES);
    s60.intoArray(c, c6);
    s61.intoArray(c, c6 + LANES);
    s62.intoArray(c, c6 + 2 * LANES);
    s70.intoArray(c, c7);
    s71.intoArray(c, c7 + LANES);
    s72.intoArray(c, c7 + 2 * LANES);
  }

  private static void four(
      int rows,
      int depth,
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
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
    FloatVector s00, s01, s02, s10, s11, s12, s20, s21, s22, s30, s31, s32;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, c, c0);
      s01 = FloatVector.fromArray(SPECIES, c, c0 + LANES);
      s02 = FloatVector.fromArray(SPECIES, c, c0 + 2 * LANES);
      s10 = FloatVector.fromArray(SPECIES, c, c1);
      s11 = FloatVector.fromArray(SPECIES, c, c1 + LANES);
      s12 = FloatVector.fromArray(SPECIES, c, c1 + 2 * LANES);
      s20 = FloatVector.fromArray(SPECIES, c, c2);
      s21 = FloatVector.fromArray(SPECIES, c, c2 + LANES);
      s22 = FloatVector.fromArray(SPECIES, c, c2 + 2 * LANES);
      s30 = FloatVector.fromArray(SPECIES, c, c3);
      s31 = FloatVector.fromArray(SPECIES, c, c3 + LANES);
      s32 = FloatVector.fromArray(SPECIES, c, c3 + 2 * LANES);
    } else {
      s00 =
          s01 =
              s02 = s10 = s11 = s12 = s20 = s21 = s22 = s30 = s31 = s32 = FloatVector.zero(SPECIES);
    }
    for (int p = 0; p < depth; p++) {
      int bRow = bOffset + p * COLUMNS;
      int step = p * aStep;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bRow);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bRow + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, bRow + 2 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + step]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      x = FloatVector.broadcast(SPECIES, a[a1 + step]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      x = FloatVector.broadcast(SPECIES, a[a2 + step]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      s22 = x.fma(b2, s22);
      x = FloatVector.broadcast(SPECIES, a[a3 + step]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      s32 = x.fma(b2, s32);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s02.intoArray(c, c0 + 2 * LANES);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + LANES);
    s12.intoArray(c, c1 + 2 * LANES);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + LANES);
    s22.intoArray(c, c2 + 2 * LANES);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + LANES);
    s32.intoArray(c, c3 + 2 * LANES);
  }

  private static void one(
      int rows,
      int depth,
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    int a0 = aOffset;
    int c0 = cOffset;
    FloatVector s00, s01, s02;
    if (accumulate) {
      s00 = FloatVector.fromArray(SPECIES, c, c0);
      s01 = FloatVector.fromArray(SPECIES, c, c0 + LANES);
      s02 = FloatVector.fromArray(SPECIES, c, c0 + 2 * LANES);
    } else {
      s00 = s01 = s02 = FloatVector.zero(SPECIES);
    }
    for (int p = 0; p < depth; p++) {
      int bRow = bOffset + p * COLUMNS;
      int step = p * aStep;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bRow);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bRow + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, bRow + 2 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[a0 + step]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + LANES);
    s02.intoArray(c, c0 + 2 * LANES);
  }
}

package dev.r3.train.data;

import java.util.List;

/**
 * One step of in-batch InfoNCE: queries against columns of skills, each skill once.
 *
 * @param queries the rows
 * @param skillIds the columns: the queries' golds, then hard negatives
 * @param goldColumn for each query the column of its gold
 * @param masked for each query the columns that its denominator leaves out: its other golds at
 *     least, {@code [queries][columns]}
 */
public record ContrastiveBatch(
    List<Request> queries, List<String> skillIds, int[] goldColumn, boolean[][] masked) {
  public ContrastiveBatch {
    queries = List.copyOf(queries);
    skillIds = List.copyOf(skillIds);
    Texts.requireDistinct(skillIds, "ContrastiveBatch", "columns");
    if (goldColumn.length != queries.size() || masked.length != queries.size()) {
      throw new IllegalArgumentException(
          "ContrastiveBatch: expected a gold column and a mask for each of "
              + queries.size()
              + " queries, got "
              + goldColumn.length
              + " and "
              + masked.length);
    }
    for (int row = 0; row < masked.length; row++) {
      requireConsistent(queries.get(row), skillIds, goldColumn[row], masked[row]);
    }
  }

  /** A batch that masks the other golds of each query and nothing else. */
  static ContrastiveBatch of(List<Request> queries, List<String> skillIds, int[] goldColumn) {
    boolean[][] masked = new boolean[queries.size()][skillIds.size()];
    for (int row = 0; row < masked.length; row++) {
      List<String> golds = queries.get(row).skillIds();
      for (int column = 0; column < masked[row].length; column++) {
        masked[row][column] = column != goldColumn[row] && golds.contains(skillIds.get(column));
      }
    }
    return new ContrastiveBatch(queries, skillIds, goldColumn, masked);
  }

  private static void requireConsistent(
      Request query, List<String> skillIds, int goldColumn, boolean[] masked) {
    String where = "ContrastiveBatch(" + query.id() + ")";
    if (masked.length != skillIds.size()) {
      throw new IllegalArgumentException(
          where + ": expected a mask of " + skillIds.size() + " columns, got " + masked.length);
    }
    if (goldColumn < 0
        || goldColumn >= skillIds.size()
        || !query.skillIds().contains(skillIds.get(goldColumn))) {
      throw new IllegalArgumentException(
          where + ": expected the column of one of " + query.skillIds() + ", got " + goldColumn);
    }
    for (int column = 0; column < masked.length; column++) {
      boolean gold = query.skillIds().contains(skillIds.get(column));
      if (column == goldColumn ? masked[column] : gold && !masked[column]) {
        throw new IllegalArgumentException(
            where
                + ": expected a mask of every gold but the one in column "
                + goldColumn
                + ", got "
                + skillIds.get(column)
                + (masked[column] ? " masked" : " unmasked"));
      }
    }
  }
}

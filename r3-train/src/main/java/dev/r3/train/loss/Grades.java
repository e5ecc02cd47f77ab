package dev.r3.train.loss;

import dev.r3.tensor.Tensor;
import java.util.Arrays;

/**
 * How well each candidate of a list fits its query: {@link #GOLD}, {@link #SKIP} (it was rejected
 * together with a gold), {@link #REST}; {@link #NONE} fills up shorter lists and is masked.
 *
 * @param values [lists][listSize]
 */
public record Grades(int[][] values) {
  public static final int GOLD = 2;
  public static final int SKIP = 1;
  public static final int REST = 0;
  public static final int NONE = -1;

  public Grades {
    if (values.length == 0) {
      throw new IllegalArgumentException("Grades: expected at least one list, got none");
    }
    for (int list = 0; list < values.length; list++) {
      if (values[list].length != values[0].length) {
        throw new IllegalArgumentException(
            "Grades: expected "
                + values[0].length
                + " items in list "
                + list
                + ", got "
                + values[list].length
                + "; fill up with Grades.NONE");
      }
      boolean empty = true;
      for (int grade : values[list]) {
        if (grade < NONE || grade > GOLD) {
          throw new IllegalArgumentException(
              "Grades: expected grades from -1 to 2 in list " + list + ", got " + grade);
        }
        empty &= grade == NONE;
      }
      if (empty) {
        throw new IllegalArgumentException(
            "Grades: expected at least one item in list " + list + ", got none");
      }
    }
  }

  public int lists() {
    return values.length;
  }

  public int listSize() {
    return values[0].length;
  }

  /** Where there is no item; [lists][listSize]. */
  boolean[][] masked() {
    return where(NONE);
  }

  /** Where the grade is exactly {@code grade}; [lists][listSize]. */
  boolean[][] where(int grade) {
    boolean[][] marks = new boolean[lists()][listSize()];
    for (int list = 0; list < marks.length; list++) {
      for (int item = 0; item < marks[list].length; item++) {
        marks[list][item] = values[list][item] == grade;
      }
    }
    return marks;
  }

  void requireFit(String loss, Tensor scores) {
    if (scores.shape().rank() != 2 || scores.rows() != lists() || scores.lastAxis() != listSize()) {
      throw new IllegalArgumentException(
          loss + ": expected scores [" + lists() + ", " + listSize() + "], got " + scores.shape());
    }
  }

  /** Every list must hold a gold. */
  void requireGold(String loss) {
    for (int list = 0; list < lists(); list++) {
      if (Arrays.stream(values[list]).noneMatch(grade -> grade == GOLD)) {
        throw new IllegalArgumentException(
            loss
                + ": expected a gold (grade 2) in every list, got "
                + Arrays.toString(values[list])
                + " in list "
                + list);
      }
    }
  }
}

package dev.r3.tensor.op;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import java.util.List;

/**
 * Σ_t tables[t][rows[t][i]]: the sum of one row of each table, as BERT adds word, position and type
 * embeddings.
 *
 * <p>tables [*, hidden] each, rows one array of n indices a table -> [n, hidden].
 */
public final class Embedding {
  private Embedding() {}

  public static Tensor apply(Pass pass, List<Tensor> tables, List<int[]> rows) {
    if (tables.isEmpty() || tables.size() != rows.size()) {
      throw new IllegalArgumentException(
          "Embedding: expected as many index arrays as tables and at least one, got "
              + tables.size()
              + " tables and "
              + rows.size()
              + " index arrays");
    }
    for (int t = 0; t < tables.size(); t++) {
      Require.columns("Embedding", "table " + t, tables.get(t), tables.get(0).lastAxis());
      if (rows.get(t).length != rows.get(0).length) {
        throw new IllegalArgumentException(
            "Embedding: expected "
                + rows.get(0).length
                + " indices for table "
                + t
                + ", got "
                + rows.get(t).length);
      }
      Require.rowIndices("Embedding table " + t, rows.get(t), tables.get(t).rows());
    }
    return pass.record(
        pass.backend().gatherSum(tables, rows),
        tables,
        (gradOutput, gradients) -> { // gradOutput [n, hidden]
          for (int t = 0; t < tables.size(); t++) {
            int[] indices = rows.get(t);
            Tensor table = tables.get(t);
            gradients.add(
                table,
                () -> {
                  Tensor gradTable = pass.backend().zeros(table.shape());
                  pass.backend().scatterAdd(gradTable, indices, gradOutput);
                  return gradTable;
                });
          }
        });
  }
}

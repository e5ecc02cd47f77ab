package dev.r3.train.trainer;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Gather;
import dev.r3.tensor.op.Reshape;
import dev.r3.train.data.Request;
import dev.r3.train.data.RerankList;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.loss.Grades;
import dev.r3.train.loss.ListLoss;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Training of the second stage: all pairs of a batch of lists are scored in one packed forward pass
 * and each list's scores compared with its grades by a {@link ListLoss}.
 */
public final class RerankTask implements TrainingTask {
  private final CrossEncoder model;
  private final SkillDataset dataset;
  private final Similarities similarities;
  private final ListLoss loss;
  private final Epochs<List<RerankList>> batches;

  /** The first stage, as the cross-encoder's residual sees it. */
  @FunctionalInterface
  public interface Similarities {
    /** The cosine of a request and a skill. */
    float of(Request request, String skillId);
  }

  public RerankTask(
      CrossEncoder model,
      SkillDataset dataset,
      Similarities similarities,
      ListLoss loss,
      Epochs<List<RerankList>> batches) {
    this.model = model;
    this.dataset = dataset;
    this.similarities = similarities;
    this.loss = loss;
    this.batches = batches;
  }

  @Override
  public BatchLoss loss(Pass pass, long number) {
    List<RerankList> lists = batches.batch(number);
    List<Encoding> pairs = new ArrayList<>();
    float[] known = new float[lists.stream().mapToInt(list -> list.skillIds().size()).sum()];
    for (RerankList list : lists) {
      for (String id : list.skillIds()) {
        known[pairs.size()] = similarities.of(list.request(), id);
        pairs.add(model.tokenize(list.request().query(), dataset.skill(id).text()));
      }
    }
    Tensor scores = model.forward(pass, pairs, known); // [pairs]
    Tensor value = loss.apply(pass, asLists(pass, scores, lists), grades(lists));
    return new BatchLoss(value, pairs.stream().mapToLong(Encoding::length).sum());
  }

  private static int longest(List<RerankList> lists) {
    return lists.stream().mapToInt(list -> list.grades().length).max().orElse(0);
  }

  /** Scores [pairs] -> [lists, longest]; the places after a shorter list repeat its first score. */
  private static Tensor asLists(Pass pass, Tensor scores, List<RerankList> lists) {
    int width = longest(lists);
    int[] places = new int[lists.size() * width];
    int start = 0;
    for (int list = 0; list < lists.size(); list++) {
      int length = lists.get(list).grades().length;
      for (int item = 0; item < width; item++) {
        places[list * width + item] = start + (item < length ? item : 0);
      }
      start += length;
    }
    Tensor column = Reshape.apply(pass, scores, scores.size(), 1);
    return Reshape.apply(pass, Gather.apply(pass, column, places), lists.size(), width);
  }

  /** With {@link Grades#NONE} after shorter lists. */
  private static Grades grades(List<RerankList> lists) {
    int[][] grades = new int[lists.size()][];
    for (int list = 0; list < grades.length; list++) {
      int[] own = lists.get(list).grades();
      grades[list] = Arrays.copyOf(own, longest(lists));
      Arrays.fill(grades[list], own.length, grades[list].length, Grades.NONE);
    }
    return new Grades(grades);
  }
}

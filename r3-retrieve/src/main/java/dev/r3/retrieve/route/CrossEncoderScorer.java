package dev.r3.retrieve.route;

import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** R3-Reranker as the router's second stage. Does not own the model's backend. */
public record CrossEncoderScorer(CrossEncoder model) implements PairScorer {
  @Override
  public float[] score(Candidates candidates) {
    return model.score(candidates.query(), candidates.skills(), candidates.similarities());
  }

  /** All pairs of all lists in one go, so that batches are full, unless lists share more work. */
  @Override
  public List<float[]> scoreAll(List<Candidates> lists) {
    if (model.readsQueryOnce()) {
      return lists.stream().map(this::score).toList();
    }
    List<Encoding> pairs = new ArrayList<>();
    int count = lists.stream().mapToInt(list -> list.skills().size()).sum();
    float[] similarities = new float[count];
    for (Candidates list : lists) {
      System.arraycopy(
          list.similarities(), 0, similarities, pairs.size(), list.similarities().length);
      for (String skill : list.skills()) {
        pairs.add(model.tokenize(list.query(), skill));
      }
    }
    float[] scores = model.score(pairs, similarities);
    List<float[]> perList = new ArrayList<>();
    int start = 0;
    for (Candidates list : lists) {
      int end = start + list.skills().size();
      perList.add(Arrays.copyOfRange(scores, start, end));
      start = end;
    }
    return perList;
  }
}

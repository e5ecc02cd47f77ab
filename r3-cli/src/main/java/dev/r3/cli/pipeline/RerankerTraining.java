package dev.r3.cli.pipeline;

import dev.r3.retrieve.metric.Ranking;
import dev.r3.tensor.Parameter;
import dev.r3.train.data.Request;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.Split;
import dev.r3.train.optimizer.ParameterGroup;
    return new FineTuning(numbers.schedule(), batches.batchesOfFirstEpoch(), seed)
        .run(
            task,
            model.backend(),
            groups(model),
            session
                .hooks(model::save)
                .withValidation(new DevNdcg(devRequests, () -> reranked(model, firstStage))),
            session);
  }

  /** Candidates of a train request are train skills: the others are held out. */
  private List<String> trainPool(FirstStage firstStage, Request request) {
    return firstStage.rank(request).stream()
        .filter(id -> dataset.skill(id).split() == Split.TRAIN)
        .toList();
  }

  private static List<ParameterGroup> groups(CrossEncoder model) {
    List<Parameter> body = model.encoderParameters();
    List<Parameter> head = model.parameters().stream().filter(p -> !body.contains(p)).toList();
    List<ParameterGroup> groups =
        new ArrayList<>(ParameterGroup.withDecayOnMatrices(body, FineTuning.WEIGHT_DECAY));
    groups.add(new ParameterGroup(head, HEAD_LEARNING_RATE_SCALE, 0));
    return groups;
  }

  /** So many of the requests, evenly spread in their order; 0 = all. */
  private static List<Request> spread(List<Request> all, int count) {
    if (count == 0 || count >= all.size()) {
      return all;
    }
    return IntStream.range(0, count)
        .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
        .toList();
  }

  /** How the model, as it is now, orders what the first stage recalls for the dev requests. */
  private Function<Request, Ranking> reranked(CrossEncoder model, FirstStage firstStage) {
    List<Encoding> pairs = new ArrayList<>();
    List<Float> known = new ArrayList<>();
    for (Request request : devRequests) {
      for (String id : devPool(firstStage, request)) {
        pairs.add(model.tokenize(request.query(), dataset.skill(id).text()));
        known.add(firstStage.of(request, id));
      }
    }
    float[] similarities = new float[known.size()];
    for (int i = 0; i < similarities.length; i++) {
      similarities[i] = known.get(i);
    }
    float[] scores = model.score(pairs, similarities);

    Map<String, Ranking> rankings = new HashMap<>();
    int start = 0;
    for (Request request : devRequests) {
      List<String> recalled = devPool(firstStage, request);
      int end = start + recalled.size();
      rankings.put(request.id(), Ranking.of(recalled, Arrays.copyOfRange(scores, start, end)));
      start = end;
    }
    return request -> rankings.get(request.id());
  }

  private List<String> devPool(FirstStage firstStage, Request request) {
    return firstStage.rank(request).stream()
        .filter(id -> dataset.skill(id).split() != Split.TEST)
        .limit(preset.recallDepth())
        .toList();
  }

  /** The skills whose embeddings {@link #train} needs: all that are not held out for the test. */
  public List<SkillText> skills() {
    return dataset.skillsNotOf(Split.TEST);
  }
}

package dev.r3.cli.pipeline;

import dev.r3.retrieve.metric.Ranking;
import dev.r3.tensor.Parameter;
import dev.r3.train.data.Request;
import dev.r3.train.data.RerankList;
import dev.r3.train.data.RerankListSampler;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.SkipPartners;
import dev.r3.train.data.Split;
import dev.r3.train.loss.GradedListwise;
import dev.r3.train.optimizer.ParameterGroup;
import dev.r3.train.trainer.Epochs;
import dev.r3.train.trainer.RerankTask;
import dev.r3.train.trainer.TrainingEvent;
import dev.r3.transformer.CrossEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Trains R3-Reranker on lists of golds, rejected skills and other candidates of the first stage,
 * with the rejections as a grade of their own (push-away) or as plain negatives. Both variants see
 * the same lists in the same order.
 */
public final class RerankerTraining {
  private static final double HEAD_LEARNING_RATE_SCALE = 10; // the head is fresh, the body is not
  private static final double RESIDUAL_LEARNING_RATE_SCALE = 1000; // about 10 in size, not 0.02
  private static final int DEV_REQUESTS = 128; // evenly spread over the dev split

  private final SkillDataset dataset;
  private final Preset preset;
  private final long seed;
  private final List<Request> requests;
  private final List<Request> devRequests;

  public RerankerTraining(SkillDataset dataset, Preset preset, long seed) {
    this.dataset = dataset;
    this.preset = preset;
    this.seed = seed;
    requests = spread(dataset.requests(Split.TRAIN), preset.reranker().requests());
    boolean validated = preset.reranker().schedule().validations() > 0;
    devRequests = validated ? spread(dataset.requests(Split.DEV), DEV_REQUESTS) : List.of();
  }

  /** The train requests that {@link #train} makes lists of. */
  List<Request> requests() {
    return requests;
  }

  /** The dev requests that it validates on, if it does. */
  List<Request> devRequests() {
    return devRequests;
  }

  /**
   * Trains {@code model} in place and saves it.
   *
   * @param recall knows {@link #requests}, {@link #devRequests} and {@link #skills}
   * @param pushAway whether rejected skills are a grade of their own
   * @param session gets the model
   */
  public TrainingEvent.Finished train(
      CrossEncoder model, Recall recall, boolean pushAway, TrainingSession session) {
    Preset.Reranker numbers = preset.reranker();
    RerankListSampler sampler =
        new RerankListSampler(
            requests,
            SkipPartners.of(dataset.rejections(Split.TRAIN)),
            new RerankListSampler.Shape(
                preset.recallDepth(), numbers.listSize(), numbers.maxSkip(), numbers.allGolds()),
            seed);
    Epochs<List<RerankList>> batches =
        Epochs.grouped(
            numbers.listsPerBatch(),
            epoch ->
                sampler.epoch(epoch, request -> trainPool(recall, request)).stream()
                    .map(list -> pushAway ? list : list.withoutPushAway())
                    .toList());
    RerankTask task = new RerankTask(model, dataset, recall, new GradedListwise(), batches);
    return new FineTuning(numbers.schedule(), batches.batchesOfFirstEpoch(), seed)
        .run(
            task,
            model.backend(),
            groups(model),
            session.hooks(model::save),
            new DevNdcg(devRequests, () -> reranked(model, recall)),
            session);
  }

  /** Candidates of a train request are train skills: the others are held out. */
  private List<String> trainPool(Recall recall, Request request) {
    return recall.rank(request).stream()
        .filter(id -> dataset.skill(id).split() == Split.TRAIN)
        .toList();
  }

  private static List<ParameterGroup> groups(CrossEncoder model) {
    Set<Parameter> body = new HashSet<>(model.encoderParameters());
    List<Parameter> head =
        model.parameters().stream()
            .filter(p -> !body.contains(p) && p != model.residual())
            .toList();
    List<ParameterGroup> groups =
        new ArrayList<>(
            ParameterGroup.withDecayOnMatrices(model.encoderParameters(), FineTuning.WEIGHT_DECAY));
    groups.add(new ParameterGroup(head, HEAD_LEARNING_RATE_SCALE, 0));
    groups.add(new ParameterGroup(List.of(model.residual()), RESIDUAL_LEARNING_RATE_SCALE, 0));
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
  private Function<Request, Ranking> reranked(CrossEncoder model, Recall recall) {
    Map<String, Ranking> rankings = new HashMap<>();
    for (Request request : devRequests) {
      List<String> recalled = devPool(recall, request);
      float[] similarities = new float[recalled.size()];
      for (int i = 0; i < similarities.length; i++) {
        similarities[i] = recall.of(request, recalled.get(i));
      }
      List<String> texts = recalled.stream().map(id -> dataset.skill(id).text()).toList();
      float[] scores = model.score(request.query(), texts, similarities);
      rankings.put(request.id(), Ranking.of(recalled, scores));
    }
    return request -> rankings.get(request.id());
  }

  private List<String> devPool(Recall recall, Request request) {
    return recall.rank(request).stream()
        .filter(id -> dataset.skill(id).split() != Split.TEST)
        .limit(preset.recallDepth())
        .toList();
  }

  /** The skills whose embeddings {@link #train} needs: all that are not held out for the test. */
  public List<SkillText> skills() {
    return dataset.skillsNotOf(Split.TEST);
  }
}

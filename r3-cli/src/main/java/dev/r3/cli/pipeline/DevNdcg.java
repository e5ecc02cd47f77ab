package dev.r3.cli.pipeline;

import dev.r3.retrieve.metric.NdcgAtK;
import dev.r3.retrieve.metric.Ranking;
import dev.r3.train.data.Request;
import dev.r3.train.trainer.Validation;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Mean ndcg@10 of dev requests over the skills that are not held out for the test: the figure that
 * decides which parameters a training keeps, and when it stops.
 *
 * @param ranker asked anew for every measurement: how the model ranks as it is now
 */
record DevNdcg(List<Request> requests, Supplier<Function<Request, Ranking>> ranker)
    implements Validation {
  private static final NdcgAtK METRIC = new NdcgAtK(10);

  @Override
  public String metric() {
    return "dev " + METRIC.name();
  }

  @Override
  public double measure() {
    Function<Request, Ranking> ranking = ranker.get();
    return requests.stream()
        .mapToDouble(
            request ->
                METRIC.of(ranking.apply(request), Set.copyOf(request.skillIds())).orElseThrow())
        .average()
        .orElseThrow();
  }
}

package dev.r3.train.data;

import java.util.List;

/** Extra columns of a contrastive batch: skills that look right for a request and are not. */
@FunctionalInterface
public interface HardNegatives {
  /** Skills outside the request's golds; may be empty. */
  List<String> forRequest(Request request);

  /** In-batch negatives only. */
  static HardNegatives none() {
    return request -> List.of();
  }
}

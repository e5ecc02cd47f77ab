package dev.r3.cli.pipeline;

import dev.r3.train.data.Ranking;
import dev.r3.train.trainer.RerankTask;

/** What a first stage thinks of requests: which skills it recalls, and how similar they are. */
interface Recall extends Ranking, RerankTask.Similarities {}

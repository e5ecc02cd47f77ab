package dev.r3.train.data;

import java.util.List;

/** One column of a contrastive batch with the queries whose gold it is. */
record Cell(String skillId, List<Request> requests) {}

package dev.r3.train.trainer;

import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Gather;
import dev.r3.train.data.ContrastiveBatch;
import dev.r3.train.data.Request;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.loss.EmbeddingLoss;
import dev.r3.train.loss.Targets;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Training of the first stage: queries and skills of a batch are embedded in one packed forward
 * pass and compared with each other by an {@link EmbeddingLoss}. A skill is tokenised once.
 */
public final class EmbeddingTask implements TrainingTask {
  private final BiEncoder model;
  private final SkillDataset dataset;
  private final EmbeddingLoss loss;
  private final Epochs<ContrastiveBatch> batches;
  private final Map<String, Encoding> skills = new HashMap<>();

  public EmbeddingTask(
      BiEncoder model, SkillDataset dataset, EmbeddingLoss loss, Epochs<ContrastiveBatch> batches) {
    this.model = model;
    this.dataset = dataset;
    this.loss = loss;
    this.batches = batches;
  }

  @Override
  public BatchLoss loss(Pass pass, long number) {
    ContrastiveBatch batch = batches.batch(number);
    List<Encoding> texts = new ArrayList<>();
    for (Request request : batch.queries()) {
      texts.add(model.tokenizeQuery(request.query()));
    }
    for (String id : batch.skillIds()) {
      texts.add(skills.computeIfAbsent(id, key -> model.tokenizeSkill(dataset.skill(key).text())));
    }
    int queries = batch.queries().size();
    Tensor vectors = model.forward(pass, texts); // [queries + skills, dim]
    Tensor value =
        loss.apply(
            pass,
            Gather.apply(pass, vectors, IntStream.range(0, queries).toArray()),
            Gather.apply(pass, vectors, IntStream.range(queries, texts.size()).toArray()),
            new Targets(batch.goldColumn(), batch.masked()));
    return new BatchLoss(value, texts.stream().mapToLong(Encoding::length).sum());
  }
}

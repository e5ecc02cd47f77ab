package dev.r3.transformer.bert;

import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Sequences;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Dropout;
import dev.r3.tensor.op.Embedding;
import dev.r3.transformer.Encoder;
import dev.r3.transformer.TokenBatch;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.layer.EncoderBlock;
import dev.r3.transformer.layer.Norm;
import java.util.ArrayList;
import java.util.List;

/**
 * BERT (Devlin et al. 2019): the sum of word, position and type embeddings, a norm, then post-norm
 * encoder blocks.
 */
public final class BertEncoder implements Encoder {
  private final BertConfig config;
  private final Parameter words; // [vocabulary, hidden]
  private final Parameter positions; // [maxTokens, hidden]
  private final Parameter types; // [typeVocabulary, hidden]
  private final Norm embeddingNorm;
  private final List<EncoderBlock> blocks;
  private final List<Parameter> parameters;

  /** Takes its parameters from {@code weights}, by the names of Hugging Face's BertModel. */
  public BertEncoder(BertConfig config, Weights weights) {
    int first = weights.taken().size();
    int hidden = config.hiddenSize();
    this.config = config;
    words = weights.take("embeddings.word_embeddings.weight", config.vocabularySize(), hidden);
    positions = weights.take("embeddings.position_embeddings.weight", config.maxTokens(), hidden);
    types =
        weights.take(
            "embeddings.token_type_embeddings.weight", config.typeVocabularySize(), hidden);
    embeddingNorm = Norm.load(weights, "embeddings.LayerNorm", hidden, config.epsilon());
    EncoderBlock.Sizes sizes =
        new EncoderBlock.Sizes(
            hidden, config.heads(), config.intermediateSize(), config.epsilon(), config.dropout());
    List<EncoderBlock> loaded = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      loaded.add(EncoderBlock.load(weights, "encoder.layer." + layer, sizes));
    }
    blocks = List.copyOf(loaded);
    parameters = List.copyOf(weights.taken().subList(first, weights.taken().size()));
  }

  @Override
  public Tensor forward(Pass pass, TokenBatch batch) {
    Tensor x = beforeLastBlock(pass, batch);
    return pass.scoped(inner -> lastBlock().apply(inner, x, batch.sequences()));
  }

  @Override
  public Tensor pooled(Pass pass, TokenBatch batch, Pooling pooling) {
    if (pooling == Pooling.MEAN) {
      return Encoder.super.pooled(pass, batch, pooling);
    }
    Sequences texts = batch.sequences();
    int[] rows = pooling == Pooling.CLS ? texts.firstRows() : texts.lastRows();
    Tensor x = beforeLastBlock(pass, batch);
    return pass.scoped(inner -> lastBlock().applyToOneEach(inner, x, texts, rows));
  }

  private EncoderBlock lastBlock() {
    return blocks.get(blocks.size() - 1);
  }

  /** [tokens, hiddenSize]. */
  private Tensor beforeLastBlock(Pass pass, TokenBatch batch) {
    if (batch.sequences().maxLength() > config.maxTokens()) {
      throw new IllegalArgumentException(
          "BertEncoder: expected texts of at most "
              + config.maxTokens()
              + " tokens, got "
              + batch.sequences().maxLength()
              + "; truncate when tokenising");
    }
    Tensor x = // [tokens, hidden]
        Dropout.apply(pass, pass.scoped(inner -> embed(inner, batch)), config.dropout());
    for (EncoderBlock block : blocks.subList(0, blocks.size() - 1)) {
      Tensor input = x;
      x = pass.scoped(inner -> block.apply(inner, input, batch.sequences()));
    }
    return x;
  }

  private Tensor embed(Pass pass, TokenBatch batch) {
    Tensor sum =
        Embedding.apply(
            pass,
            List.of(pass.use(words), pass.use(positions), pass.use(types)),
            List.of(batch.ids(), batch.sequences().positions(), batch.typeIds()));
    return embeddingNorm.apply(pass, sum);
  }

  @Override
  public int hiddenSize() {
    return config.hiddenSize();
  }

  @Override
  public int maxTokens() {
    return config.maxTokens();
  }

  @Override
  public List<Parameter> parameters() {
    return parameters;
  }
}

package dev.r3.transformer.qwen3;

import dev.r3.tensor.Philox;
import dev.r3.tensor.Pooling;
import dev.r3.transformer.Architecture;
import dev.r3.transformer.PretrainedModel;
import dev.r3.transformer.checkpoint.SentenceModules.AnswerTokens;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.tokenizer.Tokenizer;
import java.util.List;
import java.util.OptionalInt;

/**
 * Qwen3 checkpoints: bare decoders such as Qwen3-Embedding, and rerankers that are language models
 * ({@code Qwen3ForCausalLM}) or have a head of one label ({@code Qwen3ForSequenceClassification}).
 * What they leave open is as the released R3 models want it.
 */
public final class Qwen3Architecture implements Architecture {
  private static final int MAX_TOKENS = 4096;
  private static final String QUERY_PROMPT = "Instruct: " + RerankPrompt.INSTRUCTION + "\nQuery: ";
  private static final String OUTPUT = "lm_head.weight";

  @Override
  public String modelType() {
    return "qwen3";
  }

  @Override
  public String prefix() {
    return PromptReader.PREFIX;
  }

  @Override
  public TextDefaults defaults() {
    return new TextDefaults(Pooling.LAST, QUERY_PROMPT, MAX_TOKENS, "Qwen3Model");
  }

  @Override
  public List<String> inputNames() {
    return List.of("input_ids", "attention_mask");
  }

  @Override
  public Qwen3Decoder encoder(PretrainedModel files, Weights weights) {
    return new Qwen3Decoder(Qwen3Config.read(files.config()), weights);
  }

  @Override
  public PromptReader pairReader(PretrainedModel files, Weights weights) {
    Qwen3Decoder decoder = encoder(files, weights);
    if (hasHead(weights)) {
      return reader(files, decoder, OneLogitHead.load(weights, decoder.hiddenSize()));
    }
    if (files.modules().pooling().isPresent()) {
      throw files.config().error("expected a reranker, got an embedding model with pooling");
    }
    AnswerTokens answers =
        files
            .modules()
            .answers()
            .orElseGet(
                () -> new AnswerTokens(token(files, "yes"), OptionalInt.of(token(files, "no"))));
    Qwen3Config config = decoder.config();
    return reader(
        files,
        decoder,
        new AnswerHead(
            config.tiedEmbeddings()
                ? decoder.words()
                : weights.take(OUTPUT, config.vocabularySize(), config.hiddenSize()),
            answers));
  }

  @Override
  public PromptReader freshPairReader(PretrainedModel files, Weights weights, Philox random) {
    Qwen3Decoder decoder = encoder(files, weights);
    return reader(files, decoder, OneLogitHead.load(weights, decoder.hiddenSize()));
  }

  @Override
  public boolean hasHead(Weights weights) {
    return weights.has(OneLogitHead.NAME);
  }

  private static PromptReader reader(PretrainedModel files, Qwen3Decoder decoder, ScoreHead head) {
    return new PromptReader(decoder, head, RerankPrompt.released(files.tokenizer()));
  }

  private static int token(PretrainedModel files, String answer) {
    Tokenizer tokenizer = files.tokenizer();
    return tokenizer
        .tokenId(answer)
        .orElseThrow(
            () ->
                files
                    .config()
                    .error(
                        "expected a tokenizer with the token \""
                            + answer
                            + "\" to read scores from, got none"));
  }
}

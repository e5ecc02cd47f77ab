package dev.r3.transformer;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Pooling;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.L2Normalize;
import dev.r3.transformer.checkpoint.ConfigFile;
import dev.r3.transformer.checkpoint.LoadOptions;
import dev.r3.transformer.checkpoint.Weights;
import dev.r3.transformer.tokenizer.Encoding;
import dev.r3.transformer.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first stage: one text to one vector of unit length; relevance is the dot product of two.
 *
 * <p>Any number of threads may embed at once; training changes the parameters and needs the model
 * for itself.
 */
public final class BiEncoder {
  private static final Logger log = LoggerFactory.getLogger(BiEncoder.class);

  private final Encoder encoder;
  private final Tokenizer tokenizer;
  private final ConfigFile config;
  private final Settings settings;
  private final OptionalLong storedChecksum;
  private final Backend backend;

  /**
   * How texts become inputs.
   *
   * @param queryPrompt written before every query; skills have none
   * @param queryMaxTokens longest query, special tokens included
   * @param skillMaxTokens longest skill, special tokens included
   */
  public record Settings(
      Pooling pooling, String queryPrompt, int queryMaxTokens, int skillMaxTokens) {
    public Settings {
      if (queryMaxTokens < 3 || skillMaxTokens < 3) {
        throw new IllegalArgumentException(
            "BiEncoder.Settings: expected limits of at least 3 tokens, got "
                + queryMaxTokens
                + " for queries and "
                + skillMaxTokens
                + " for skills");
      }
    }

    public Settings withLimits(int queryTokens, int skillTokens) {
      return new Settings(pooling, queryPrompt, queryTokens, skillTokens);
    }
  }

  private BiEncoder(
      Encoder encoder,
      Tokenizer tokenizer,
      ConfigFile config,
      Settings settings,
      Backend backend,
      OptionalLong storedChecksum) {
    this.encoder = encoder;
    this.tokenizer = tokenizer;
    this.config = config;
    this.settings = settings;
    this.backend = backend;
    this.storedChecksum = storedChecksum;
  }

  /** Opens a Hugging Face or sentence-transformers directory, to be used and not trained. */
  public static BiEncoder open(Path folder, Backend backend) {
    return open(folder, backend, LoadOptions.inference());
  }

  /** Opens a Hugging Face or sentence-transformers directory. */
  public static BiEncoder open(Path folder, Backend backend, LoadOptions options) {
    try (PretrainedModel files = PretrainedModel.open(folder)) {
      return of(files, backend, options);
    }
  }

  /** {@link #of(PretrainedModel, Backend, LoadOptions)} for training. */
  public static BiEncoder of(PretrainedModel files, Backend backend) {
    return of(files, backend, LoadOptions.training());
  }

  /** Makes the model of its parts; limits are those of r3.json, else the architecture's. */
  public static BiEncoder of(PretrainedModel files, Backend backend, LoadOptions options) {
    if (files.modules().answers().isPresent()) {
      throw files.config().error("expected an embedding model, got a reranker with answer tokens");
    }
    Weights weights = files.weightsOn(backend, options);
    Encoder encoder = files.architecture().encoder(files, weights);
    Architecture.TextDefaults defaults = files.architecture().defaults();
    ConfigFile r3 = files.settings();
    int longest = Math.min(defaults.maxTokens(), encoder.maxTokens());
    Settings settings =
        new Settings(
            files.modules().pooling().orElse(defaults.pooling()),
            r3.text("query_prompt", defaults.queryPrompt()),
            Math.min(r3.optionalPositive("query_max_tokens").orElse(longest), encoder.maxTokens()),
            Math.min(r3.optionalPositive("skill_max_tokens").orElse(longest), encoder.maxTokens()));
    return new BiEncoder(
        encoder, files.tokenizer(), files.config(), settings, backend, weights.checksum());
  }

  /**
   * The same weights with other limits or prompts.
   *
   * @throws IllegalArgumentException if a limit is above {@link #maxTokens}
   */
  public BiEncoder with(Settings other) {
    int longest = Math.max(other.queryMaxTokens(), other.skillMaxTokens());
    if (longest > maxTokens()) {
      throw new IllegalArgumentException(
          "BiEncoder: expected limits of at most " + maxTokens() + " tokens, got " + longest);
    }
    return new BiEncoder(encoder, tokenizer, config, other, backend, storedChecksum);
  }

  // ---- inputs

  public Encoding tokenizeQuery(String query) {
    return tokenizer.encode(settings.queryPrompt() + query, settings.queryMaxTokens());
  }

  public Encoding tokenizeSkill(String skill) {
    return tokenizer.encode(skill, settings.skillMaxTokens());
  }

  // ---- forward

  /** Tokenised texts -> unit vectors [texts, hiddenSize]; differentiable. */
  public Tensor forward(Pass pass, List<Encoding> texts) {
    TokenBatch batch = TokenBatch.of(texts);
    Tensor pooled = encoder.pooled(pass, batch, settings.pooling()); // [texts, hidden]
    return L2Normalize.apply(pass, pooled);
  }

  /** One unit vector a query, in order. */
  public float[][] embedQueries(List<String> queries) {
    return embed("queries", queries.stream().map(this::tokenizeQuery).toList());
  }

  /** One unit vector a skill, in order. */
  public float[][] embedSkills(List<String> skills) {
    return embed("skills", skills.stream().map(this::tokenizeSkill).toList());
  }

  /** One unit vector a tokenised text, in order. */
  public float[][] embed(List<Encoding> texts) {
    return embed("texts", texts);
  }

  private float[][] embed(String what, List<Encoding> texts) {
    Truncation.report(log, what, texts);
    return TokenBudget.DEFAULT.rows(
        backend, texts, 0, (pass, batch, members) -> forward(pass, batch));
  }

  // ---- facts

  /** Length of the vectors. */
  public int dimension() {
    return encoder.hiddenSize();
  }

  /** The longest text that the model has positions for. */
  public int maxTokens() {
    return encoder.maxTokens();
  }

  public List<Parameter> parameters() {
    return encoder.parameters();
  }

  public Settings settings() {
    return settings;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  public Backend backend() {
    return backend;
  }

  ConfigFile config() {
    return config;
  }

  /** Changes whenever a weight, the prompt or a limit changes: the key of cached embeddings. */
  public String fingerprint() {
    return Fingerprint.of(parameters(), settings.toString(), storedChecksum);
  }

  // ---- saving

  /**
   * Writes a directory that Hugging Face transformers and sentence-transformers load:
   * model.safetensors, config.json, tokenizer.json, modules.json, 1_Pooling/config.json, and
   * r3.json with the limits.
   *
   * @throws java.io.UncheckedIOException with the path when something cannot be written
   */
  public void save(Path folder) {
    new SavedModel(folder).writeBiEncoder(this);
  }
}

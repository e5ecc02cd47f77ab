package dev.r3.benchmarks;

import dev.r3.benchmarks.engine.OnnxEncoder;
import dev.r3.cli.model.BaseModel;
import dev.r3.cli.pipeline.ShippedData;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Philox;
import dev.r3.tensor.Precision;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.Split;
import dev.r3.transformer.CrossEncoder;
import dev.r3.transformer.PretrainedModel;
import dev.r3.transformer.tokenizer.Encoding;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The second stage of one query: 20 (query, skill) pairs to 20 scores, tokenised beforehand. The
 * head is random, as a fresh one would hide what the encoder computes; the scores are compared with
 * the same head in double on ONNX Runtime's hidden states.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 3,
    jvmArgs = {"--add-modules", "jdk.incubator.vector", "-Xms2g", "-Xmx2g", "-XX:+UseG1GC"})
public class RerankBenchmark {
  private static final int CANDIDATES = 20;
  private static final double TOLERANCE = 1e-3; // of scores of about 20 * similarity

  @Param({"java", "nd4j"})
  String backend = "java";

  /** CPU threads. */
  @Param({"1", "2"})
  int threads = 1;

  @Param({"ALL_MINILM_L6", "BGE_SMALL_ZH"})
  BaseModel model = BaseModel.BGE_SMALL_ZH;

  /** Longest pair. */
  @Param({"128", "256"})
  int pairTokens = 128;

  private Backend root;
  private CrossEncoder reranker;
  private List<Encoding> pairs;
  private float[] similarities;

  /** Loads the model and the pairs, and compares the scores. */
  @Setup(Level.Trial)
  public void open() {
    root = Backends.open(backend, Precision.FLOAT32, threads);
    try (PretrainedModel files = BaseModel.open(model.id())) {
      reranker =
          CrossEncoder.fresh(files, new CrossEncoder.Fresh(pairTokens, 10, model.id(), 1), root);
    }
    root.assign(parameter("classifier.weight").value(), random(parameter("classifier.weight")));
    SkillDataset data = ShippedData.orDirectory(null);
    String query = data.requests(Split.TEST).get(0).query();
    pairs =
        data.pool(Split.TEST).stream()
            .map(SkillText::text)
            .limit(CANDIDATES)
            .map(skill -> reranker.tokenize(query, skill))
            .toList();
    similarities = new float[CANDIDATES];
    for (int i = 0; i < CANDIDATES; i++) {
      similarities[i] = 1 - 0.02f * i;
    }
    Check.near("RerankBenchmark", expectedScores(), score(), TOLERANCE);
  }

  private Parameter parameter(String name) {
    return reranker.parameters().stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static float[] random(Parameter parameter) {
    return Philox.of(1, 0, 0).normals(parameter.shape().size());
  }

  /** classifier(tanh(pooler(h))) + residual * similarity, in double. */
  private float[] expectedScores() {
    float[] poolerWeight = values("pooler.dense.weight");
    float[] poolerBias = values("pooler.dense.bias");
    float[] classifier = values("classifier.weight");
    float[] scores = new float[CANDIDATES];
    try (OnnxEncoder encoder = OnnxEncoder.open(model, 1)) {
      float[][] firsts = encoder.firstTokens(pairs);
      for (int pair = 0; pair < CANDIDATES; pair++) {
        double score =
            values("classifier.bias")[0]
                + (double) values("first_stage.weight")[0] * similarities[pair];
        for (int i = 0; i < classifier.length; i++) {
          double pooled = poolerBias[i];
          for (int j = 0; j < classifier.length; j++) {
            pooled += (double) poolerWeight[i * classifier.length + j] * firsts[pair][j];
          }
          score += classifier[i] * Math.tanh(pooled);
        }
        scores[pair] = (float) score;
      }
    }
    return scores;
  }

  private float[] values(String name) {
    return parameter(name).value().toFloats();
  }

  @TearDown(Level.Trial)
  public void close() {
    root.close();
  }

  /** One score for each pair. */
  @Benchmark
  public float[] score() {
    return reranker.score(pairs, similarities);
  }
}

package dev.r3.benchmarks;

import dev.r3.cli.model.BaseModel;
import dev.r3.cli.pipeline.ShippedData;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Precision;
import dev.r3.tensor.Tensor;
import dev.r3.train.data.ContrastiveBatch;
import dev.r3.train.data.ContrastiveSampler;
import dev.r3.train.data.DomainFocus;
import dev.r3.train.data.HardNegatives;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.Split;
import dev.r3.train.loss.InfoNce;
import dev.r3.train.optimizer.AdamW;
import dev.r3.train.optimizer.GradientClipping;
import dev.r3.train.optimizer.ParameterGroup;
import dev.r3.train.trainer.EmbeddingTask;
import dev.r3.train.trainer.Epochs;
import dev.r3.transformer.BiEncoder;
import dev.r3.transformer.PretrainedModel;
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
 * One step of training the first stage: forward, backward, clipping and AdamW, always on the same
 * batch and with learning rate 0, so that every step does the same work. Before that, a small move
 * along the gradient must change the loss as the gradient says.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 3,
    jvmArgs = {"--add-modules", "jdk.incubator.vector", "-Xms3g", "-Xmx3g", "-XX:+UseG1GC"})
public class TrainingStepBenchmark {
  private static final int MAX_TOKENS = 96;
  private static final double CHANGE = 0.02; // of the loss, in the check
  private static final double TOLERANCE = 0.1; // of that change

  @Param({"java", "nd4j"})
  String backend = "java";

  /** CPU threads. */
  @Param({"1", "2"})
  int threads = 1;

  @Param({"BGE_SMALL_ZH"})
  BaseModel model = BaseModel.BGE_SMALL_ZH;

  /** Skills of a batch, each with one request. */
  @Param("16")
  int skills = 16;

  private Backend root;
  private EmbeddingTask task;
  private AdamW optimizer;

  /** Loads the model and a batch, and checks the gradient. */
  @Setup(Level.Trial)
  public void open() {
    root = Backends.open(backend, Precision.FLOAT32, threads);
    BiEncoder encoder;
    try (PretrainedModel files = BaseModel.open(model.id())) {
      BiEncoder whole = BiEncoder.of(files, root);
      encoder = whole.with(whole.settings().withLimits(MAX_TOKENS, MAX_TOKENS));
    }
    SkillDataset data = ShippedData.orDirectory(null);
    List<ContrastiveBatch> batches =
        new ContrastiveSampler(
                data.requests(Split.TRAIN),
                new ContrastiveSampler.Shape(skills, 1),
                DomainFocus.none(),
                1)
            .epoch(0, HardNegatives.none());
    task = new EmbeddingTask(encoder, data, new InfoNce(0.05), Epochs.of(epoch -> batches));
    optimizer = new AdamW(root, ParameterGroup.withDecayOnMatrices(encoder.parameters(), 0.01));
    checkGradient();
  }

  /** loss(x + η g) - loss(x - η g) is about 2 η ‖g‖². */
  private void checkGradient() {
    double loss = forwardAndBackward();
    double norm = GradientClipping.NONE.measure(root, optimizer.parameters(), 1).norm();
    double rate = CHANGE * loss / (2 * norm * norm);
    move(rate);
    double above = loss();
    move(-2 * rate);
    double below = loss();
    move(rate);
    checkChange(CHANGE * loss, above - below);
  }

  static void checkChange(double expected, double got) {
    Check.near(
        "TrainingStepBenchmark change of the loss", expected, got, TOLERANCE * Math.abs(expected));
  }

  private void move(double rate) {
    for (Parameter parameter : optimizer.parameters()) {
      Tensor gradient = parameter.gradient();
      if (gradient != null) {
        root.combine(parameter.value(), 1, gradient, rate);
      }
    }
  }

  private double loss() {
    try (Pass pass = Pass.inference(root)) {
      return task.loss(pass, 0).loss().scalar();
    }
  }

  private double forwardAndBackward() {
    optimizer.clearGradients();
    try (Pass pass = Pass.training(root, 1, 0)) {
      Tensor loss = task.loss(pass, 0).loss();
      pass.backward(loss);
      return loss.scalar();
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    root.close();
  }

  /** The loss, which stays the same. */
  @Benchmark
  public double step() {
    double loss = forwardAndBackward();
    GradientClipping.Result clipped =
        new GradientClipping(1).measure(root, optimizer.parameters(), 1);
    optimizer.step(0, clipped.scale());
    return loss;
  }
}

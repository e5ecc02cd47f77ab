package dev.r3.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Golden;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Precision;
import dev.r3.tensor.TestBackends;
import dev.r3.train.schedule.ConstantRate;
import dev.r3.train.schedule.LearningRateSchedule;
import dev.r3.train.schedule.Warmup;
import dev.r3.train.schedule.WarmupCosine;
import dev.r3.train.schedule.WarmupLinear;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten updates against PyTorch's, computed in double and stored as float. */
class OptimizerGoldenTest {
  private static final Golden GOLDEN = Golden.open("losses-optim/optim.safetensors");
  private static final List<String> NAMES = List.of("w", "b", "tiny");

  /** One trajectory of the golden file. */
  private record Trajectory(
      String tag,
      BiFunction<Backend, List<Parameter>, Optimizer> optimizer,
      LearningRateSchedule schedule,
      GradientClipping clipping) {
    Trajectory(
        String tag,
        BiFunction<Backend, List<Parameter>, Optimizer> optimizer,
        LearningRateSchedule schedule) {
      this(tag, optimizer, schedule, GradientClipping.NONE);
    }
  }

  private static Optimizer adamW(Backend backend, List<Parameter> parameters) {
    return new AdamW(backend, List.of(new ParameterGroup(parameters, 1, 0.01)));
  }

  private static LearningRateSchedule constant(double rate) {
    return new ConstantRate(new Warmup(rate, 0));
  }

  private static List<Trajectory> trajectories() {
    return List.of(
        new Trajectory("adamw", OptimizerGoldenTest::adamW, constant(1e-3)),
        new Trajectory(
            "adamw_groups",
            (backend, parameters) ->
                new AdamW(
                    backend,
                    ParameterGroup.withDecayOnMatrices(parameters, 0.1),
                    new AdamW.Moments(0.9, 0.98, 1e-6)),
            constant(5e-3)),
        new Trajectory(
            "adamw_clip1", OptimizerGoldenTest::adamW, constant(1e-3), new GradientClipping(1)),
        new Trajectory(
            "adam",
            (backend, parameters) ->
                new AdamW(backend, List.of(new ParameterGroup(parameters, 1, 0))),
            constant(1e-3)),
        new Trajectory(
            "sgd_momentum",
            (backend, parameters) ->
                new Sgd(backend, List.of(new ParameterGroup(parameters, 1, 1e-2)), 0.9),
            constant(1e-2)),
        new Trajectory(
            "adamw_linear_warmup",
            OptimizerGoldenTest::adamW,
            new WarmupLinear(new Warmup(1e-2, 3), 10)),
        new Trajectory(
            "adamw_cosine_warmup",
            OptimizerGoldenTest::adamW,
            new WarmupCosine(new Warmup(1e-2, 3), 10)));
  }

  private static List<Parameter> parameters(Backend backend) {
    return NAMES.stream()
        .map(name -> new Parameter(name, backend, GOLDEN.tensor(backend, "p0." + name)))
        .toList();
  }

  private static void follow(Backend backend, Trajectory trajectory, double gradientFactor) {
    double tolerance = backend.precision() == Precision.FLOAT64 ? 1e-7 : 2e-6;
    List<Parameter> parameters = parameters(backend);
    Optimizer optimizer = trajectory.optimizer.apply(backend, parameters);
    for (int n = 1; n <= 10; n++) {
      optimizer.clearGradients();
      for (Parameter parameter : parameters) {
        parameter.addGradient(
            backend.scale(
                GOLDEN.tensor(backend, "g" + n + "." + parameter.name()), gradientFactor));
      }
      GradientClipping.Result clipped = trajectory.clipping.measure(backend, parameters, n);
      double rate = trajectory.schedule.at(n - 1);
      optimizer.step(rate, clipped.scale());
      String tag = trajectory.tag;
      if (GOLDEN.names().contains(tag + ".norm" + n)) {
        GOLDEN.check(tag + ".norm" + n, new double[] {clipped.norm()}, tolerance);
      }
      if (GOLDEN.names().contains(tag + ".lr" + n)) {
        GOLDEN.check(tag + ".lr" + n, new double[] {rate}, 1e-15);
      }
      if (Set.of(1, 2, 5, 10).contains(n)) {
        for (Parameter parameter : parameters) {
          String name = tag + ".p" + n + "." + parameter.name();
          GOLDEN.check(name, parameter.value().toDoubles(), tolerance);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.r3.tensor.TestBackends#all")
  void everyTrajectoryIsFollowed(Backend backend) {
    trajectories().forEach(trajectory -> follow(backend, trajectory, 1));
  }

  @Test
  void changedGradientsOrRatesBreakEveryGolden() {
    try (Backend doubles = TestBackends.doubles()) {
      for (Trajectory t : trajectories()) {
        Trajectory faster =
            new Trajectory(t.tag, t.optimizer, step -> t.schedule.at(step) * 1.001, t.clipping);
        assertThatThrownBy(() -> follow(doubles, faster, 1)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> follow(doubles, t, 1.001)).isInstanceOf(AssertionError.class);
      }
    }
  }

  @Test
  void everyGoldenTrajectoryIsFollowed() {
    Set<String> tags = new TreeSet<>();
    Pattern pattern = Pattern.compile("(.*)\\.p10\\.w");
    for (String name : GOLDEN.names()) {
      Matcher matcher = pattern.matcher(name);
      if (matcher.matches()) {
        tags.add(matcher.group(1));
      }
    }
    assertThat(trajectories().stream().map(Trajectory::tag))
        .containsExactlyInAnyOrderElementsOf(tags);
  }

  @Test
  void aGroupsFactorScalesItsLearningRate() {
    try (Backend backend = TestBackends.doubles()) {
      List<Parameter> whole = parameters(backend);
      List<Parameter> half = parameters(backend);
      for (List<Parameter> parameters : List.of(whole, half)) {
        parameters.forEach(p -> p.addGradient(GOLDEN.tensor(backend, "g1." + p.name())));
      }
      new AdamW(backend, List.of(new ParameterGroup(whole, 1, 0.01))).step(0.01, 1);
      new AdamW(backend, List.of(new ParameterGroup(half, 0.5, 0.01))).step(0.02, 1);
      for (int i = 0; i < whole.size(); i++) {
        assertThat(half.get(i).value().toDoubles())
            .containsExactly(whole.get(i).value().toDoubles(), within(0.0));
      }
    }
  }

  static Stream<BiFunction<Backend, List<Parameter>, Optimizer>> optimizers() {
    return trajectories().stream().map(Trajectory::optimizer);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void frozenParametersAndThoseWithoutGradientsStay(
      BiFunction<Backend, List<Parameter>, Optimizer> make) {
    try (Backend backend = TestBackends.doubles()) {
      List<Parameter> parameters = parameters(backend);
      Optimizer optimizer = make.apply(backend, parameters);
      parameters.get(0).setTrainable(false);
      parameters.get(0).addGradient(GOLDEN.tensor(backend, "g1.w"));
      parameters.get(1).addGradient(GOLDEN.tensor(backend, "g1.b"));
      optimizer.step(0.1, 1);
      assertThat(parameters.get(0).value().toDoubles()).isEqualTo(GOLDEN.doubles("p0.w"));
      assertThat(parameters.get(1).value().toDoubles()).isNotEqualTo(GOLDEN.doubles("p0.b"));
      assertThat(parameters.get(2).value().toDoubles()).isEqualTo(GOLDEN.doubles("p0.tiny"));
      assertThat(optimizer.state().entry(parameters.get(0))).isNull();
      assertThat(optimizer.state().entry(parameters.get(1)).updates()).isEqualTo(1);
    }
  }

  @Test
  void aParameterInTwoGroupsIsRefused() {
    try (Backend backend = TestBackends.doubles()) {
      ParameterGroup group = new ParameterGroup(parameters(backend), 1, 0);
      assertThatThrownBy(() -> new AdamW(backend, List.of(group, group)))
          .hasMessage(
              "Optimizer: expected every parameter in one group and under its own name, got w"
                  + " twice");
    }
  }

  @Test
  void aGradientThatIsNotFiniteIsNamedAndChangesNothing() {
    try (Backend backend = TestBackends.doubles()) {
      List<Parameter> parameters = parameters(backend);
      parameters.forEach(p -> p.addGradient(GOLDEN.tensor(backend, "g1." + p.name())));
      double[] broken = new double[5];
      broken[3] = Double.NaN;
      parameters.get(1).addGradient(backend.tensor(parameters.get(1).shape(), broken));
      assertThatThrownBy(() -> new GradientClipping(1).measure(backend, parameters, 12))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "GradientClipping: expected a finite gradient of b at step 12, got one with squared"
                  + " norm NaN; nothing was updated. Lower the learning rate or look at this"
                  + " step's batch");
      assertThat(parameters.get(0).value().toDoubles()).isEqualTo(GOLDEN.doubles("p0.w"));
    }
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new GradientClipping(0))
        .hasMessage("GradientClipping: expected maxNorm above 0, got 0.0");
    assertThatThrownBy(() -> new ParameterGroup(List.of(), -1, 0))
        .hasMessage(
            "ParameterGroup: expected learningRateScale and weightDecay of at least 0, got -1.0 and"
                + " 0.0");
    assertThatThrownBy(() -> new AdamW.Moments(1, 0.9, 1e-8))
        .hasMessage(
            "AdamW: expected beta1 and beta2 in [0, 1) and epsilon above 0, got 1.0, 0.9 and"
                + " 1.0E-8");
    try (Backend backend = TestBackends.doubles()) {
      assertThatThrownBy(() -> new Sgd(backend, List.of(), 1))
          .hasMessage("Sgd: expected momentum in [0, 1), got 1.0");
    }
  }
}

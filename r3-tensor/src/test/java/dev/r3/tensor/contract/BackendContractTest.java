package dev.r3.tensor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.tensor.Backend;
import dev.r3.tensor.TestBackends;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel of every backend against plain loops, at odd sizes and in reused memory. */
class BackendContractTest {
  private static final Set<String> NOT_KERNELS =
      Set.of(
          "name",
          "description",
          "precision",
          "scope",
          "closeKeeping",
          "recycle",
          "close"); // memory

  private static final List<Check> CHECKS =
      Stream.of(
              UpdateChecks.all(),
              MatrixChecks.all(),
              WeightChecks.all(),
              ElementwiseChecks.all(),
              ReductionChecks.all(),
              NormChecks.all(),
              SequenceChecks.all(),
              AttentionChecks.all())
          .flatMap(List::stream)
          .toList();

  private static List<Backend> backends;

  @BeforeAll
  static void open() {
    backends = TestBackends.all();
  }

  @AfterAll
  static void close() {
    backends.forEach(Backend::close);
  }

  static Stream<Arguments> checksOnEveryBackend() {
    return backends.stream()
        .flatMap(
            backend ->
                CHECKS.stream()
                    .map(check -> Arguments.of(check, Named.of(backend.description(), backend))));
  }

  static List<Check> checks() {
    return CHECKS;
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("checksOnEveryBackend")
  void kernelsAgreeWithPlainLoops(Check check, Backend backend) {
    check.run(backend);
  }

  @ParameterizedTest
  @MethodSource("checks")
  void aSlightlyWrongKernelIsFound(Check check) {
    Backend backend = backends.get(0);
    int found = 0;
    for (; ; found++) {
      Perturbed perturbed = new Perturbed(check.kernel(), found);
      Throwable failure = null;
      try {
        check.run(perturbed.of(backend));
      } catch (AssertionError expected) {
        failure = expected;
      }
      if (!perturbed.wasApplied()) {
        break;
      }
      assertThat(failure).as("%s with result %d perturbed", check, found).isNotNull();
    }
    assertThat(found).as("results of " + check).isPositive();
  }

  @Test
  void everyKernelIsChecked() {
    Set<String> kernels =
        Arrays.stream(Backend.class.getMethods())
            .map(Method::getName)
            .filter(name -> !NOT_KERNELS.contains(name))
            .collect(Collectors.toSet());
    assertThat(CHECKS.stream().map(Check::kernel).toList())
        .containsExactlyInAnyOrderElementsOf(kernels);
  }
}

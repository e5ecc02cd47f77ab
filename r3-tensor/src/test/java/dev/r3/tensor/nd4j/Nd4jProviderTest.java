package dev.r3.tensor.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.Backend;
import dev.r3.tensor.BackendProvider;
import dev.r3.tensor.BackendProvider.Availability;
import dev.r3.tensor.Backends;
import dev.r3.tensor.Precision;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Nd4jProviderTest {
  private static final String API = "org/nd4j/linalg/factory/Nd4j.class";
  private static final String CPU = "org/nd4j/linalg/cpu/nativecpu/CpuBackend.class";
  private static final String CUDA = "org/nd4j/linalg/jcublas/JCublasBackend.class";
  private static final CudaDevices GPU = CudaDevices.parse("NVIDIA A10, 8.6\n");

  @TempDir private Path folder;

  /** A provider on a class path with only the given files, all empty. */
  private Nd4jProvider seeing(CudaDevices devices, String... files) throws IOException {
    for (String file : files) {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.createFile(path);
    }
    ClassLoader classes = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
    return new Nd4jProvider(classes, () -> devices);
  }

  private static CudaDevices notAsked() {
    throw new AssertionError("expected nobody to ask for GPUs without the CUDA engine");
  }

  @Test
  void isFoundByItsNameNextToTheJavaBackend() {
    assertThat(Backends.providers()).extracting(BackendProvider::name).contains("java", "nd4j");
  }

  /** Where this is skipped, so are all tests on ND4J: the reason is that of the skip. */
  @Test
  void opensInBothPrecisionsOnThisPlatform() {
    Availability availability = new Nd4jProvider().availability();
    Assumptions.assumeTrue(availability.available(), availability.detail());
    for (Precision precision : Precision.values()) {
      try (Backend backend = Backends.open("nd4j", precision, 1)) {
        assertThat(backend.name()).isEqualTo("nd4j");
        assertThat(backend.precision()).isEqualTo(precision);
        assertThat(backend.description())
            .contains("ND4J 1.0.0-M2.1", precision == Precision.FLOAT64 ? "double" : "float");
      }
    }
  }

  @Test
  void withoutNd4jItSaysWhatToAdd() throws IOException {
    Availability availability =
        new Nd4jProvider(new URLClassLoader(new URL[0], null), Nd4jProviderTest::notAsked)
            .availability();
    assertThat(availability)
        .isEqualTo(
            new Availability(
                false,
                false,
                "ND4J is not on the class path; add org.nd4j:nd4j-native:1.0.0-M2.1"));
  }

  @Test
  void withoutAnEngineItSaysWhatToAdd() throws IOException {
    assertThat(seeing(GPU, API).availability().detail())
        .isEqualTo("ND4J has no engine on the class path; add org.nd4j:nd4j-native:1.0.0-M2.1");
  }

  @Test
  void withoutALibraryForThePlatformItNamesThePlatform() throws IOException {
    Availability availability = seeing(GPU, API, CPU).availability();
    assertThat(availability.available()).isFalse();
    assertThat(availability.gpu()).isFalse();
    assertThat(availability.detail())
        .startsWith("ND4J has no native library for " + Platform.name() + " on the class path");
  }

  @Test
  void theCpuEngineIsNoGpuWhateverTheMachineHas() throws IOException {
    String library =
        "org/nd4j/linalg/cpu/nativecpu/bindings/" + Platform.name() + "/libjnind4jcpu.so";
    Nd4jProvider provider = seeing(GPU, API, CPU, library);
    assertThat(provider.availability())
        .isEqualTo(
            new Availability(true, false, "native code on the CPU (" + Platform.name() + ")"));
  }

  @Test
  void theCudaEngineNeedsAGpuItHasCodeFor() throws IOException {
    assertThat(seeing(GPU, API, CUDA).availability())
        .isEqualTo(new Availability(true, true, "CUDA on NVIDIA A10, compute capability 8.6"));
  }

  @Test
  void aGpuWithoutCodeIsNamed() throws IOException {
    CudaDevices hopper = CudaDevices.parse("NVIDIA H100 80GB HBM3, 9.0");
    Nd4jProvider provider = seeing(hopper, API, CUDA);
    assertThat(provider.availability().gpu()).isFalse();
    assertThat(provider.availability().available()).isFalse();
    assertThatThrownBy(() -> provider.open(Precision.FLOAT32, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Nd4jProvider.open: ND4J's CUDA engine cannot run here: ND4J 1.0.0-M2.1 has code for"
                + " compute capability 3.7 to 8.9 and would use every visible GPU, got NVIDIA H100"
                + " 80GB HBM3, compute capability 9.0; CUDA_VISIBLE_DEVICES can hide it; for the"
                + " CPU put org.nd4j:nd4j-native on the class path in its place");
  }

  @Test
  void negativeThreadsAreRefused() {
    assertThatThrownBy(() -> new Nd4jProvider().open(Precision.FLOAT32, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Nd4jProvider.open: expected threads of at least 0, got -1");
  }

  /** Our classes in a loader that has no ND4J at all: nothing may fail to link. */
  @Test
  void answersWhereNd4jIsAbsent() throws Exception {
    URL ours = Nd4jProvider.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader bare =
        new URLClassLoader(new URL[] {ours}, ClassLoader.getPlatformClassLoader())) {
      Class<?> service = bare.loadClass(BackendProvider.class.getName());
      Object provider = null;
      for (Object found : ServiceLoader.load(service, bare)) {
        if (service.getMethod("name").invoke(found).equals("nd4j")) {
          provider = found;
        }
      }
      assertThat(provider).isNotNull();
      assertThat(service.getMethod("availability").invoke(provider).toString())
          .contains("available=false", "ND4J is not on the class path");
      Class<?> precision = bare.loadClass(Precision.class.getName());
      Object nd4j = provider;
      assertThatThrownBy(
              () ->
                  service
                      .getMethod("open", precision, int.class)
                      .invoke(nd4j, precision.getEnumConstants()[0], 0))
          .hasCauseInstanceOf(IllegalStateException.class)
          .cause()
          .hasMessageContaining("ND4J is not on the class path");
    }
  }
}

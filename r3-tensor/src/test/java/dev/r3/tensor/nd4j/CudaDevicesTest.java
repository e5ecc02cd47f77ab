package dev.r3.tensor.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CudaDevicesTest {
  @ParameterizedTest
  @CsvSource({"3.7", "5.0", "7.5", "8.0", "8.6", "8.9"})
  void capabilitiesWithCodeAreUsable(String capability) {
    CudaDevices devices = CudaDevices.parse("NVIDIA X, " + capability + "\n");
    assertThat(devices.problem()).isNull();
    assertThat(devices.detail()).isEqualTo("NVIDIA X, compute capability " + capability);
  }

  @ParameterizedTest
  @CsvSource({"3.5", "9.0", "10.0", "12.0"})
  void capabilitiesWithoutCodeAreNot(String capability) {
    assertThat(CudaDevices.parse("NVIDIA X, " + capability).problem())
        .contains("3.7 to 8.9", "got NVIDIA X, compute capability " + capability);
  }

  @Test
  void oneGpuWithoutCodeAmongSeveralIsAProblem() {
    assertThat(CudaDevices.parse("NVIDIA A10, 8.6\nNVIDIA H100, 9.0\n").problem())
        .contains("got NVIDIA H100, compute capability 9.0");
    assertThat(CudaDevices.parse("NVIDIA A10, 8.6\nNVIDIA L4, 8.9\n").detail())
        .isEqualTo("NVIDIA A10, compute capability 8.6; NVIDIA L4, compute capability 8.9");
  }

  @Test
  void unreadableAnswersAreQuoted() {
    assertThat(CudaDevices.parse("NVIDIA X, [N/A]").problem())
        .isEqualTo("nvidia-smi: expected lines 'name, capability', got 'NVIDIA X, [N/A]'");
    assertThat(CudaDevices.parse("No devices were found").problem())
        .contains("got 'No devices were found'");
    assertThat(CudaDevices.parse("\n").problem()).isEqualTo("nvidia-smi lists no GPU");
  }

  @Test
  void aMachineWithoutTheDriverSaysSo() {
    assertThat(CudaDevices.query(Map.of(), "no-such-program").problem())
        .startsWith("no NVIDIA driver found (")
        .contains("no-such-program");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-1"})
  void hiddenGpusAreNotAskedFor(String visible) {
    CudaDevices devices =
        CudaDevices.query(Map.of("CUDA_VISIBLE_DEVICES", visible), "no-such-program");
    assertThat(devices.problem()).isEqualTo("CUDA_VISIBLE_DEVICES hides every GPU");
  }
}

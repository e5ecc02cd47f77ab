package dev.r3.tensor.nd4j;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the NVIDIA driver's {@code nvidia-smi} says about this machine's GPUs: asked in a process of
 * its own, so that no native library is loaded only to find out that it cannot run.
 *
 * @param problem why ND4J cannot run on the GPUs; null if it can
 * @param detail the GPUs, for people
 */
record CudaDevices(@Nullable String problem, String detail) {
  /** libnd4jcuda 1.0.0-M2.1 holds machine code for 3.7 to 8.6, which 8.9 runs too, and no PTX. */
  private static final double LEAST_CAPABILITY = 3.7;

  private static final double MOST_CAPABILITY = 8.9;
  private static final int PATIENCE_SECONDS = 20;

  static CudaDevices query() {
    return query(System.getenv(), "nvidia-smi");
  }

  static CudaDevices query(Map<String, String> environment, String program) {
    String visible = environment.get("CUDA_VISIBLE_DEVICES");
    if (visible != null && (visible.isBlank() || visible.strip().equals("-1"))) {
      return problem("CUDA_VISIBLE_DEVICES hides every GPU");
    }
    List<String> command = new ArrayList<>();
    command.add(program);
    command.add("--query-gpu=name,compute_cap");
    command.add("--format=csv,noheader");
    if (visible != null) {
      command.add("--id=" + visible.strip());
    }
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return problem(program + " did not answer within " + PATIENCE_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        return problem(program + " failed: " + output.strip());
      }
      return parse(output);
    } catch (IOException missing) {
      return problem("no NVIDIA driver found (" + missing.getMessage() + ")");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return problem("interrupted while asking " + program);
    }
  }

  /**
   * @param output a line "name, capability" for each GPU
   */
  static CudaDevices parse(String output) {
    List<String> devices = new ArrayList<>();
    for (String line : output.strip().lines().toList()) {
      int comma = line.lastIndexOf(',');
      String name = comma < 0 ? line.strip() : line.substring(0, comma).strip();
      double capability;
      try {
        capability = Double.parseDouble(line.substring(comma + 1).strip());
      } catch (NumberFormatException unreadable) {
        return problem("nvidia-smi: expected lines 'name, capability', got '" + line + "'");
      }
      String device = name + ", compute capability " + capability;
      if (capability < LEAST_CAPABILITY || capability > MOST_CAPABILITY) {
        return problem(
            "ND4J 1.0.0-M2.1 has code for compute capability "
                + LEAST_CAPABILITY
                + " to "
                + MOST_CAPABILITY
                + " and would use every visible GPU, got "
                + device
                + "; CUDA_VISIBLE_DEVICES can hide it");
      }
      devices.add(device);
    }
    return devices.isEmpty()
        ? problem("nvidia-smi lists no GPU")
        : new CudaDevices(null, String.join("; ", devices));
  }

  private static CudaDevices problem(String problem) {
    return new CudaDevices(problem, problem);
  }
}

package dev.r3.tensor;

import dev.r3.tensor.io.SafetensorsFile;
import dev.r3.tensor.io.StoredTensor;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Set;

/** A safetensors file of expected values among the test resources of the module that runs. */
public final class Golden {
  private final SafetensorsFile file;

  private Golden(SafetensorsFile file) {
    this.file = file;
  }

  /**
   * @param resource as in {@code "losses-optim/ops.safetensors"}, under {@code /goldens/}
   */
  public static Golden open(String resource) {
    URL url = Golden.class.getResource("/goldens/" + resource);
    if (url == null) {
      throw new IllegalArgumentException(
          "Golden: expected a test resource /goldens/" + resource + ", got none");
    }
    try {
      return new Golden(SafetensorsFile.open(Path.of(url.toURI())));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("Golden: expected a file, got " + url, e);
    }
  }

  public Set<String> names() {
    return file.names();
  }

  public StoredTensor stored(String name) {
    return file.tensor(name);
  }

  public double[] doubles(String name) {
    return file.tensor(name).toDoubles();
  }

  /** A tensor of {@code backend} with the stored values and shape. */
  public Tensor tensor(Backend backend, String name) {
    StoredTensor stored = file.tensor(name);
    return backend.tensor(stored.shape(), stored.toDoubles());
  }

  /**
   * Compares with stored values.
   *
   * @param tolerance relative to the largest stored element
   * @throws AssertionError naming the element that differs
   */
  public void check(String name, double[] actual, double tolerance) {
    double[] expected = doubles(name);
    if (expected.length != actual.length) {
      throw new AssertionError(
          name + ": expected " + expected.length + " elements, got " + actual.length);
    }
    double scale = 0;
    for (double e : expected) {
      scale = Math.max(scale, Math.abs(e));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= tolerance * scale)) { // also when it is NaN
        throw new AssertionError(
            name
                + ": expected "
                + expected[i]
                + " at element "
                + i
                + ", got "
                + actual[i]
                + "; tolerance "
                + tolerance * scale);
      }
    }
  }
}

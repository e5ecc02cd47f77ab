package dev.r3.tensor.java;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tiles are one text for three widths: the JIT wants the species to be a constant. */
class TilesAlikeTest {
  private static String text(int bits) throws IOException {
    Path file = Path.of("src/main/java/dev/r3/tensor/java/Tile" + bits + ".java");
    return Files.readString(file, UTF_8);
  }

  private static String of512(String text, int bits) {
    return text.replace("Tile" + bits, "Tile512")
        .replace("SPECIES_" + bits, "SPECIES_512")
        .replace(bits + " bits", "512 bits")
        .replace("LANES = " + bits / Float.SIZE + ";", "LANES = 16;");
  }

  @Test
  void tilesDifferInNothingButTheirWidth() throws IOException {
    assertThat(of512(text(128), 128)).isEqualTo(text(512));
    assertThat(of512(text(256), 256)).isEqualTo(text(512));
    assertThat(of512(text(128), 256)).isNotEqualTo(text(512));
  }
}

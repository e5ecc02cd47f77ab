package dev.r3.tensor.java;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tiles are one text for three widths: the JIT wants the species to be a constant. */
class TilesAlikeTest {
  private static String text(int bits, String form) throws IOException {
    Path file = Path.of("src/main/java/dev/r3/tensor/java/Tile" + bits + form + ".java");
    return Files.readString(file, UTF_8);
  }

  private static String of512(String text, int bits) {
    return text.replace("Tile" + bits, "Tile512")
        .replace("SPECIES_" + bits, "SPECIES_512")
        .replace(bits + " bits", "512 bits")
        .replace("LANES = " + bits / Float.SIZE + ";", "LANES = 16;");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bfloat16"})
  void tilesDifferInNothingButTheirWidth(String form) throws IOException {
    assertThat(of512(text(128, form), 128)).isEqualTo(text(512, form));
    assertThat(of512(text(256, form), 256)).isEqualTo(text(512, form));
    assertThat(of512(text(128, form), 256)).isNotEqualTo(text(512, form));
  }
}

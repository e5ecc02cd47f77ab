package dev.r3.retrieve.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingCacheTest {
  private static final int DIMENSION = 5;

  @TempDir Path temporary;
  private Path library;
  private Path file;
  private Path user;
  private EmbeddingCache cache;

  /** The texts that had to be embedded, in order. */
  private final List<String> embedded = new ArrayList<>();

  @BeforeEach
  void makeALibrary() throws IOException {
    library = Files.createFile(temporary.resolve("skills.jsonl"));
    file = temporary.resolve("skills.jsonl.r3-embeddings");
    user = temporary.resolve("user/r3");
    cache = EmbeddingCache.beside(library, user);
  }

  @Test
  void theSecondCallEmbedsNothingAndGivesTheSameBits() {
    float[][] first = get("model", "a", "b");
    float[][] second = get("model", "a", "b");
    assertThat(embedded).containsExactly("a", "b");
    assertThat(second).isDeepEqualTo(first);
    assertThat(second[0]).isEqualTo(vector("a"));
    assertThat(file).isRegularFile();
    assertThat(user).doesNotExist();
  }

  @Test
  void onlyNewTextsAreEmbeddedAndRemovedOnesAreDropped() {
    get("model", "a", "b");
    float[][] changed = get("model", "c", "a");
    assertThat(embedded).containsExactly("a", "b", "c");
    assertThat(changed[0]).isEqualTo(vector("c"));
    assertThat(changed[1]).isEqualTo(vector("a"));
    get("model", "b");
    assertThat(embedded).containsExactly("a", "b", "c", "b");
  }

  @Test
  void anotherModelEmbedsAgain() {
    get("model", "a");
    get("other model", "a");
    get("other model", "a");
    assertThat(embedded).containsExactly("a", "a");
  }

  @Test
  void anotherDimensionEmbedsAgain() {
    get("model", "a");
    float[][] one =
        cache.embeddings("model", 1, List.of("a"), texts -> new float[][] {new float[] {1}});
    assertThat(one).isDeepEqualTo(new float[][] {{1}});
  }

  @Test
  void equalTextsAreEmbeddedOnce() {
    float[][] vectors = get("model", "a", "b", "a");
    assertThat(embedded).containsExactly("a", "b");
    assertThat(vectors[2]).isEqualTo(vector("a"));
  }

  @Test
  void everyChangedByteIsNoticed() throws IOException {
    get("model", "a");
    byte[] intact = Files.readAllBytes(file);
    for (int i = 0; i < intact.length; i++) {
      byte[] damaged = intact.clone();
      damaged[i] ^= 1;
      Files.write(file, damaged);
      assertThat(get("model", "a")).as("byte %d", i).isDeepEqualTo(new float[][] {vector("a")});
    }
  }

  @Test
  void aDamagedEmbeddingIsEmbeddedAgainAndTheFileRepaired() throws IOException {
    get("model", "a", "b");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 3] ^= 4;
    Files.write(file, bytes);
    get("model", "a", "b");
    assertThat(embedded).containsExactly("a", "b", "a", "b");
    get("model", "a", "b");
    assertThat(embedded).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.5, 0.99})
  void aTruncatedFileIsReplaced(double share) throws IOException {
    get("model", "a", "b");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * share)));
    get("model", "a", "b");
    assertThat(embedded).containsExactly("a", "b", "a", "b");
  }

  @Test
  void aFileOfAnotherKindIsReplaced() throws IOException {
    Files.writeString(file, "not an embedding at all, but long enough", StandardCharsets.UTF_8);
    get("model", "a");
    get("model", "a");
    assertThat(embedded).containsExactly("a");
  }

  @Test
  void aLinkInPlaceOfTheFileIsReplacedAndItsTargetLeftAlone() throws IOException {
    Path precious = Files.writeString(temporary.resolve("precious"), "precious");
    Files.createSymbolicLink(file, precious);
    get("model", "a");
    assertThat(precious).hasContent("precious");
    get("model", "a");
    assertThat(embedded).containsExactly("a");
  }

  @Test
  void aLinkToAnIntactCacheIsNotFollowed() throws IOException {
    get("model", "a");
    Files.move(file, temporary.resolve("elsewhere"));
    Files.createSymbolicLink(file, temporary.resolve("elsewhere"));
    get("model", "a");
    assertThat(embedded).containsExactly("a", "a");
  }

  @Test
  void aFolderKeepsItsCacheInside() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("skills"));
    cache = EmbeddingCache.beside(folder, user);
    get("model", "a");
    assertThat(folder.resolve(".r3-embeddings")).isRegularFile();
  }

  @Test
  void whereTheLibraryCannotBeWrittenTheUsersFolderIsUsed() throws IOException {
    // A folder in the place of the file cannot be replaced, not even by root.
    Files.createDirectories(file.resolve("occupied"));
    get("model", "a");
    get("model", "a");
    assertThat(embedded).containsExactly("a");
    try (var files = Files.list(user)) {
      assertThat(files).hasSize(1);
    }
    EmbeddingCache otherLibrary = EmbeddingCache.beside(temporary.resolve("other.jsonl"), user);
    otherLibrary.embeddings("model", DIMENSION, List.of("b"), this::embed);
    get("model", "a");
    assertThat(embedded).containsExactly("a", "b");
  }

  @Test
  void whereNothingCanBeWrittenEveryCallEmbeds() throws IOException {
    Files.createDirectories(file.resolve("occupied"));
    Files.createDirectories(user.getParent());
    Files.writeString(user, "a file where the folder should be");
    get("model", "a");
    get("model", "a");
    assertThat(embedded).containsExactly("a", "a");
  }

  @Test
  void noneKeepsNothing() {
    cache = EmbeddingCache.none();
    get("model", "a");
    get("model", "a");
    assertThat(embedded).containsExactly("a", "a");
    assertThat(file).doesNotExist();
  }

  @Test
  void anEmbedderThatReturnsTheWrongThingIsNotKept() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> cache.embeddings("model", 2, List.of("a"), texts -> new float[][] {{0, 0}}))
        .withMessage(
            "EmbeddingCache(text 0): expected an L2-normalised vector, got one of length 0.0");
    assertThatIllegalStateException()
        .isThrownBy(() -> cache.embeddings("model", 2, List.of("a"), texts -> new float[0][]))
        .withMessage("EmbeddingCache: expected 1 embeddings from the embedder, got 0");
    assertThat(file).doesNotExist();
  }

  private float[][] get(String model, String... texts) {
    return cache.embeddings(model, DIMENSION, List.of(texts), this::embed);
  }

  private float[][] embed(List<String> texts) {
    embedded.addAll(texts);
    return texts.stream().map(EmbeddingCacheTest::vector).toArray(float[][]::new);
  }

  private static float[] vector(String text) {
    Random random = new Random(text.hashCode());
    float[] vector = new float[DIMENSION];
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += (double) vector[i] * vector[i];
    }
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }
}

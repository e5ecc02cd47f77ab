package dev.r3.retrieve.index;

import dev.r3.tensor.io.DataException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the embeddings of a library in a file, so that a text is embedded once for each model.
 *
 * <p>A stored embedding is used only for the very text and model it was made from; a file that is
 * damaged, truncated or of another model is ignored and replaced. The checksum finds damage, not
 * forgery: who can write the file can decide what is found, as can who writes the skills.
 */
public final class EmbeddingCache {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingCache.class);
  private static final String NAME = ".r3-embeddings";

  /** Where to look and to write, the best place first. */
  private final List<Path> files;

  private EmbeddingCache(List<Path> files) {
    this.files = List.copyOf(files);
  }

  /**
   * A cache beside a library: {@code skills.jsonl.r3-embeddings} for a file, {@code .r3-embeddings}
   * inside for a folder. Where that cannot be written, a file in the user's cache folder ({@code
   * $XDG_CACHE_HOME/r3} or {@code ~/.cache/r3}).
   */
  public static EmbeddingCache beside(Path library) {
    return beside(library, userCacheFolder());
  }

  static EmbeddingCache beside(Path library, Path userFolder) {
    Path absolute = library.toAbsolutePath().normalize();
    Path beside =
        Files.isDirectory(absolute)
            ? absolute.resolve(NAME)
            : absolute.resolveSibling(absolute.getFileName() + NAME);
    String nameOfPath = TextDigest.of(absolute.toString()).hex().substring(0, 32);
    return new EmbeddingCache(List.of(beside, userFolder.resolve(nameOfPath + NAME)));
  }

  /** A cache that keeps nothing. */
  public static EmbeddingCache none() {
    return new EmbeddingCache(List.of());
  }

  private static Path userCacheFolder() {
    String configured = System.getenv("XDG_CACHE_HOME");
    return configured == null || configured.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "r3")
        : Path.of(configured, "r3");
  }

  /**
   * The embeddings of the texts, in their order: from the file where it has them, else from {@code
   * embed}, which is then called once with the missing texts, none twice.
   *
   * @param fingerprint of the model, its prompts and limits
   * @throws IllegalStateException if {@code embed} returns another number of vectors, or vectors
   *     that are not L2-normalised with that dimension
   */
  public float[][] embeddings(
      String fingerprint,
      int dimension,
      List<String> texts,
      Function<List<String>, float[][]> embed) {
    Map<TextDigest, String> wanted = new LinkedHashMap<>();
    List<TextDigest> digests = new ArrayList<>(texts.size());
    for (String text : texts) {
      TextDigest digest = TextDigest.of(text);
      digests.add(digest);
      wanted.put(digest, text);
    }
    EmbeddingFile.Key key = new EmbeddingFile.Key(fingerprint, dimension);
    Map<TextDigest, float[]> known = read(key, wanted);
    wanted.keySet().removeAll(known.keySet());
    if (!wanted.isEmpty()) {
      LOG.info("Embedding {} of {} skills", wanted.size(), texts.size());
      embedInto(known, wanted, dimension, embed);
      write(key, known);
    }
    return digests.stream().map(known::get).toArray(float[][]::new);
  }

  private static void embedInto(
      Map<TextDigest, float[]> known,
      Map<TextDigest, String> missing,
      int dimension,
      Function<List<String>, float[][]> embed) {
    float[][] vectors = embed.apply(List.copyOf(missing.values()));
    if (vectors.length != missing.size()) {
      throw new IllegalStateException(
          "EmbeddingCache: expected "
              + missing.size()
              + " embeddings from the embedder, got "
              + vectors.length);
    }
    int i = 0;
    for (TextDigest digest : missing.keySet()) {
      try {
        UnitVectors.require("EmbeddingCache(text " + i + ")", vectors[i], dimension);
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
      known.put(digest, vectors[i++]);
    }
  }

  private Map<TextDigest, float[]> read(EmbeddingFile.Key key, Map<TextDigest, String> wanted) {
    for (Path file : files) {
      // Not a link or a pipe: a library's folder may come from a stranger.
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        try {
          return EmbeddingFile.read(file, key, wanted.keySet());
        } catch (DataException | UncheckedIOException e) {
          LOG.info("Rebuilding the embeddings: {}", e.getMessage());
        }
      }
    }
    return new LinkedHashMap<>();
  }

  private void write(EmbeddingFile.Key key, Map<TextDigest, float[]> embeddings) {
    for (Path file : files) {
      try {
        EmbeddingFile.write(file, key, embeddings);
        LOG.info("Kept {} embeddings in {}", embeddings.size(), file);
        return;
      } catch (UncheckedIOException e) {
        LOG.info("Not kept there: {}", e.getMessage());
      }
    }
    if (!files.isEmpty()) {
      LOG.warn("The embeddings could not be kept: the next start embeds the skills again");
    }
  }
}

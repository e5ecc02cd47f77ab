package dev.r3.transformer.tokenizer;

import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads tokenizers of any supported kind. */
public final class Tokenizers {
  /** The largest known {@code tokenizer.json} is a quarter of this. */
  private static final int MAX_BYTES = 1 << 27;

  private Tokenizers() {}

  /**
   * Reads a {@code tokenizer.json}.
   *
   * @throws DataException if it is malformed or asks for something unsupported; the message says
   *     where and what
   * @throws UncheckedIOException if it cannot be read
   */
  public static Tokenizer read(Path tokenizerJson) {
    try (InputStream in = Files.newInputStream(tokenizerJson)) {
      return read(in, tokenizerJson.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(
          tokenizerJson + ": expected a readable tokenizer.json, got " + e, e);
    }
  }

  /**
   * Reads a {@code tokenizer.json} from a stream, and leaves the stream open.
   *
   * @param name what to call the source in messages
   * @throws DataException if it is malformed or asks for something unsupported
   * @throws UncheckedIOException if it cannot be read
   */
  public static Tokenizer read(InputStream in, String name) {
    byte[] bytes;
    try {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": expected a readable tokenizer.json, got " + e, e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new DataException(name + ": expected at most " + MAX_BYTES + " bytes, got more");
    }
    TokenizerJson json = TokenizerJson.parse(name, bytes);
    return switch (json.modelType()) {
      case "WordPiece" -> WordPieceTokenizer.of(json);
      case "BPE" -> BytePairTokenizer.of(json);
      default -> throw json.root().get("model").get("type").expected("WordPiece or BPE");
    };
  }
}

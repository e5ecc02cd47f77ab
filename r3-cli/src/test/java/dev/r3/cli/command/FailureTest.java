package dev.r3.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void whatTheLibrariesSayGoesToTheUserAsItIs() {
    String message = "LayerNorm(x): expected input [*, 384], got [16, 768]";
    assertThat(Failure.message(new DataException(message))).isEqualTo(message);
    assertThat(Failure.message(new IllegalArgumentException(message))).isEqualTo(message);
    assertThat(Failure.message(new IllegalStateException(message))).isEqualTo(message);
    assertThat(Failure.message(new UncheckedIOException(message, new IOException("disk"))))
        .isEqualTo(message);
  }

  @Test
  void aFileErrorSaysInWordsWhatItsClassSays() {
    assertThat(Failure.message(new NoSuchFileException("a/b")))
        .isEqualTo("a/b: no such file or folder");
    assertThat(Failure.message(new AccessDeniedException("a/b"))).isEqualTo("a/b: access denied");
    assertThat(Failure.message(new FileAlreadyExistsException("a/b")))
        .isEqualTo("a/b: already exists");
    assertThat(Failure.message(new NotDirectoryException("a/b"))).isEqualTo("a/b: not a folder");
    assertThat(Failure.message(new FileSystemException("a/b", null, "No space left on device")))
        .isEqualTo("a/b: No space left on device");
  }

  @Test
  void aBareWrapperAroundAFileErrorIsLookedThrough() {
    assertThat(Failure.message(new UncheckedIOException(new NoSuchFileException("a/b"))))
        .isEqualTo("a/b: no such file or folder");
  }

  @Test
  void anythingElseIsUnexpected() {
    assertThat(Failure.message(new NullPointerException("x is null")))
        .isEqualTo(
            "unexpected java.lang.NullPointerException: x is null; hint: --verbose shows where");
    assertThat(Failure.message(new IllegalStateException()))
        .isEqualTo("unexpected java.lang.IllegalStateException; hint: --verbose shows where");
  }

  @Test
  void aMessageIsOneLine() {
    assertThat(Failure.message(new DataException("a:\n  b\r\nc\n"))).isEqualTo("a: b c");
  }
}

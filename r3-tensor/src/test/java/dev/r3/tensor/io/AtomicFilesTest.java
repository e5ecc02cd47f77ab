package dev.r3.tensor.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir private Path folder;

  private List<String> filesInFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesANewFileAndReplacesAnOldOne() throws IOException {
    Path file = folder.resolve("model.bin");
    AtomicFiles.write(file, out -> out.write("old and longer".getBytes(UTF_8)));
    assertThat(file).hasContent("old and longer");
    AtomicFiles.write(file, out -> out.write("new".getBytes(UTF_8)));
    assertThat(file).hasContent("new");
    assertThat(filesInFolder()).containsExactly("model.bin");
  }

  @Test
  void aFailureHalfWayKeepsTheOldFileAndLeavesNothingBehind() throws IOException {
    Path file = Files.writeString(folder.resolve("model.bin"), "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(file + ": expected to write the file, got ")
        .hasMessageContaining("disk full");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IllegalStateException("no weights");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no weights");
    assertThat(file).hasContent("old");
    assertThat(filesInFolder()).containsExactly("model.bin");
  }

  @Test
  void theOldFileIsThereUntilTheNewOneIsComplete() {
    Path file = folder.resolve("model.bin");
    AtomicFiles.write(file, out -> out.write("old".getBytes(UTF_8)));
    AtomicFiles.write(
        file,
        out -> {
          out.write("new".getBytes(UTF_8));
          out.flush();
          assertThat(file).hasContent("old");
        });
    assertThat(file).hasContent("new");
  }

  @Test
  void contentMayCloseTheStream() {
    Path file = folder.resolve("model.bin");
    AtomicFiles.write(
        file,
        out -> {
          out.write("all".getBytes(UTF_8));
          out.close();
        });
    assertThat(file).hasContent("all");
  }

  @Test
  void theFileHasThePermissionsOfAnyOtherNewFile() throws IOException {
    Path plain = Files.createFile(folder.resolve("plain"));
    Path file = folder.resolve("model.bin");
    AtomicFiles.write(file, out -> out.write(1));
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      assertThat(Files.getPosixFilePermissions(file))
          .isEqualTo(Files.getPosixFilePermissions(plain));
    }
  }

  @Test
  void namesATargetThatCannotBeWritten() {
    Path file = folder.resolve("absent").resolve("model.bin");
    assertThatThrownBy(() -> AtomicFiles.write(file, out -> out.write(1)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith(file + ": expected to write the file, got ");
    assertThatThrownBy(() -> AtomicFiles.write(folder, out -> out.write(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(folder + ": expected the path of a file, got a folder");
  }
}

package dev.r3.retrieve.skill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a folder from a stranger can hold, and what is read of it. */
class SkillFolderTest {
  private static final String PDF =
      """
      ---
      name: pdf
      description: Reads PDF files.
      license: Apache-2.0
      ---

      # PDF
      Do this.
      """;

  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void makeTheRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("skills")).toRealPath();
  }

  @Test
  void readsEverySkillSortedByItsPath() throws IOException {
    skill("office/word", "---\nname: word\n---\nWrite.");
    skill("pdf", PDF);
    skill("office", "---\ndescription: All of it.\n---\n");
    SkillLibrary library = SkillLibrary.read(root);
    assertThat(library.skills())
        .containsExactly(
            new Skill("office", "office", "All of it.", ""),
            new Skill("office/word", "word", "", "Write."),
            new Skill("pdf", "pdf", "Reads PDF files.", "# PDF\nDo this."));
    assertThat(library.source()).contains(root);
    assertThat(library.skipped()).isEmpty();
  }

  @Test
  void theRootItselfMayBeASkillAndALink() throws IOException {
    Files.writeString(root.resolve("SKILL.md"), PDF);
    Path link = Files.createSymbolicLink(temporary.resolve("link"), root);
    assertThat(SkillLibrary.read(link).skills()).extracting(Skill::id).containsExactly("skills");
  }

  @Test
  void aFileWithoutFrontMatterIsAllBodyAndCalledAsItsFolder() throws IOException {
    skill("notes", "# Notes\n---\nname: no\n---\n");
    assertThat(onlySkill())
        .isEqualTo(new Skill("notes", "notes", "", "# Notes\n---\nname: no\n---"));
  }

  @Test
  void windowsLineEndsAndAByteOrderMarkAreFine() throws IOException {
    skill("pdf", "\uFEFF" + PDF.replace("\n", "\r\n"));
    assertThat(onlySkill().description()).isEqualTo("Reads PDF files.");
    assertThat(onlySkill().body()).isEqualTo("# PDF\r\nDo this.");
  }

  @Test
  void plainValuesStayText() throws IOException {
    skill("odd", "---\nname: 2024-01-01\ndescription: yes\nversion: 1e3\n---\nx");
    assertThat(onlySkill()).isEqualTo(new Skill("odd", "2024-01-01", "yes", "x"));
  }

  @Test
  void hiddenFoldersAndOtherFilesAreNotRead() throws IOException {
    skill(".git/hooks", PDF);
    skill("pdf", PDF);
    Files.writeString(root.resolve("pdf/REFERENCE.md"), "not a skill");
    Files.writeString(root.resolve("README.md"), "not a skill");
    SkillLibrary library = SkillLibrary.read(root);
    assertThat(library.skills()).extracting(Skill::id).containsExactly("pdf");
    assertThat(library.skipped()).isEmpty();
  }

  @Test
  void linksThatLeadOutOfTheRootAreNotFollowed() throws IOException {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("SKILL.md"), "secret");
    skill("pdf", PDF);
    Files.createSymbolicLink(root.resolve("folder-link"), outside);
    Files.createDirectory(root.resolve("file-link"));
    Files.createSymbolicLink(root.resolve("file-link/SKILL.md"), outside.resolve("SKILL.md"));
    Files.createSymbolicLink(root.resolve("loop"), root);
    SkillLibrary library = SkillLibrary.read(root);
    assertThat(library.skills()).extracting(Skill::id).containsExactly("pdf");
    assertThat(library.skipped())
        .extracting(file -> root.relativize(file.path()).toString())
        .containsExactly("file-link/SKILL.md", "folder-link", "loop");
    assertThat(library.skipped())
        .allSatisfy(
            file ->
                assertThat(file.reason())
                    .isEqualTo(
                        "expected a file or folder, got a symbolic link, which is not followed"));
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPipeIsNotOpened() throws Exception {
    Path folder = Files.createDirectory(root.resolve("pipe"));
    Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve("SKILL.md").toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
    skill("pdf", PDF);
    assertSkipped("pipe", "expected a regular file, got another kind");
  }

  @Test
  void aFileOverTheLimitIsSkippedAndOneAtTheLimitIsRead() throws IOException {
    skill("large", "x".repeat((1 << 20) + 1));
    skill("pdf", "x".repeat(1 << 20));
    assertSkipped("large", "expected at most 1048576 bytes, got more");
  }

  @Test
  void bytesThatAreNotUtf8AreSkipped() throws IOException {
    Files.createDirectory(root.resolve("latin1"));
    Files.write(root.resolve("latin1/SKILL.md"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    skill("pdf", PDF);
    assertSkipped("latin1", "expected UTF-8 text, got other bytes");
  }

  @Test
  void foldersBelowTheDepthLimitAreSkipped() throws IOException {
    skill("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", PDF);
    skill("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", PDF);
    SkillLibrary library = SkillLibrary.read(root);
    assertThat(library.size()).isEqualTo(1);
    assertThat(library.skipped())
        .extracting(SkippedFile::reason)
        .containsExactly("expected at most 16 folders below the root, got more");
  }

  @Test
  void aFolderOverALimitIsAnError() throws IOException {
    skill("a", "12345678");
    skill("b", "12345678");
    assertTooLarge(new FolderLimits(100, 9, 100, 1, 100), "1 skills");
    assertTooLarge(new FolderLimits(100, 9, 4, 9, 100), "4 files and folders");
    assertTooLarge(new FolderLimits(100, 9, 100, 9, 15), "15 bytes of SKILL.md files");
    assertThat(SkillLibrary.readFolder(root, new FolderLimits(8, 1, 5, 2, 16)).size()).isEqualTo(2);
  }

  @Test
  void aFolderWithoutUsableSkillsIsAnError() throws IOException {
    assertThatThrownBy(() -> SkillLibrary.read(root))
        .isInstanceOf(DataException.class)
        .hasMessage(root + ": expected at least one folder with a usable SKILL.md, got none");
    skill("broken", "---\nname: x\n");
    assertThatThrownBy(() -> SkillLibrary.read(root))
        .isInstanceOf(DataException.class)
        .hasMessage(
            root
                + ": expected at least one folder with a usable SKILL.md, got none; skipped 1, first "
                + root.resolve("broken/SKILL.md")
                + ": expected a line --- that ends the front matter, got the end of the file");
  }

  private Skill onlySkill() {
    SkillLibrary library = SkillLibrary.read(root);
    assertThat(library.size()).isEqualTo(1);
    return library.skills().get(0);
  }

  private void assertSkipped(String id, String reason) {
    SkillLibrary library = SkillLibrary.read(root);
    assertThat(library.skills()).extracting(Skill::id).containsExactly("pdf");
    assertThat(library.skipped())
        .containsExactly(new SkippedFile(root.resolve(id).resolve("SKILL.md"), reason));
  }

  private void assertTooLarge(FolderLimits limits, String limit) {
    assertThatThrownBy(() -> SkillLibrary.readFolder(root, limits))
        .isInstanceOf(DataException.class)
        .hasMessage(root + ": expected at most " + limit + ", got more");
  }

  private void skill(String id, String content) throws IOException {
    Path folder = Files.createDirectories(root.resolve(id));
    Files.writeString(folder.resolve("SKILL.md"), content);
  }
}

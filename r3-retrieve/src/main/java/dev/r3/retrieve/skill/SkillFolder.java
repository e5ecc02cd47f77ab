package dev.r3.retrieve.skill;

import dev.r3.tensor.io.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The usable SKILL.md files under a root, sorted by id, and what had to be skipped. */
record SkillFolder(List<Skill> skills, List<SkippedFile> skipped) {
  private static final Logger LOG = LoggerFactory.getLogger(SkillFolder.class);
  private static final String FILE_NAME = "SKILL.md";

  /** How many skipped files are logged one by one. */
  private static final int LOGGED = 20;

  static SkillFolder read(Path folder, FolderLimits limits) {
    Walk walk;
    try {
      // The root itself may be a link: it is the caller who names it.
      walk = new Walk(folder.toRealPath(), limits);
      Files.walkFileTree(
          walk.root, EnumSet.noneOf(FileVisitOption.class), limits.depth() + 1, walk);
    } catch (IOException e) {
      throw new DataException(folder + ": expected a readable folder, got " + e, e);
    }
    walk.skills.sort(Comparator.comparing(Skill::id));
    walk.skipped.sort(Comparator.comparing(SkippedFile::path));
    log(folder, walk.skipped);
    if (walk.skills.isEmpty()) {
      throw new DataException(
          folder
              + ": expected at least one folder with a usable SKILL.md, got none"
              + (walk.skipped.isEmpty()
                  ? ""
                  : "; skipped " + walk.skipped.size() + ", first " + walk.skipped.get(0)));
    }
    return new SkillFolder(walk.skills, walk.skipped);
  }

  private static void log(Path folder, List<SkippedFile> skipped) {
    skipped.stream().limit(LOGGED).forEach(file -> LOG.warn("Skipped {}", file));
    if (skipped.size() > LOGGED) {
      LOG.warn("{}: skipped {} more", folder, skipped.size() - LOGGED);
    }
  }

  /** Visits the tree without following links. */
  private static final class Walk extends SimpleFileVisitor<Path> {
    private final Path root;
    private final FolderLimits limits;
    private final List<Skill> skills = new ArrayList<>();
    private final List<SkippedFile> skipped = new ArrayList<>();
    private int entries;
    private long bytes;

    Walk(Path root, FolderLimits limits) {
      this.root = root;
      this.limits = limits;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      countEntry();
      boolean hidden = !folder.equals(root) && name(folder).startsWith(".");
      return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      countEntry();
      boolean skillFile = name(file).equals(FILE_NAME);
      if (attributes.isDirectory()) {
        skip(file, "expected at most " + limits.depth() + " folders below the root, got more");
      } else if (attributes.isSymbolicLink()) {
        if (skillFile || Files.isDirectory(file)) {
          skip(file, "expected a file or folder, got a symbolic link, which is not followed");
        }
      } else if (skillFile) {
        readSkill(file, attributes);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (file.equals(root)) {
        throw failure;
      }
      skip(file, "expected a readable file or folder, got " + failure);
      return FileVisitResult.CONTINUE;
    }

    private void readSkill(Path file, BasicFileAttributes attributes) {
      if (!attributes.isRegularFile()) {
        // A pipe would block the reader for ever.
        skip(file, "expected a regular file, got another kind");
        return;
      }
      try {
        String text = decode(bytes(file));
        Path folder = Objects.requireNonNull(file.getParent());
        String id = folder.equals(root) ? name(root) : slashes(root.relativize(folder));
        skills.add(SkillFile.parse(id, name(folder), text));
      } catch (CharacterCodingException e) {
        skip(file, "expected UTF-8 text, got other bytes");
      } catch (IOException e) {
        skip(file, "expected a readable file, got " + e);
      } catch (IllegalArgumentException e) {
        skip(file, String.valueOf(e.getMessage()));
      }
      require(skills.size() <= limits.skills(), limits.skills() + " skills");
    }

    private byte[] bytes(Path file) throws IOException {
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] content = in.readNBytes(limits.fileBytes() + 1);
        if (content.length > limits.fileBytes()) {
          throw new IllegalArgumentException(
              "expected at most " + limits.fileBytes() + " bytes, got more");
        }
        bytes += content.length;
        require(bytes <= limits.totalBytes(), limits.totalBytes() + " bytes of SKILL.md files");
        return content;
      }
    }

    private static String decode(byte[] bytes) throws CharacterCodingException {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    private void countEntry() {
      entries++;
      require(entries <= limits.entries(), limits.entries() + " files and folders");
    }

    private void require(boolean within, String limit) {
      if (!within) {
        throw new DataException(root + ": expected at most " + limit + ", got more");
      }
    }

    private void skip(Path file, String reason) {
      skipped.add(new SkippedFile(file, reason));
    }

    private static String name(Path path) {
      Path name = path.getFileName();
      return name == null ? "root" : name.toString();
    }

    private static String slashes(Path relative) {
      return StreamSupport.stream(relative.spliterator(), false)
          .map(Path::toString)
          .collect(Collectors.joining("/"));
    }
  }
}

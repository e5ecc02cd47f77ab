package dev.r3.retrieve.skill;

/**
 * How much of a folder is read.
 *
 * @param fileBytes of one SKILL.md; a larger one is skipped
 * @param depth of folders below the root; deeper ones are skipped
 * @param entries files and folders seen; more are an error
 * @param skills usable skills; more are an error
 * @param totalBytes of all SKILL.md files together; more are an error
 */
record FolderLimits(int fileBytes, int depth, int entries, int skills, long totalBytes) {
  static final FolderLimits STANDARD =
      new FolderLimits(1 << 20, 16, 1_000_000, 100_000, 512L << 20);
}

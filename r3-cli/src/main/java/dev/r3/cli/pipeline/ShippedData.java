package dev.r3.cli.pipeline;

import dev.r3.train.data.SkillDataset;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The data set that the command brings: r3-mini, 528 skills in Chinese and English. */
public final class ShippedData {
  private static final String RESOURCE = "/dev/r3/cli/r3-mini";

  private ShippedData() {}

  /** r3-mini, or the data set in {@code directory} if there is one. */
  public static SkillDataset orDirectory(@Nullable Path directory) {
    return directory == null
        ? SkillDataset.readResources(ShippedData.class, RESOURCE)
        : SkillDataset.readDirectory(directory);
  }
}

package dev.r3.cli.command;

import dev.r3.retrieve.route.SkillRouter;
import picocli.CommandLine.Option;

/** {@code --recall-depth}: how many skills of the first stage go through the second. */
public final class RecallDepthOption {
  @Option(
      names = "--recall-depth",
      paramLabel = "N",
      converter = AtLeast.One.class,
      description =
          "How many skills the reranker reads (default: "
              + SkillRouter.Builder.DEFAULT_RECALL_DEPTH
              + ").")
  private int recallDepth = SkillRouter.Builder.DEFAULT_RECALL_DEPTH;

  public int recallDepth() {
    return recallDepth;
  }
}

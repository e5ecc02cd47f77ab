package dev.r3.train.trainer;

import java.nio.file.Path;

/** Keeps on disk what the trainer asks it to; called between steps. */
public interface CheckpointWriter {
  /**
   * Writes the model: the parameters are those to be used, the best so far under a validation and
   * the last ones without.
   *
   * @param step how many steps they were trained
   * @return where
   */
  Path writeModel(long step);

  /**
   * Writes all that a resume needs ({@link TrainingState#save}), in place of what was written
   * before.
   *
   * @return where
   */
  Path writeState(TrainingState state);
}

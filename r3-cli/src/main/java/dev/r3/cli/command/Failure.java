package dev.r3.cli.command;

import dev.r3.cli.pipeline.StoppedException;
import dev.r3.cli.progress.Printable;
import dev.r3.tensor.io.DataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine.ParameterException;

/** A failure in one line for the person who typed the command. */
public final class Failure {
  private Failure() {}

  /**
   * The message of a failure that the libraries explain themselves (data, files, arguments,
   * lifecycle); for any other one its kind and where to see more.
   */
  public static String message(Throwable failure) {
    return Printable.text(describe(failure).strip().replaceAll("\\s*\\R\\s*", " "));
  }

  private static String describe(Throwable failure) {
    String message = failure.getMessage();
    if (failure instanceof UncheckedIOException
        && failure.getCause() instanceof IOException cause
        && cause.toString().equals(message)) {
      return describe(cause);
    }
    if (failure instanceof FileSystemException file) {
      return describeFile(file);
    }
    boolean explained =
        failure instanceof DataException
            || failure instanceof UncheckedIOException
            || failure instanceof FileNotFoundException
            || failure instanceof IllegalArgumentException
            || failure instanceof IllegalStateException
            || failure instanceof StoppedException
            || failure instanceof ParameterException;
    if (explained && message != null && !message.isBlank()) {
      return message;
    }
    return "unexpected " + failure + "; hint: --verbose shows where";
  }

  /** The message of these is only the path, and the rest is in the class. */
  private static String describeFile(FileSystemException failure) {
    String problem;
    if (failure instanceof NoSuchFileException) {
      problem = "no such file or folder";
    } else if (failure instanceof AccessDeniedException) {
      problem = "access denied";
    } else if (failure instanceof FileAlreadyExistsException) {
      problem = "already exists";
    } else if (failure instanceof NotDirectoryException) {
      problem = "not a folder";
    } else {
      return String.valueOf(failure.getMessage());
    }
    return failure.getFile() + ": " + problem;
  }
}

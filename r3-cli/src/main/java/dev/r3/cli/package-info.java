/**
 * The {@code r3} command: {@link dev.r3.cli.Main} holds the list of commands and turns failures
 * into one line and an exit code. Nothing else ends the process.
 *
 * <p>Reading order: Main, then a command in {@code dev.r3.cli.command} ({@link
 * dev.r3.cli.command.Doctor} is the smallest), then {@code dev.r3.cli.progress}.
 */
@NullMarked
package dev.r3.cli;

import org.jspecify.annotations.NullMarked;

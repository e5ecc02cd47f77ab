/**
 * One class for each command, and the options that commands share.
 *
 * <p>Reading order: {@link dev.r3.cli.command.Doctor} (a whole command), the option groups {@link
 * dev.r3.cli.command.BackendOptions}, {@link dev.r3.cli.command.ModelsOption}, {@link
 * dev.r3.cli.command.PresetOption}, {@link dev.r3.cli.command.BaseOption}, {@link
 * dev.r3.cli.command.SeedOption} and {@link dev.r3.cli.command.JsonOption}, {@link
 * dev.r3.cli.command.Failure} (what the user reads when something goes wrong).
 */
@NullMarked
package dev.r3.cli.command;

import org.jspecify.annotations.NullMarked;

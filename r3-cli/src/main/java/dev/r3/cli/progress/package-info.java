/**
 * What a person sees while a command works: {@link dev.r3.cli.progress.Terminal} (where text goes)
 * and {@link dev.r3.cli.progress.Progress} (how far a long loop is), with a bar where somebody
 * watches and plain lines where the output goes to a file; {@link dev.r3.cli.progress.Printable}
 * keeps text from files from steering the terminal.
 */
@NullMarked
package dev.r3.cli.progress;

import org.jspecify.annotations.NullMarked;

/** What R3 runs on: {@link dev.r3.cli.machine.Machine}, as doctor shows it and reports keep it. */
@NullMarked
package dev.r3.cli.machine;

import org.jspecify.annotations.NullMarked;

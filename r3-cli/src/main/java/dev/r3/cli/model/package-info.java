/** The pretrained encoders that training starts from: by name from the class path, or a folder. */
@NullMarked
package dev.r3.cli.model;

import org.jspecify.annotations.NullMarked;

package dev.r3.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Command lines as help texts and READMEs show them. */
final class CommandLines {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(#.*)|(\\S+)");

  private CommandLines() {}

  /** The words of a line, as a shell would split it; a comment ends it. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line);
    while (matcher.find() && matcher.group(2) == null) {
      words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(3));
    }
    return words;
  }

  /** Checks that the command knows every word of the line after its own name, without running. */
  static void parse(String line) {
    List<String> words = words(line);
    String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
    Main.command(new TerminalRecorder().terminal()).parseArgs(arguments);
  }
}

package dev.r3.transformer.tokenizer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a {@code tokenizer.json}, with the meaning that it has there.
 *
 * <p>Hugging Face's library uses Oniguruma. Of its language this accepts what tokenizers use and
 * what {@link Pattern} understands alike: ASCII literals, sets, {@code \p{L}}, {@code \p{N}},
 * {@code \s}, {@code \S}, groups, {@code (?i:...)}, lookahead and quantifiers of single characters.
 * Letters and numbers are those of {@link CharacterClasses}: a character that the JDK classes
 * otherwise is matched as another of the right class.
 */
final class SplitPattern {
  /** GPT-2's, which ByteLevel uses when it is to split by itself. */
  static final String GPT_2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final int MAX_LENGTH = 1000;

  private static final String ESCAPE = "\\\\(?:[sSrnt]|[pP]\\{[LN]}|[\\p{Punct}])";

  /** A part of an expression that means the same in both languages. */
  private static final Pattern ALIKE =
      Pattern.compile(
          String.join(
              "|",
              "[\\p{ASCII}&&[^\\\\\\[\\](){}^$.]]", // a literal, "or", or a quantifier
              ESCAPE,
              "\\[\\^?(?:[\\p{ASCII}&&[^\\\\\\[\\]&^]]|" + ESCAPE + ")++]", // a set
              "\\((?:\\?(?:i?:|[=!])|(?!\\?))", // the beginning of a group or a lookahead
              "\\)(?![*+{])", // its end; a repeated group could exhaust the stack
              "\\{\\d{1,3}(?:,\\d{0,3})?}(?![+?])")); // a counted quantifier

  private final Pattern pattern;

  private SplitPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  static SplitPattern gpt2() {
    return new SplitPattern(Pattern.compile(GPT_2, Pattern.UNICODE_CHARACTER_CLASS));
  }

  /** Reads {@code pattern}: {@code {"Regex": ...}}. */
  static SplitPattern of(JsonValue json) {
    JsonValue regex = json.get("Regex");
    if (!meansTheSame(regex.text())) {
      throw regex.expected(
          "a regular expression of at most "
              + MAX_LENGTH
              + " characters: ASCII literals, sets, \\p{L}, \\p{N}, \\s, \\S, groups, (?i:...),"
              + " lookahead and quantifiers of single characters");
    }
    try {
      return new SplitPattern(Pattern.compile(regex.text(), Pattern.UNICODE_CHARACTER_CLASS));
    } catch (PatternSyntaxException e) {
      throw regex.expected("a well-formed regular expression (" + e.getDescription() + ")");
    }
  }

  /** For a text that went through {@link #matchable}. */
  Matcher matcher(String matchable) {
    return pattern.matcher(matchable);
  }

  /**
   * The text itself, or a copy in which each letter, number or other character that the JDK would
   * take for something else is replaced by one of its class; lengths and places stay.
   */
  static String matchable(String text) {
    StringBuilder changed = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int length = Character.charCount(c);
      if (c >= 0x80) {
        int classes = CharacterClasses.of(c) & (CharacterClasses.LETTER | CharacterClasses.NUMBER);
        if (classes != jdkClasses(c)) {
          if (changed == null) {
            changed = new StringBuilder(text);
          }
          changed.replace(i, i + length, Character.toString(stand(classes, length)));
        }
      }
      i += length;
    }
    return changed == null ? text : changed.toString();
  }

  private static boolean meansTheSame(String regex) {
    Matcher part = ALIKE.matcher(regex).useTransparentBounds(true);
    int at = 0;
    while (at < regex.length() && part.region(at, regex.length()).lookingAt()) {
      at = part.end();
    }
    return at == regex.length() && at <= MAX_LENGTH;
  }

  private static int jdkClasses(int c) {
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          CharacterClasses.LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          CharacterClasses.NUMBER;
      default -> 0;
    };
  }

  private static int stand(int classes, int length) {
    boolean basicPlane = length == 1;
    return switch (classes) {
      case CharacterClasses.LETTER -> basicPlane ? 0x4E00 : 0x20000;
      case CharacterClasses.NUMBER -> basicPlane ? 0x0660 : 0x1D7CE;
      default -> basicPlane ? 0x00A1 : 0x1F600;
    };
  }
}

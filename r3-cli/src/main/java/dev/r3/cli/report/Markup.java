package dev.r3.cli.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML and SVG that are also well-formed XML. All text and attribute values are escaped
 * here, and nowhere else.
 */
final class Markup {
  private final StringBuilder text = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Attributes are names and values in turn. */
  void open(String tag, Object... attributes) {
    startTag(tag, attributes);
    text.append('>');
    open.push(tag);
  }

  void close() {
    String tag = open.pop();
    // A line break inside a line of text would be a space.
    text.append("</").append(tag).append(tag.equals("span") ? ">" : ">\n");
  }

  /** A tag without content, for those that HTML lets have none, and for SVG. */
  void empty(String tag, Object... attributes) {
    startTag(tag, attributes);
    text.append("/>\n");
  }

  /** A tag around text. */
  void leaf(String tag, String content, Object... attributes) {
    open(tag, attributes);
    text(content);
    close();
  }

  void text(String content) {
    escape(content);
  }

  /** Text of our own that is not to be escaped: a style sheet, the document type. */
  void raw(String markup) {
    text.append(markup);
  }

  /** The document, with all tags closed. */
  String document() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("Markup: expected all tags closed, got open " + open);
    }
    return text.toString();
  }

  private void startTag(String tag, Object... attributes) {
    text.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1].toString());
      text.append('"');
    }
  }

  private void escape(String content) {
    content
        .codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '"' -> text.append("&quot;");
                case '\'' -> text.append("&#39;");
                default -> text.appendCodePoint(isXml(character) ? character : 0xFFFD);
              }
            });
  }

  /** Whether XML 1.0 allows it in a document: no control characters, no halves of pairs. */
  private static boolean isXml(int character) {
    return character == '\t'
        || character == '\n'
        || character == '\r'
        || (character >= 0x20 && character <= 0xD7FF)
        || (character >= 0xE000 && character <= 0xFFFD)
        || character >= 0x10000;
  }
}

package dev.r3.transformer.tokenizer;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts sequences to the room there is and puts special tokens around them.
 *
 * @param single what a text alone becomes
 * @param pair what two texts become
 */
record PostProcessor(Template single, Template pair) {
  private static final int MAX_TYPE_ID = 127;
  private static final String SUPPORTED =
      "one of TemplateProcessing, BertProcessing, ByteLevel, or a Sequence of these with one that"
          + " adds tokens";

  /** Reads {@code post_processor}. */
  static PostProcessor of(JsonValue json, Vocabulary vocabulary) {
    if (json.isAbsent()) {
      return bare();
    }
    return switch (json.type()) {
      case "TemplateProcessing" -> template(json, vocabulary);
      case "BertProcessing" -> bert(json, vocabulary);
      case "ByteLevel" -> bare(); // moves offsets, which are not kept, and nothing else
      case "Sequence" -> sequence(json.get("processors"), vocabulary);
      default -> throw json.get("type").expected(SUPPORTED);
    };
  }

  Encoding single(IntList text, int maxTokens) {
    int room = room(single, maxTokens);
    int kept = Math.min(text.size(), room);
    return single.fill(text, kept, new IntList(), 0);
  }

  /** Longest first, as in Hugging Face's library. */
  Encoding pair(IntList first, IntList second, int maxTokens) {
    int room = room(pair, maxTokens);
    int keptFirst = first.size();
    int keptSecond = second.size();
    if ((long) keptFirst + keptSecond > room) {
      int half = room / 2;
      if (Math.min(keptFirst, keptSecond) > half) {
        // Both are cut to a half; the odd token goes to the longer one, or to the second.
        boolean firstIsLonger = keptFirst > keptSecond;
        keptFirst = firstIsLonger ? room - half : half;
        keptSecond = room - keptFirst;
      } else if (keptFirst > keptSecond) {
        keptFirst = room - keptSecond;
      } else {
        keptSecond = room - keptFirst;
      }
    }
    return pair.fill(first, keptFirst, second, keptSecond);
  }

  private static int room(Template template, int maxTokens) {
    int room = maxTokens - template.specialTokens();
    if (maxTokens < 0 || room < 0) {
      throw new IllegalArgumentException(
          "Tokenizer.encode: expected maxTokens of at least "
              + template.specialTokens()
              + " (the special tokens), got "
              + maxTokens);
    }
    return room;
  }

  private static PostProcessor bare() {
    return new PostProcessor(
        new Template(List.of(Template.Piece.sequence(0, 0))),
        new Template(List.of(Template.Piece.sequence(0, 0), Template.Piece.sequence(1, 1))));
  }

  private static PostProcessor bert(JsonValue json, Vocabulary vocabulary) {
    int cls = tokenAndId(json.get("cls"), vocabulary);
    int sep = tokenAndId(json.get("sep"), vocabulary);
    List<Template.Piece> single =
        List.of(
            Template.Piece.special(new int[] {cls}, 0),
            Template.Piece.sequence(0, 0),
            Template.Piece.special(new int[] {sep}, 0));
    List<Template.Piece> pair = new ArrayList<>(single);
    pair.add(Template.Piece.sequence(1, 1));
    pair.add(Template.Piece.special(new int[] {sep}, 1));
    return new PostProcessor(new Template(single), new Template(pair));
  }

  /** {@code ["[SEP]", 102]}. */
  private static int tokenAndId(JsonValue json, Vocabulary vocabulary) {
    List<JsonValue> elements = json.elements();
    if (elements.size() != 2) {
      throw json.expected("a token and its id");
    }
    return elements.get(1).integer(0, vocabulary.size() - 1);
  }

  private static PostProcessor sequence(JsonValue json, Vocabulary vocabulary) {
    PostProcessor found = bare();
    boolean addsTokens = false;
    for (JsonValue element : json.elements()) {
      if (!element.type().equals("ByteLevel")) {
        if (addsTokens || element.type().equals("Sequence")) {
          throw element.get("type").expected(SUPPORTED);
        }
        found = of(element, vocabulary);
        addsTokens = true;
      }
    }
    return found;
  }

  private static PostProcessor template(JsonValue json, Vocabulary vocabulary) {
    Template single = pieces(json, "single", vocabulary);
    Template pair = pieces(json, "pair", vocabulary);
    if (single.count(0) != 1 || single.count(1) != 0) {
      throw json.get("single").expected("the sequence A once and no B");
    }
    if (pair.count(0) != 1 || pair.count(1) != 1) {
      throw json.get("pair").expected("the sequences A and B once each");
    }
    return new PostProcessor(single, pair);
  }

  private static Template pieces(JsonValue json, String field, Vocabulary vocabulary) {
    List<Template.Piece> pieces = new ArrayList<>();
    for (JsonValue element : json.get(field).elements()) {
      JsonValue sequence = element.get("Sequence");
      JsonValue special = element.get("SpecialToken");
      if (!sequence.isAbsent()) {
        int which =
            switch (sequence.get("id").text()) {
              case "A" -> 0;
              case "B" -> 1;
              default -> throw sequence.get("id").expected("A or B");
            };
        pieces.add(Template.Piece.sequence(which, typeId(sequence)));
      } else if (!special.isAbsent()) {
        JsonValue definition = json.get("special_tokens").get(special.get("id").text());
        int[] ids =
            definition.get("ids").elements().stream()
                .mapToInt(id -> id.integer(0, vocabulary.size() - 1))
                .toArray();
        pieces.add(Template.Piece.special(ids, typeId(special)));
      } else {
        throw element.expected("a Sequence or a SpecialToken");
      }
    }
    return new Template(pieces);
  }

  private static int typeId(JsonValue piece) {
    return piece.get("type_id").integer(0, MAX_TYPE_ID);
  }
}

package dev.r3.transformer.qwen3;

import dev.r3.transformer.tokenizer.Encoding;
import dev.r3.transformer.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What Qwen3-Reranker and R3-Reranker read: system text, instruction, query and skill in the chat
 * format of Qwen3.
 *
 * <p>It is tokenised in three pieces, query first, so that neither the query's nor the skill's
 * tokens depend on each other. The ids are those of the whole text: the tokenizer splits words
 * between the colon and the space of {@code <Document>: } whatever comes after, and before the
 * special token that ends the skill.
 */
final class RerankPrompt {
  static final String INSTRUCTION =
      "Given a user request, retrieve the agent skill that solves it.";
  private static final String BEGINNING =
      "<|im_start|>system\n"
          + "Judge whether the Document meets the requirements based on the Query and the Instruct"
          + " provided. Note that the answer can only be \"yes\" or \"no\".<|im_end|>\n"
          + "<|im_start|>user\n"
          + "<Instruct>: ";
  private static final String END = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";
  private static final Pattern SEPARATOR = Pattern.compile(" | ", Pattern.LITERAL);
  private static final int BODY_TOKENS = 4096;
  private static final int KEPT_IDS = 1 << 23; // 32 MB

  private final Tokenizer tokenizer;
  private final String instruction;
  private final int bodyTokens;
  private final int[] end;
  private final SkillIds skills = new SkillIds(KEPT_IDS);

  /**
   * @param bodyTokens how many tokens of a skill's body, its third field, are read
   */
  RerankPrompt(Tokenizer tokenizer, String instruction, int bodyTokens) {
    this.tokenizer = tokenizer;
    this.instruction = instruction;
    this.bodyTokens = bodyTokens;
    end = tokenizer.encodePlain(END);
  }

  /** As the released R3-Reranker was trained. */
  static RerankPrompt released(Tokenizer tokenizer) {
    return new RerankPrompt(tokenizer, INSTRUCTION, BODY_TOKENS);
  }

  /** How long it is without query and skill. */
  int tokens() {
    return beginning("", Integer.MAX_VALUE).length + end.length;
  }

  /**
   * What the prompts of all skills for one query share, as far as it fits.
   *
   * @param maxTokens of a whole prompt
   */
  int[] beginning(String query, int maxTokens) {
    if (maxTokens <= end.length) {
      throw new IllegalArgumentException(
          "RerankPrompt: expected a limit of more than "
              + end.length
              + " tokens, got "
              + maxTokens);
    }
    int[] ids =
        tokenizer.encodePlain(BEGINNING + instruction + "\n<Query>: " + query + "\n<Document>:");
    return Arrays.copyOf(ids, Math.min(ids.length, maxTokens - end.length));
  }

  /**
   * What comes after: the skill, which loses its end where it does not fit, and the prompt's end.
   */
  Encoding rest(String skill, int beginning, int maxTokens) {
    int[] all = skills.of(skill, text -> tokenizer.encodePlain(" " + withShortBody(text)));
    int kept = Math.min(all.length, maxTokens - beginning - end.length);
    int[] ids = Arrays.copyOf(all, kept + end.length);
    System.arraycopy(end, 0, ids, kept, end.length);
    return new Encoding(ids, new int[ids.length], all.length - kept);
  }

  /** A body of too many tokens is cut and decoded back, as the reference does it. */
  private String withShortBody(String skill) {
    String[] fields = SEPARATOR.split(skill, 3);
    if (fields.length < 3) {
      return skill;
    }
    int[] body = tokenizer.encodePlain(fields[2]);
    if (body.length <= bodyTokens) {
      return skill;
    }
    String cut = tokenizer.decode(Arrays.copyOf(body, bodyTokens), true);
    return String.join(SEPARATOR.pattern(), fields[0], fields[1], cut);
  }
}

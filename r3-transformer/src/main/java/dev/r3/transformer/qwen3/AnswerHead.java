package dev.r3.transformer.qwen3;

import dev.r3.tensor.Backend;
import dev.r3.tensor.Parameter;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Shape;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.Gather;
import dev.r3.tensor.op.Linear;
import dev.r3.tensor.op.MatMul;
import dev.r3.transformer.checkpoint.SentenceModules.AnswerTokens;

/**
 * score = logit(yes) - logit(no) of a language model's next token: its log-odds. Only these two
 * rows of the output layer are computed.
 *
 * @param output [vocabulary, hidden]; the token embedding itself where they are tied
 */
record AnswerHead(Parameter output, AnswerTokens answers) implements ScoreHead {

  AnswerHead {
    requireToken(answers.yes(), output);
    answers.no().ifPresent(no -> requireToken(no, output));
  }

  private static void requireToken(int token, Parameter output) {
    int vocabulary = output.shape().axis(0);
    if (token >= vocabulary) {
      throw new IllegalArgumentException(
          "AnswerHead: expected answers from 0 to " + (vocabulary - 1) + ", got " + token);
    }
  }

  @Override
  public Tensor apply(Pass pass, Tensor last) {
    Tensor rows = Gather.apply(pass, pass.use(output), tokens()); // [answers, hidden]
    Tensor logits = MatMul.transposedRight(pass, last, rows); // [pairs, answers]
    Tensor signs = pass.backend().tensor(new Shape(1, tokens().length), signs());
    return Linear.apply(pass, logits, signs, null); // [pairs, 1]
  }

  @Override
  public Tensor asWeight(Backend root) {
    try (Pass pass = Pass.inference(root)) {
      Tensor rows = Gather.apply(pass, output.value(), tokens());
      Tensor signs = pass.backend().tensor(new Shape(1, tokens().length), signs());
      Tensor weight = MatMul.apply(pass, signs, rows); // [1, hidden]
      return root.tensor(weight.shape(), weight.toFloats());
    }
  }

  private int[] tokens() {
    return answers.no().isPresent()
        ? new int[] {answers.yes(), answers.no().getAsInt()}
        : new int[] {answers.yes()};
  }

  private float[] signs() {
    return answers.no().isPresent() ? new float[] {1, -1} : new float[] {1};
  }
}

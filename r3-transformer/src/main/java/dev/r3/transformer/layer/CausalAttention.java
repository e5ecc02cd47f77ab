package dev.r3.transformer.layer;

import dev.r3.tensor.AttentionForm;
import dev.r3.tensor.Pass;
import dev.r3.tensor.Tensor;
import dev.r3.tensor.op.SelfAttention;
import dev.r3.transformer.checkpoint.Weights;

/**
 * Self-attention that looks back only, with groups of query heads that share a key/value head
 * (Ainslie et al. 2023), normalised heads and rotary positions, as in Qwen3.
 */
public record CausalAttention(
    RotaryHeads query, RotaryHeads key, Dense value, Dense output, AttentionForm form) {

  /** The layer stored under {@code name}: q_proj, q_norm, k_proj, k_norm, v_proj, o_proj. */
  public static CausalAttention load(Weights weights, String name, DecoderBlock.Sizes sizes) {
    AttentionForm form = sizes.attention();
    int hidden = sizes.hidden();
    return new CausalAttention(
        heads(weights, name + ".q_", form.queryWidth(), sizes),
        heads(weights, name + ".k_", form.keyWidth(), sizes),
        Dense.withoutBias(weights, name + ".v_proj", hidden, form.keyWidth()),
        Dense.withoutBias(weights, name + ".o_proj", form.queryWidth(), hidden),
        form);
  }

  private static RotaryHeads heads(
      Weights weights, String name, int width, DecoderBlock.Sizes sizes) {
    return new RotaryHeads(
        Dense.withoutBias(weights, name + "proj", sizes.hidden(), width),
        RootMeanSquareNorm.load(
            weights, name + "norm", sizes.attention().headSize(), sizes.epsilon()),
        sizes.theta());
  }

  /**
   * x [tokens, hidden] -> [tokens, hidden].
   *
   * @param seen keys and values of {@code placement.keys()}
   */
  public Tensor apply(Pass pass, Tensor x, KeyValues seen, Placement placement) {
    Tensor context =
        SelfAttention.apply(
            pass,
            query.apply(pass, x, placement.positions()),
            seen.keys(),
            seen.values(),
            form,
            placement.tokens(),
            placement.keys());
    return output.apply(pass, context);
  }
}

/** The Llama and Qwen families: rotary positions, RMS norms, grouped-query attention, gated feed-forward layers. */
import type { Graph, Tensor } from "../numerics/graph.ts";
import { concat, multiply } from "../numerics/layers.ts";
import {
  ACTIVATION_NAMES,
  ACTIVATIONS,
  attend,
  gainedRmsNorm,
  splitHeads,
  tiedLogits,
  type Architecture,
  type ForwardParts,
  type LinearLayer,
} from "./architecture.ts";
import { frequenciesOf, rotationTable } from "./rotation.ts";
import type { Settings } from "./settings.ts";

/** In what the families differ. */
export interface LlamaFamily {
  /** Biases on queries, keys and values, whatever the settings say. */
  readonly biases: boolean;
  /** RMS norms of each head's queries and keys. */
  readonly headNorms: boolean;
}

const PREFIX = "model.";
const HEAD = "lm_head";

/** Reads the settings of a model. @throws naming the setting that is not supported. */
export function llama(config: Settings, { biases, headNorms }: LlamaFamily): Architecture {
  const width = config.size("hidden_size");
  const hidden = config.size("intermediate_size");
  const layers = config.size("num_hidden_layers");
  const heads = config.size("num_attention_heads");
  const sharedHeads = config.size("num_key_value_heads", heads);
  const headWidth = config.size("head_dim", width / heads);
  const vocabulary = config.size("vocab_size");
  const context = config.size("max_position_embeddings");
  const epsilon = config.positive("rms_norm_eps", 1e-6);
  const activation = ACTIVATIONS[config.choice("hidden_act", ACTIVATION_NAMES, "silu")];
  const attentionBias = config.flag("attention_bias", false);
  const feedForwardBias = config.flag("mlp_bias", false);
  const isTied = config.flag("tie_word_embeddings", false);
  config.refuse("use_sliding_window");
  if (heads % sharedHeads !== 0) throw config.refusal("num_key_value_heads", `does not divide ${heads} heads`);
  if (headWidth % 2 !== 0) throw config.refusal("head_dim", "must be even");
  const frequencies = frequenciesOf(config, headWidth);

  const layerOf = (layer: number): string => `${PREFIX}layers.${layer}.`;
  const numbers = Array.from({ length: layers }, (_, layer) => layer);
  const of = (name: string, inputs: number, outputs: number, hasBias: boolean): LinearLayer => ({
    name,
    inputs,
    outputs,
    hasBias,
    isTransposed: false,
  });
  const shared = sharedHeads * headWidth;
  return {
    context,
    vocabulary,
    prefix: PREFIX,
    ignored: /\.rotary_emb\.inv_freq$/,
    linears: [
      ...numbers
        .map(layerOf)
        .flatMap((name) => [
          of(`${name}self_attn.q_proj`, width, heads * headWidth, biases || attentionBias),
          of(`${name}self_attn.k_proj`, width, shared, biases || attentionBias),
          of(`${name}self_attn.v_proj`, width, shared, biases || attentionBias),
          of(`${name}self_attn.o_proj`, heads * headWidth, width, attentionBias),
          of(`${name}mlp.gate_proj`, width, hidden, feedForwardBias),
          of(`${name}mlp.up_proj`, width, hidden, feedForwardBias),
          of(`${name}mlp.down_proj`, hidden, width, feedForwardBias),
        ]),
      ...(isTied ? [] : [of(HEAD, width, vocabulary, false)]),
    ],
    others: [
      [`${PREFIX}embed_tokens.weight`, [vocabulary, width]],
      ...numbers
        .map(layerOf)
        .flatMap((name): [string, number[]][] => [
          [`${name}input_layernorm.weight`, [width]],
          [`${name}post_attention_layernorm.weight`, [width]],
          ...(headNorms
            ? ["q_norm", "k_norm"].map((norm): [string, number[]] => [`${name}self_attn.${norm}.weight`, [headWidth]])
            : []),
        ]),
      [`${PREFIX}norm.weight`, [width]],
    ],
    forward(parts) {
      const { graph, tokens, weight, linear } = parts;
      const normed = (name: string, x: Tensor) => gainedRmsNorm(graph, x, weight(`${name}.weight`), epsilon);
      const rotate = rotation(parts, frequencies);
      const shape = { heads, sharedHeads, headWidth };
      const embedding = weight(`${PREFIX}embed_tokens.weight`);
      let x = graph.rows(embedding, tokens);
      for (const name of numbers.map(layerOf)) {
        const attended = normed(`${name}input_layernorm`, x);
        const headsOf = (part: "q" | "k" | "v", count: number): Tensor =>
          splitHeads(graph, linear(`${name}self_attn.${part}_proj`, attended), count);
        const turned = (part: "q" | "k", count: number): Tensor => {
          const plain = headsOf(part, count);
          return rotate(headNorms ? normed(`${name}self_attn.${part}_norm`, plain) : plain);
        };
        const mixed = attend(graph, shape, turned("q", heads), turned("k", sharedHeads), headsOf("v", sharedHeads));
        x = graph.add(x, linear(`${name}self_attn.o_proj`, mixed));
        const entered = normed(`${name}post_attention_layernorm`, x);
        const gate = activation(graph, linear(`${name}mlp.gate_proj`, entered));
        const gated = multiply(graph, gate, linear(`${name}mlp.up_proj`, entered));
        x = graph.add(x, linear(`${name}mlp.down_proj`, gated));
      }
      const last = normed(`${PREFIX}norm`, x);
      return isTied ? tiedLogits(graph, last, embedding) : linear(HEAD, last);
    },
  };
}

/** Turns heads [heads, length, width] by their positions; each dimension of the first half is paired with that of the second. */
function rotation({ graph, tokens }: ForwardParts, frequencies: Float64Array): (x: Tensor) => Tensor {
  const length = tokens.shape[0]!;
  const half = frequencies.length;
  const table = (wave: (angle: number) => number): Tensor =>
    graph.constant(rotationTable(frequencies, length, wave), [1, length, 2 * half]);
  const [cosines, sines] = [table(Math.cos), table(Math.sin)];
  return (x) => graph.add(multiply(graph, x, cosines), multiply(graph, turnedAQuarter(graph, x, half), sines));
}

function turnedAQuarter(graph: Graph, x: Tensor, half: number): Tensor {
  const [first, second] = [graph.slice(x, 2, 0, half), graph.slice(x, 2, half, 2 * half)];
  return concat(graph, graph.scale(second, -1), first, 2);
}

/** GPT-2 (Radford et al. 2019): learnt positions, layer norms, one weight for queries, keys and values. */
import { layerNorm } from "../numerics/layers.ts";
import {
  ACTIVATION_NAMES,
  ACTIVATIONS,
  attend,
  splitHeads,
  tiedLogits,
  type Architecture,
  type LinearLayer,
} from "./architecture.ts";
import type { Settings } from "./settings.ts";

const PREFIX = "transformer.";
const HEAD = "lm_head";

/** Reads the settings of a GPT-2. @throws naming the setting that is not supported. */
export function gpt2(config: Settings): Architecture {
  const width = config.size("n_embd");
  const heads = config.size("n_head");
  const layers = config.size("n_layer");
  const context = config.size("n_positions", 1024);
  const vocabulary = config.size("vocab_size");
  const hidden = config.size("n_inner", 4 * width);
  const epsilon = config.positive("layer_norm_epsilon", 1e-5);
  const activation = ACTIVATIONS[config.choice("activation_function", ACTIVATION_NAMES, "gelu_new")];
  if (!config.flag("scale_attn_weights", true)) throw config.refusal("scale_attn_weights", "not supported");
  // It computes the same, in another order.
  config.flag("reorder_and_upcast_attn", false);
  for (const name of ["scale_attn_by_inverse_layer_idx", "add_cross_attention"]) config.refuse(name);
  if (width % heads !== 0) throw config.refusal("n_head", `does not divide n_embd, ${width}`);
  const isTied = config.flag("tie_word_embeddings", true);

  const layerOf = (layer: number): string => `${PREFIX}h.${layer}.`;
  const convolution = (name: string, inputs: number, outputs: number): LinearLayer => ({
    name,
    inputs,
    outputs,
    hasBias: true,
    isTransposed: true,
  });
  const head: LinearLayer = { name: HEAD, inputs: width, outputs: vocabulary, hasBias: false, isTransposed: false };
  const numbers = Array.from({ length: layers }, (_, layer) => layer);
  const norm = (name: string): [string, number[]][] => [
    [`${name}.weight`, [width]],
    [`${name}.bias`, [width]],
  ];
  return {
    context,
    vocabulary,
    prefix: PREFIX,
    ignored: /\.attn\.(masked_)?bias$/,
    linears: [
      ...numbers.flatMap((layer) => [
        convolution(`${layerOf(layer)}attn.c_attn`, width, 3 * width),
        convolution(`${layerOf(layer)}attn.c_proj`, width, width),
        convolution(`${layerOf(layer)}mlp.c_fc`, width, hidden),
        convolution(`${layerOf(layer)}mlp.c_proj`, hidden, width),
      ]),
      ...(isTied ? [] : [head]),
    ],
    others: [
      [`${PREFIX}wte.weight`, [vocabulary, width]],
      [`${PREFIX}wpe.weight`, [context, width]],
      ...numbers.flatMap((layer) => [...norm(`${layerOf(layer)}ln_1`), ...norm(`${layerOf(layer)}ln_2`)]),
      ...norm(`${PREFIX}ln_f`),
    ],
    forward({ graph, tokens, weight, linear }) {
      const length = tokens.shape[0]!;
      const shape = { heads, sharedHeads: heads, headWidth: width / heads };
      const normed = (name: string, x: typeof tokens) =>
        layerNorm(graph, x, weight(`${name}.weight`), weight(`${name}.bias`), epsilon);
      const positions = graph.slice(weight(`${PREFIX}wpe.weight`), 0, 0, length);
      const embedding = weight(`${PREFIX}wte.weight`);
      let x = graph.add(graph.rows(embedding, tokens), positions);
      for (const layer of numbers) {
        const name = layerOf(layer);
        const joint = linear(`${name}attn.c_attn`, normed(`${name}ln_1`, x));
        const part = (i: number) => splitHeads(graph, graph.slice(joint, 1, i * width, (i + 1) * width), heads);
        x = graph.add(x, linear(`${name}attn.c_proj`, attend(graph, shape, part(0), part(1), part(2))));
        const raised = activation(graph, linear(`${name}mlp.c_fc`, normed(`${name}ln_2`, x)));
        x = graph.add(x, linear(`${name}mlp.c_proj`, raised));
      }
      const last = normed(`${PREFIX}ln_f`, x);
      return isTied ? tiedLogits(graph, last, embedding) : linear(HEAD, last);
    },
  };
}

/** The graph of a decoder's logits. Weights are fed, not baked in: a serialised graph holds at most 2 GiB. */
import type { Graph, Tensor } from "../numerics/graph.ts";
import type { Feed } from "../numerics/session.ts";
import type { Decoder } from "./decoder.ts";

/** A forward pass with what it has to be fed besides the tokens. */
export interface DecoderGraph {
  readonly logits: Tensor;
  /** The adapter's weights, by the names of {@link Decoder}. */
  readonly adapter: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly Tensor[];
  readonly feeds: Readonly<Record<string, Feed>>;
}

/** Appends the forward pass over `tokens`, int64 [length]. */
export function buildDecoder(graph: Graph, { architecture, weights, lora }: Decoder, tokens: Tensor): DecoderGraph {
  const inputs: Tensor[] = [];
  const feeds: Record<string, Feed> = {};
  const fed = new Map<string, Tensor>();
  const weight = (name: string): Tensor => {
    const known = fed.get(name);
    if (known !== undefined) return known;
    const { shape, data } = (weights.get(name) ?? lora?.weights.get(name))!;
    const tensor = graph.input(name, shape);
    inputs.push(tensor);
    feeds[name] = data;
    fed.set(name, tensor);
    return tensor;
  };
  const layers = new Map(architecture.linears.map((layer) => [layer.name, layer]));
  const adapted = new Set(lora?.layers);
  const linear = (name: string, x: Tensor): Tensor => {
    const { hasBias, isTransposed } = layers.get(name)!;
    const plain = graph.matmul(x, weight(`${name}.weight`), false, !isTransposed);
    const y = hasBias ? graph.add(plain, weight(`${name}.bias`)) : plain;
    if (lora === undefined || !adapted.has(name)) return y;
    const low = graph.scale(graph.matmul(x, weight(`${name}.lora_A`), false, true), lora.scale);
    return graph.add(y, graph.matmul(low, weight(`${name}.lora_B`), false, true));
  };
  const logits = architecture.forward({ graph, tokens, weight, linear });
  const adapter = new Map([...(lora?.weights.keys() ?? [])].map((name) => [name, fed.get(name)!]));
  return { logits, adapter, inputs, feeds };
}

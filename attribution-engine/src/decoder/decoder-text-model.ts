/** A decoder with an adapter as a model whose loss is differentiated. */
import type { ProjectedMatrix } from "../sketch/projection.ts";
import type { TextModel } from "../sketch/text-model.ts";
import { buildDecoder } from "./decoder-graph.ts";
import { layOutText, paddedLength } from "./decoder-texts.ts";
import { loadDecoder, type DecoderPlace } from "./decoder.ts";
import type { Lora } from "./lora.ts";

/** Where a decoder is, and how wide its gradients are projected. */
export interface DecoderModel {
  readonly kind: "decoder";
  readonly place: DecoderPlace;
  /** Dimensions that each long side is projected to. */
  readonly width: number;
}

/** Dimensions of a projected gradient that are aimed at, and that there may be: the curvature is a dense matrix of this size. */
const AIM = 2048;
const MOST = 4096;
const WIDEST = 64;

/** The width of projection for an adapter: the widest that keeps gradients near 2,048 dimensions. @throws if the adapter is too large even so. */
export function projectionWidth({ rank, layers }: Lora): number {
  const sides = 2 * layers.length * rank;
  if (sides > MOST)
    throw new Error(
      `the adapter has ${layers.length} layers of rank ${rank}, ${sides} dimensions at least; at most ${MOST} are sketched`,
    );
  return Math.max(1, Math.min(WIDEST, Math.floor(AIM / sides)));
}

/** The adapter's matrices; the long side of each is projected, the side of the rank is kept. */
export function loraMatrices({ weights }: Lora, width: number): ProjectedMatrix[] {
  return [...weights].map(([name, { shape }]) => {
    const [rows, columns] = shape as [number, number];
    const isInput = name.endsWith(".lora_A");
    return {
      name,
      shape: [rows, columns],
      side: isInput ? "columns" : "rows",
      width: Math.min(width, isInput ? columns : rows),
    };
  });
}

/** Loads a decoder. @throws naming the file that is missing, damaged or not supported. */
export function decoderTextModel({ place, width }: DecoderModel): TextModel {
  const decoder = loadDecoder(place);
  const { architecture, lora } = decoder;
  if (lora === undefined) throw new Error(`${place.model}: gradients are of an adapter's weights, and there is none`);
  return {
    matrices: loraMatrices(lora, width),
    isSmall: false,
    lengthOf: (tokens) => paddedLength(tokens.length, architecture.context),
    layOut: layOutText,
    build(graph, tokens) {
      const { logits, adapter, inputs, feeds } = buildDecoder(graph, decoder, tokens);
      return { logits, weights: adapter, inputs, feeds };
    },
  };
}

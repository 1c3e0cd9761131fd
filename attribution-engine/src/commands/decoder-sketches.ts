// Sketches texts by the decoder that the records of a basis were sketched by: calls, or the records again.
import { decoderGradients, tokensOfTexts, type NamedTexts } from "../decoder/decoder-gradients.ts";
import { decoderDigests, readArchitecture, type DecoderPlace } from "../decoder/decoder.ts";
import { loadTokens } from "../decoder/tokens.ts";
import type { PoolOptions } from "../numerics/worker-pool.ts";
import type { Origin } from "../sketch/basis-file.ts";
import type { SketchBasis } from "../sketch/basis.ts";
import type { Sketches } from "../sketch/quantise.ts";
import { sketchRows } from "../sketch/sketch-rows.ts";
import type { VectorSource } from "../sketch/vector-source.ts";

export const DECODER = "decoder";

/** What a basis of a decoder's gradients says of its vectors. */
export type DecoderOrigin = Origin & {
  readonly kind: typeof DECODER;
  /** Digests of the model's and the adapter's files. */
  readonly model: string;
  readonly adapter: string;
  /** SHA-256 of the records' texts, as a JSON array. */
  readonly texts: string;
  /** Dimensions that each long side of a gradient is projected to. */
  readonly width: number;
};

/** @throws if the folders do not hold the model and the adapter of `origin`. */
export function checkDecoder(place: DecoderPlace, { model, adapter }: DecoderOrigin): void {
  const found = decoderDigests(place);
  if (found.model !== model) throw new Error(`${place.model}: not the model that the records were sketched by`);
  if (found.adapter !== adapter) throw new Error(`${place.adapter}: not the adapter that the records were sketched by`);
}

/** A basis of a decoder's gradients. */
export interface DecoderBasis {
  readonly basis: SketchBasis;
  readonly origin: DecoderOrigin;
}

/** Texts as they are sketched, and their tokens. */
export interface DecoderTexts {
  readonly source: VectorSource;
  readonly tokens: readonly (readonly number[])[];
}

/**
 * Texts as the records were sketched; `place` must hold their decoder ({@link checkDecoder}).
 * @param cuts whether a text is cut to the model's positions, as calls are; one that is longer is an error otherwise.
 */
export function decoderTexts(
  place: DecoderPlace,
  { basis, origin }: DecoderBasis,
  texts: NamedTexts,
  cuts: boolean,
): DecoderTexts {
  const { context: positions, vocabulary } = readArchitecture(place.model);
  const encode = loadTokens(place.model, vocabulary);
  const encodeText = cuts ? (text: string): number[] => encode(text).slice(0, positions) : encode;
  const tokens = tokensOfTexts(texts, encodeText, positions);
  const model = { kind: "decoder", place, width: origin.width } as const;
  return { source: decoderGradients(model, basis.method.seed, tokens, texts.nameOf), tokens };
}

/** Sketches {@link decoderTexts}. */
export function sketchByDecoder(
  place: DecoderPlace,
  made: DecoderBasis,
  texts: NamedTexts,
  cuts: boolean,
  work: PoolOptions,
): Promise<Sketches> {
  const { source, tokens } = decoderTexts(place, made, texts, cuts);
  return sketchRows(source, made.basis, [...tokens.keys()], work);
}

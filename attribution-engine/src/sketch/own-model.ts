/** The engine's own model as a source of vectors: projected gradients of its adapter's weights. */
import type { Adapter, FrozenModel } from "../model/adapter.ts";
import { lengthFault } from "../model/examples.ts";
import type { Device } from "../numerics/device.ts";
import type { PoolOptions } from "../numerics/worker-pool.ts";
import { buildBasis, type BasisMethod, type SketchBasis } from "./basis.ts";
import { loadBasis } from "./basis-file.ts";
import { gradientRows } from "./gradients.ts";
import { PROJECTION_WIDTHS, projectedMatrices, projectedSize, type ProjectionWidths } from "./projection.ts";
import type { VectorSource } from "./vector-source.ts";

/** A basis' method, with how gradients are projected. */
export interface SketchMethod extends BasisMethod {
  readonly widths: ProjectionWidths;
}

export const SKETCH_METHOD: SketchMethod = {
  k: 512,
  seed: 1,
  widths: PROJECTION_WIDTHS,
  curvatureSamples: 3000,
  damping: 1,
  // Junk that passes the limit of repetition is hard to fit, and so is long (docs/incentives.md).
  sizeLimit: 0.5,
};

const TEXTS_PER_PART = 64;

/** How texts are differentiated and told of. */
export interface OwnTexts {
  /** What computes gradients, the pinned processor backend by default. */
  readonly device?: Device | undefined;
  /** What errors call a text: where it is from, with its number there. `row 5` by default. */
  readonly nameOf?: ((row: number) => string) | undefined;
}

/**
 * The gradients of texts' summed losses.
 * @param texts tokens of each text.
 * @param length the context that texts are laid out in.
 * `rows` throws an Error that names the text which is empty, longer than that, or has a gradient that is not finite.
 */
export function ownGradients(
  model: FrozenModel,
  adapter: Adapter,
  { widths, seed }: Pick<SketchMethod, "widths" | "seed">,
  texts: readonly (readonly number[])[],
  length: number,
  { device, nameOf = (row) => `row ${row}` }: OwnTexts = {},
): VectorSource {
  // Without the tokenizer that a whole base model carries: this is sent to other processes.
  const of = { kind: "own", model: { shape: model.shape, weights: model.weights }, adapter, widths, length } as const;
  return {
    count: texts.length,
    partRows: TEXTS_PER_PART,
    async rows(chosen, targets, map, work) {
      // Told here, where the text's name is known; a worker only knows its place among those that it was given.
      for (const row of chosen) {
        const fault = lengthFault(texts[row]!.length, length);
        if (fault !== undefined) throw new Error(`${nameOf(row)}: ${fault}`);
      }
      return gradientRows(
        { of, seed, targets, map, device },
        {
          items: chosen.map((row, at) => ({ tokens: texts[row]!, draw: work.places?.[at] ?? at })),
          partRows: TEXTS_PER_PART,
          nameOf: (place) => nameOf(chosen[place]!),
        },
        work,
      );
    },
  };
}

/**
 * Builds the basis of a trained adapter from its training records.
 * @param records tokens of each record.
 */
export function buildSketchBasis(
  model: FrozenModel,
  adapter: Adapter,
  records: readonly (readonly number[])[],
  method: SketchMethod = SKETCH_METHOD,
  work: PoolOptions = { workers: 2 },
  of: OwnTexts = {},
): Promise<SketchBasis<SketchMethod>> {
  return buildBasis(ownGradients(model, adapter, method, records, model.shape.context, of), method, work);
}

/** Reads the basis of `adapter`; throws, naming the file, where it is truncated or does not fit. */
export function loadSketchBasis(path: string, model: FrozenModel, adapter: Adapter): SketchBasis<SketchMethod> {
  const { basis, origin } = loadBasis(path);
  if (origin !== undefined) throw new Error(`${path}: not the basis of the engine's own model`);
  const method = basis.method as SketchMethod;
  const size = projectedSize(projectedMatrices(model.shape, adapter.shape, method.widths));
  if (basis.map.length !== size * method.k)
    throw new Error(
      `${path}: map is [${basis.map.length / method.k},${method.k}], this adapter needs [${size},${method.k}]`,
    );
  return { ...basis, method };
}

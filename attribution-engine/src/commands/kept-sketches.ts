// Sketches that a stage signs or compares, made in parts that are kept until it is done: a stage that was killed goes on where it was.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { engineVersion } from "../distributed/engine-version.ts";
import { digestOf } from "../numerics/value-digest.ts";
import type { PoolOptions } from "../numerics/worker-pool.ts";
import type { SketchBasis } from "../sketch/basis.ts";
import type { Sketches } from "../sketch/quantise.ts";
import { sketchInParts } from "../sketch/sketch-parts.ts";
import type { VectorSource } from "../sketch/vector-source.ts";

/** What is sketched, and how. */
export interface SketchWork {
  readonly source: VectorSource;
  readonly basis: SketchBasis;
  /** All that the vectors depend on besides the basis. */
  readonly madeOf: unknown;
  readonly work: PoolOptions;
}

/** The sketches of one stage. */
export interface KeptSketches {
  /** Sketches all rows; parts are found by a digest of everything that they depend on, this engine's code and arithmetic included. */
  make(what: SketchWork): Promise<Sketches>;
  /** Removes the parts, once what was made of them stands. */
  drop(): void;
}

/**
 * Keeps parts in `<work>/<stage>-parts-<of>`.
 * @param of what is sketched, and the account that signs it: no stage takes another's parts, and nobody signs what another account has computed
 */
export function keptSketches(work: string, stage: string, of: string): KeptSketches {
  const folder = join(work, `${stage}-parts-${of}`);
  return {
    async make({ source, basis, madeOf, work: pool }) {
      return sketchInParts(source, basis, join(folder, digestOf([await engineVersion(), basis, madeOf])), pool);
    },
    drop: () => rmSync(folder, { recursive: true, force: true }),
  };
}

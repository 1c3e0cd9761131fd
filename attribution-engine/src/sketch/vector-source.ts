/** Where the vectors that sketches are made of come from: gradients of one model or another, or imported features. */
import type { PoolOptions } from "../numerics/worker-pool.ts";

/** Row-major values, `count` × `size`. */
export interface Rows {
  readonly count: number;
  readonly size: number;
  readonly values: Float32Array;
}

/** A linear map of vectors: row-major [size of a vector, columns]. */
export interface LinearMap {
  readonly matrix: Float32Array;
  readonly columns: number;
}

/** How vectors are made: settings that change no value of them. */
export interface VectorWork extends PoolOptions {
  /** The place of each chosen row among those that are wanted in all, where others are there already: what is drawn for a row depends on it. */
  readonly places?: readonly number[] | undefined;
  /** Told some rows as soon as they are made: those at `first … first + count − 1` of the chosen. */
  readonly onPart?: ((first: number, part: Rows) => void) | undefined;
}

/** The vectors of the rows (texts, or lines of a file) that are to be sketched. A vector depends on its own row alone. */
export interface VectorSource {
  /** What errors about all rows call them: the file that they are from, where there is one. */
  readonly name?: string;
  /** Rows that there are. */
  readonly count: number;
  /** Rows that are made together, and so are told together. */
  readonly partRows: number;
  /**
   * Vectors of some rows, in their order, mapped where `map` is given.
   * @param kind `own`: what is sketched; `sampled`: the vectors whose second moment is the curvature that they are whitened by;
   * for a row that is named several times, its targets are drawn several times.
   * @throws naming the row of a vector that cannot be made or is not finite.
   */
  rows(chosen: readonly number[], kind: "own" | "sampled", map: LinearMap | undefined, work: VectorWork): Promise<Rows>;
}

// Which committed sketches a re-execution disagrees with beyond the published tolerance (docs/formats.md §7.7): what can be disputed, and how to vote on it.
import { scalesAgree, sketchDifference, sketchesAgree } from "@tributary/protocol/sketch-agreement";

/** Sketches of `k` coordinates, one after the other; those of records with their scales. */
export interface SketchRows {
  readonly k: number;
  readonly sketches: Int8Array;
  readonly scales?: Uint32Array;
}

/** A committed sketch that is not its gradient's. */
export interface FalseSketch {
  readonly place: number;
  /** Coordinates that differ, of `k`. */
  readonly coordinates: number;
  /** By how much one of them differs at most. */
  readonly largest: number;
  /** Committed and recomputed scale, where these are what differs too much. */
  readonly scales?: readonly [number, number];
}

/**
 * Compares every committed sketch with the recomputed one, by the integer rule of the tolerance: a vote upholds a sketch exactly if its place is not listed.
 * @param isWithdrawn whether the record of a place stands in its index in withdrawn form: it has no gradient to compare with, and proofs judge the form
 * @throws Error if they are not as many, or not of the same size
 */
export function checkSketches(
  committed: SketchRows,
  recomputed: SketchRows,
  isWithdrawn: (place: number) => boolean = () => false,
): FalseSketch[] {
  const { k } = committed;
  if (recomputed.k !== k || recomputed.sketches.length !== committed.sketches.length)
    throw new Error(
      `${committed.sketches.length / k} sketches of ${k} coordinates committed, ${recomputed.sketches.length / recomputed.k} of ${recomputed.k} recomputed`,
    );
  const found: FalseSketch[] = [];
  for (let place = 0; place < committed.sketches.length / k; place++) {
    if (isWithdrawn(place)) continue;
    const stated = committed.sketches.subarray(k * place, k * (place + 1));
    const own = recomputed.sketches.subarray(k * place, k * (place + 1));
    const scales = scalesAt(place, committed, recomputed);
    const hasTrueScale = scales === undefined || scalesAgree(...scales);
    if (sketchesAgree(stated, own) && hasTrueScale) continue;
    found.push({ place, ...sketchDifference(stated, own), ...(hasTrueScale ? {} : { scales }) });
  }
  return found;
}

function scalesAt(place: number, committed: SketchRows, recomputed: SketchRows): [number, number] | undefined {
  if (committed.scales === undefined || recomputed.scales === undefined) return undefined;
  return [committed.scales[place]!, recomputed.scales[place]!];
}

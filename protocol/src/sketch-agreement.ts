// Whether a re-executed sketch agrees with a committed one (docs/formats.md §7.7).

/** Most of its coordinates that may differ, in 1/100 of them. */
const MOST_DIFFERENT_PERCENT = 2;

/** How far two sketches of the same size are apart. */
export interface SketchDifference {
  /** How many coordinates differ. */
  readonly coordinates: number;
  /** By how much one of them differs at most. */
  readonly largest: number;
}

/** @throws RangeError if the sketches are not of the same size */
export function sketchDifference(committed: Int8Array, reexecuted: Int8Array): SketchDifference {
  if (committed.length !== reexecuted.length)
    throw new RangeError(`sketches of ${committed.length} and ${reexecuted.length} coordinates cannot be compared`);
  let coordinates = 0;
  let largest = 0;
  for (let i = 0; i < committed.length; i++) {
    const distance = Math.abs(committed[i]! - reexecuted[i]!);
    if (distance !== 0) coordinates++;
    if (distance > largest) largest = distance;
  }
  return { coordinates, largest };
}

/** Whether no coordinate differs by more than 1 and at most 2 % of them differ. False for sketches of different size. */
export function sketchesAgree(committed: Int8Array, reexecuted: Int8Array): boolean {
  if (committed.length !== reexecuted.length) return false;
  const { coordinates, largest } = sketchDifference(committed, reexecuted);
  return largest <= 1 && coordinates * 100 <= MOST_DIFFERENT_PERCENT * committed.length;
}

/** Whether two scales of an index record differ by at most 1/4096 of the committed one, or by 1. */
export function scalesAgree(committed: number, reexecuted: number): boolean {
  const distance = Math.abs(committed - reexecuted);
  return distance <= 1 || distance * 4096 <= committed;
}

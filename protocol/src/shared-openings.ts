// Openings of several leaves of one tree without the siblings that they share (docs/formats.md §4).
import { encodeOpening, readOpening } from "./opening.ts";

/**
 * Cuts each opening off at the node where its path leaves that of the one before.
 * @param leaves in the order in which they will be opened, best ascending; openings from the root, all of one tree
 * @returns the openings, of which the first begins at the root
 * @throws RangeError if one is not a whole opening, or their depths differ
 */
export function shareOpenings(leaves: readonly { key: number; opening: Uint8Array }[]): Uint8Array[] {
  let before: { key: number; depth: number } | undefined;
  return leaves.map(({ key, opening }, index) => {
    const read = readOpening(opening);
    if ("reason" in read) throw new RangeError(`opening ${index}: ${read.reason}`);
    const depth = read.siblings.length;
    if (before !== undefined && before.depth !== depth)
      throw new RangeError(`opening ${index} has ${depth} levels, the one before ${before.depth}`);
    const level = before === undefined ? depth : heightOfCommonAncestor(key, before.key);
    before = { key, depth };
    return encodeOpening(read.siblings.slice(depth - level));
  });
}

/** How many levels the lowest node above both places is above them. */
function heightOfCommonAncestor(a: number, b: number): number {
  let height = 0;
  while (Math.floor(a / 2 ** height) !== Math.floor(b / 2 ** height)) height++;
  return height;
}

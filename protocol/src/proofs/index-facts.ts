// What the chain holds that fault proofs of an index are judged by (docs/faults.md, index faults), and the layout that follows from it.
import type { Root } from "../node.ts";
import type { NoveltyRule } from "../novelty.ts";

/** A contribution of a datanet's accepted list: its id, and how many records the ones before it have. */
export type AcceptedContribution = { contribution: bigint; recordsBefore: number };

/** One datanet's part of a layout: the records of the first `accepted.length` contributions that it accepted. */
export type LayoutSegment = { accepted: readonly AcceptedContribution[]; records: number };

/** The accused index and everything else that a proof is judged by. */
export interface IndexCase {
  readonly root: Root;
  /** The layout's record count, which is also the root's sum. */
  readonly records: number;
  readonly k: number;
  readonly rule: NoveltyRule;
  /** The version's whole layout, its principal parent's included (docs/formats.md §8.3). */
  readonly layout: readonly LayoutSegment[];
  /** Root of a contribution's content tree, `undefined` if there is no such contribution. */
  contentOf(contribution: bigint): Root | undefined;
  /** Whether a contribution of the layout was withdrawn before the version was registered, so that its records stand in the index in withdrawn form. */
  isWithdrawn(contribution: bigint): boolean;
}

/** Which record a place of an index is for; `accepted` is the place of its contribution in its datanet's accepted list. */
export type LayoutPlace = { contribution: bigint; recordIndex: number; accepted: number };

/** The segment that a place below the record count is in, and how many of its records stand before the place. */
export function segmentAt(
  layout: readonly LayoutSegment[],
  place: number,
): { segment: LayoutSegment; before: number } | undefined {
  let before = place;
  for (const segment of layout) {
    if (before < segment.records) return { segment, before };
    before -= segment.records;
  }
  return undefined;
}

/** The record that the layout has at a place, `undefined` from the record count on. */
export function layoutAt(layout: readonly LayoutSegment[], place: number): LayoutPlace | undefined {
  const found = segmentAt(layout, place);
  if (found === undefined) return undefined;
  const { segment, before } = found;
  let low = 0;
  let high = segment.accepted.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (segment.accepted[middle]!.recordsBefore <= before) low = middle;
    else high = middle - 1;
  }
  const { contribution, recordsBefore } = segment.accepted[low]!;
  return { contribution, recordIndex: before - recordsBefore, accepted: low };
}

// Opens how the records of a contribution fared in the groups of an epoch: their points, all their tallies, and what they earned.
import { NONE } from "@tributary/protocol/bytes";
import { EARNING, GROUP, INDEX, PAYOUT, POINTS, TALLY } from "@tributary/protocol/kinds";
import { leafJson, type LeafJson } from "@tributary/protocol/opened-leaf";
import type { OpenedRecordUse, OpenedUse, TallyJson } from "@tributary/protocol/opened-use";
import { decodePoints } from "@tributary/protocol/payloads/points";
import { decodeTally } from "@tributary/protocol/payloads/tally";
import { leafLink } from "@tributary/protocol/proofs/link";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import type { EpochInputs } from "../attribution/epoch-inputs.ts";
import { leafAt } from "../bundle/open-call.ts";
import type { AttributionIndex } from "../index/attribution-index.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import { epochTrees, type EpochTrees } from "../watcher/nested-trees.ts";

export interface OpenUseLimits {
  /** Of the contribution, in one index. */
  readonly mostRecords: number;
  /** Of all its records in a group. */
  readonly mostTallies: number;
}

/** Groups whose index has none of its records are left out; nothing is opened where one has more than the limits. */
export function openUse(
  inputs: EpochInputs<AttributionIndex>,
  epoch: AttributedEpoch,
  contribution: bigint,
  { mostRecords, mostTallies }: OpenUseLimits,
): { groups: OpenedUse[]; isTooLarge: boolean } {
  const placesIn = inputs.groups.map(({ index }) => placesOf(index.contributionIds, contribution));
  const isTooLarge = placesIn.some((places, group) => {
    const { credits, debits } = epoch.groups[group]!.shuffled;
    const countOf = (offsets: Uint32Array, place: number): number => offsets[place + 1]! - offsets[place]!;
    const tallies = places.reduce(
      (sum, place) => sum + countOf(credits.offsets, place) + countOf(debits.offsets, place),
      0,
    );
    return places.length > mostRecords || tallies > mostTallies;
  });
  if (isTooLarge) return { groups: [], isTooLarge };
  const trees = epochTrees(epoch);
  const groups = placesIn.flatMap((places, group) => {
    if (places.length === 0) return [];
    const { index } = inputs.groups[group]!;
    const inOrder = places.toSorted((a, b) => index.recordIndexes[a]! - index.recordIndexes[b]!);
    return [openGroup(epoch, trees, group, buildIndexTree(index), inOrder)];
  });
  return { groups, isTooLarge };
}

function openGroup(
  epoch: AttributedEpoch,
  trees: EpochTrees,
  group: number,
  index: PayloadTree,
  places: readonly number[],
): OpenedUse {
  const { points } = epoch.groups[group]!;
  let position: number | undefined;
  const records = places.map((place): OpenedRecordUse => {
    const payload = points.payload(place);
    const shown = payload === undefined ? undefined : decodePoints(payload);
    const isPaid = shown !== undefined && shown.earningIndex !== NONE;
    if (isPaid) position = Number(shown.positionId);
    return {
      record: leafAt(index, INDEX.depth, place),
      points: payload === undefined ? absentAt(points, place) : leafAt(points, POINTS.depth, place),
      credits: talliesOf(trees.talliesOf(group, place, 0)),
      debits: talliesOf(trees.talliesOf(group, place, 1)),
      ...(isPaid && { earning: leafAt(trees.earningsOf(position!)!, EARNING.depth, shown.earningIndex) }),
    };
  });
  return {
    group: leafAt(epoch.groupsTree, GROUP.depth, group),
    ...(position !== undefined && { payout: leafAt(epoch.payoutsTree, PAYOUT.depth, position) }),
    records,
  };
}

function talliesOf(tree: PayloadTree | undefined): TallyJson[] {
  const tallies: TallyJson[] = [];
  for (let place = 0; ; place++) {
    const payload = tree?.payload(place);
    if (tree === undefined || payload === undefined) return tallies;
    tallies.push({ ...decodeTally(payload), points: String(tree.node(TALLY.depth, place).sum) });
  }
}

function absentAt(tree: PayloadTree, place: number): LeafJson {
  return leafJson(leafLink(place, 0n, new Uint8Array(), tree.open(POINTS.depth, place)));
}

function placesOf(contributionIds: BigUint64Array, contribution: bigint): number[] {
  const places: number[] = [];
  for (let place = contributionIds.indexOf(contribution); place >= 0;) {
    places.push(place);
    place = contributionIds.indexOf(contribution, place + 1);
  }
  return places;
}

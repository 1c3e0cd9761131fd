// How many calls of a group a contribution's records helped and hurt, opened from the roots on chain: the shape in which it is handed over, and its verification.
import { bytesToHex, NONE } from "./bytes.ts";
import type { Checks } from "./check-steps.ts";
import { GROUP, INDEX, PAYOUT, TALLY } from "./kinds.ts";
import type { Root } from "./node.ts";
import {
  type Leaf,
  leafIn,
  type LeafJson,
  leafSum,
  nestedIn,
  type RootHex,
  treeAt,
  verifyPresence,
} from "./opened-leaf.ts";
import { decodeEarning } from "./payloads/earning.ts";
import { decodeGroup } from "./payloads/group.ts";
import { decodeIndex } from "./payloads/index.ts";
import { decodePoints } from "./payloads/points.ts";
import { encodeTally } from "./payloads/tally.ts";
import { rootOver } from "./tree-of-few.ts";

/** An entry of a call's list that gave a record points. */
export type TallyJson = { readonly call: number; readonly entry: number; readonly points: string };

export type OpenedRecordUse = {
  /** In the index of the group's model version. */
  readonly record: LeafJson;
  /** In the points of the group; without payload where the record has none. */
  readonly points: LeafJson;
  /** All of them, in the order of their places. */
  readonly credits: readonly TallyJson[];
  readonly debits: readonly TallyJson[];
  /** In the earnings of the payout; left out where the record earned nothing. */
  readonly earning?: LeafJson;
};

/** A contribution in one group of an epoch. */
export type OpenedUse = {
  /** In the groups of the proposal. */
  readonly group: LeafJson;
  /** In the payouts: that of the position that its records' earnings are owed to; left out where none earned. */
  readonly payout?: LeafJson;
  /** All records of the contribution, in their order. */
  readonly records: readonly OpenedRecordUse[];
};

/** What the chain says of the group, and of the contribution. */
export type UseRoots = {
  readonly groups: RootHex;
  readonly payouts: RootHex;
  /** Of the group's model version. */
  readonly index: RootHex;
  readonly k: number;
  readonly version: bigint;
  readonly contribution: bigint;
  readonly recordCount: number;
};

export type ShownUse = {
  readonly group: number;
  /** Calls that gave one of the records credits, and those that gave one debits; a call may be among both. */
  readonly helped: number;
  readonly hurt: number;
  /** Calls among either. */
  readonly used: number;
  /** Base units, of the group's pool. */
  readonly paid: bigint;
};

/**
 * Verifies every opening, and that nothing is left out: each record of the contribution, and all of its tallies, whose trees are built again.
 * @throws Error saying what does not hold
 */
export function verifyOpenedUse(opened: OpenedUse, roots: UseRoots, checks: Checks): ShownUse {
  const group = leafIn(treeAt(GROUP, roots.groups), opened.group, "group", checks);
  const { modelVersion } = decodeGroup(group.payload);
  checks.same(modelVersion, roots.version, "the group's model version", "chain");
  const payout =
    opened.payout === undefined ? undefined : leafIn(treeAt(PAYOUT, roots.payouts), opened.payout, "payout", checks);
  checks.same(opened.records.length, roots.recordCount, "the contribution's records", "chain");
  const [helped, hurt] = [new Set<number>(), new Set<number>()];
  let paid = 0n;
  for (const [i, record] of opened.records.entries()) {
    const what = `entry ${i}`;
    const place = placeInIndex(record.record, i, roots, what, checks);
    const points = pointsOf(record, place, group, what, checks);
    for (const { call } of record.credits) helped.add(call);
    for (const { call } of record.debits) hurt.add(call);
    paid += earnedBy(record, { ...points, place, group: group.place }, payout, what, checks);
  }
  const used = new Set([...helped, ...hurt]).size;
  return { group: group.place, helped: helped.size, hurt: hurt.size, used, paid };
}

/** The record with a number in the contribution, which must stand in the index. */
function placeInIndex(leaf: LeafJson, number: number, roots: UseRoots, what: string, checks: Checks): number {
  const shown = leafIn({ ...treeAt(INDEX, roots.index), k: roots.k }, leaf, `record of ${what}`, checks);
  const { contributionId, recordIndex } = decodeIndex(shown.payload, roots.k);
  checks.same(contributionId, roots.contribution, `${what}: its record's contribution`, "viewer");
  checks.same(recordIndex, number, `${what}: its record's number`, "computed");
  return shown.place;
}

/** Whom the record's points are owed to, and where; its tallies must be all that its points have. */
function pointsOf(
  { points, credits, debits }: OpenedRecordUse,
  place: number,
  group: Leaf,
  what: string,
  checks: Checks,
) {
  checks.same(points.key, place, `${what}: its points' place`, "opening");
  const tree = nestedIn(GROUP, group, 1);
  if (points.payload === "0x") {
    verifyPresence(tree.kind, { hash: bytesToHex(tree.root.hash), sum: tree.root.sum }, points, `points of ${what}`);
    checks.same(
      credits.length + debits.length,
      0,
      `${what}: its points open to an empty place, and its tallies`,
      "opening",
    );
    return { position: undefined, earningIndex: NONE };
  }
  const shown = decodePoints(leafIn(tree, points, `points of ${what}`, checks).payload);
  for (const [side, tallies, root] of [
    ["credits", credits, shown.credits],
    ["debits", debits, shown.debits],
  ] as const)
    checks.same(rootOfTallies(tallies), rootText(root), `${what}: the root of all its ${side}`, "opening");
  return { position: shown.positionId, earningIndex: shown.earningIndex };
}

function rootOfTallies(tallies: readonly TallyJson[]): string {
  const leaves = tallies.map(({ call, entry, points }, place) => {
    return { place, sum: leafSum(points), payload: encodeTally({ call, entry }) };
  });
  return rootText(rootOver(TALLY.depth, leaves));
}

function rootText({ hash, sum }: Pick<Root, "hash" | "sum">): string {
  return `${bytesToHex(hash)} over ${sum}`;
}

interface Owed {
  readonly position: bigint | undefined;
  readonly earningIndex: number;
  readonly place: number;
  readonly group: number;
}

/** What the record earned in the group. */
function earnedBy(
  { earning }: OpenedRecordUse,
  { position, earningIndex, place, group }: Owed,
  payout: Leaf | undefined,
  what: string,
  checks: Checks,
): bigint {
  checks.same(earning !== undefined, earningIndex !== NONE, `${what}: whether its record earned something`, "opening");
  if (earning === undefined) return 0n;
  if (payout === undefined) throw new Error(`${what}: its record was paid, and the payout is not opened`);
  checks.same(BigInt(payout.place), position, `${what}: the position that was paid`, "opening");
  const leaf = leafIn(nestedIn(PAYOUT, payout, 0), earning, `earning of ${what}`, checks);
  checks.same(leaf.place, earningIndex, `${what}: the earning's place`, "opening");
  const stated = decodeEarning(leaf.payload);
  checks.same(stated.group, group, `${what}: the earning's group`, "opening");
  checks.same(stated.record, place, `${what}: the earning's record`, "opening");
  return leaf.sum;
}

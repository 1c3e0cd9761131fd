// A bent proposal in the columns of an epoch, as a bundle states it: with all of its trees, right or wrong.
import { NONE } from "@tributary/protocol/bytes";
import type { AttributedEpoch, AttributedGroup } from "../attribution/epoch.ts";
import { buildGroupsTree, buildPayoutsTree } from "../attribution/epoch-trees.ts";
import { buildPointsTree, buildTraceTree } from "../attribution/group-trees.ts";
import type { MappedGroup } from "../attribution/map.ts";
import type { Earnings, Payouts } from "../attribution/reduce.ts";
import { shuffleGroup } from "../attribution/shuffle.ts";
import { emptyLists } from "../search/ranked-lists.ts";
import { setU128, u128Column, u128ColumnOf } from "../trees/u128-words.ts";
import type { HonestEpoch } from "../watcher/honest-epoch.ts";
import type { PlainEntry, PlainGroup, PlainPayout, PlainProposal } from "../watcher/test/plain-proposal.ts";

const MOST_W = 2n ** 63n - 1n;

/**
 * The epoch that a proposal tells of. Tallies are not told: tables leave them to follow from the lists, and so must the proposal.
 * @throws RangeError if the tables of a bundle cannot say so
 */
export function toldEpoch({ groups, payouts }: PlainProposal, honest: HonestEpoch): AttributedEpoch {
  const told = groups.map((group, g) => toldGroup(whole(group), g, honest));
  const groupsTree = buildGroupsTree(
    told.map(({ modelVersion, pool, trace, points, reduced }) => ({
      modelVersion,
      pool,
      trace: trace.root,
      points: points.root,
      fallbackEarningIndex: reduced.fallbackEarningIndex,
    })),
  );
  const reduced = toldPayouts(payouts, honest.inputs.previousPayouts);
  return { groups: told, ...reduced, groupsTree, payoutsTree: buildPayoutsTree(reduced.earnings, reduced.payouts) };
}

function toldGroup(group: PlainGroup, g: number, { inputs }: HonestEpoch): AttributedGroup {
  const { method, index } = inputs.groups[g]!;
  const { mapped, tallyIndices } = toldCalls(group, method.topK);
  const nets = u128Column(index.count);
  const positions = new Uint32Array(index.count);
  const earningIndices = new Uint32Array(index.count).fill(NONE);
  for (const { record, net, positionId, earningIndex } of group.points) {
    setU128(nets, record, net, "net");
    positions[record] = Number(positionId);
    earningIndices[record] = earningIndex;
  }
  const shuffled = { ...shuffleGroup(mapped.lists, mapped.points, index.count), tallyIndices, nets };
  const reduced = { positions, earningIndices, fallbackEarningIndex: group.fallbackEarningIndex };
  return {
    ...{ modelVersion: group.modelVersion, pool: group.pool, mapped, shuffled, reduced },
    trace: buildTraceTree(mapped, tallyIndices),
    points: buildPointsTree(mapped, shuffled, reduced),
  };
}

function toldCalls(group: PlainGroup, topK: number): { mapped: MappedGroup; tallyIndices: Uint32Array } {
  const calls = group.calls.map(whole);
  const lists = emptyLists(calls.length, topK);
  const points = u128Column(lists.recordIndex.length);
  const tallyIndices = new Uint32Array(lists.recordIndex.length).fill(NONE);
  for (const [list, entries] of calls.flatMap((call) => call.lists).entries()) {
    if (entries.length > topK) throw new RangeError(`a list of ${entries.length} entries; at most ${topK}`);
    lists.counts[list] = entries.length;
    for (const [e, entry] of entries.entries()) {
      const at = list * topK + e;
      const { recordIndex, s, w, points: told, tallyIndex } = inTables(whole(entry));
      lists.recordIndex[at] = recordIndex;
      lists.s[at] = s;
      lists.w[at] = w;
      setU128(points, at, told, "points");
      tallyIndices[at] = tallyIndex;
    }
  }
  const hashes = (hashOf: (call: (typeof calls)[number]) => Uint8Array): Uint8Array =>
    Uint8Array.from(calls.flatMap((call) => [...hashOf(call)]));
  const mapped = {
    ...{ calls: calls.length, lists, points },
    receiptHashes: hashes(({ receiptHash }) => receiptHash),
    sketchHashes: hashes(({ sketchHash }) => sketchHash),
    amounts: u128ColumnOf(calls.map(({ amount }) => amount)),
  };
  return { mapped, tallyIndices };
}

function toldPayouts(
  plain: readonly PlainPayout[],
  previousPayouts: HonestEpoch["inputs"]["previousPayouts"],
): { earnings: Earnings; payouts: Payouts } {
  const before = new Map(previousPayouts);
  const earned = plain.flatMap(({ position, earnings }) =>
    earnings.map((earning) => ({ position, ...whole(earning) })),
  );
  const earningOffsets = new Uint32Array(plain.length + 1);
  for (const [i, { earnings }] of plain.entries()) earningOffsets[i + 1] = earningOffsets[i]! + earnings.length;
  return {
    earnings: {
      count: earned.length,
      positions: Uint32Array.from(earned, ({ position }) => position),
      groups: Uint32Array.from(earned, ({ group }) => group),
      records: Uint32Array.from(earned, ({ record }) => record),
      amounts: u128ColumnOf(earned.map(({ amount }) => amount)),
    },
    payouts: {
      ...{ count: plain.length, earningOffsets },
      positions: Uint32Array.from(plain, ({ position }) => position),
      previous: u128ColumnOf(plain.map(({ position }) => before.get(BigInt(position)) ?? 0n)),
      earned: u128ColumnOf(plain.map(({ earnings }) => earnings.reduce((sum, one) => sum + whole(one).amount, 0n))),
      cumulative: u128ColumnOf(plain.map(({ cumulative }) => cumulative)),
    },
  };
}

function inTables(entry: PlainEntry): PlainEntry {
  const { s, w } = entry;
  if (w < 0n || w > MOST_W || BigInt.asIntN(64, s) !== s)
    throw new RangeError(`no table has an entry of w ${w}, s ${s}`);
  return entry;
}

function whole<Leaf>(leaf: Leaf | undefined): Leaf {
  if (leaf === undefined) throw new RangeError("no table has a gap");
  return leaf;
}

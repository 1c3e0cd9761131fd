// A record on one of a call's lists, and what it was paid: opened, and compared with what follows from the sketches, the call's amount and the nets.
import { bytesToHex, NONE } from "./bytes.ts";
import type { AttributedRecord, AttributionRoots, OpenedRecord } from "./attribution-opening.ts";
import type { Checks } from "./check-steps.ts";
import { GROUP, INDEX, PAYOUT, TRACE } from "./kinds.ts";
import { type Leaf, leafIn, nestedIn, treeAt } from "./opened-leaf.ts";
import { decodeEarning } from "./payloads/earning.ts";
import { decodeEntry } from "./payloads/entry.ts";
import { decodeGroup } from "./payloads/group.ts";
import { decodeIndex } from "./payloads/index.ts";
import { decodePoints } from "./payloads/points.ts";
import { decodeTrace } from "./payloads/trace.ts";
import { influence, netPoints, weight } from "./points.ts";
import { isListedBefore } from "./proofs/calls.ts";
import { dot } from "./sketch.ts";
import { partOf } from "./split.ts";

/** The call on whose list a record stands; `before` is the one that stands before it there. */
export type ListedCall = {
  readonly group: Leaf;
  readonly trace: Leaf;
  readonly sketch: Int8Array;
  readonly before: AttributedRecord | undefined;
};

/** @throws Error saying what does not hold; `what` names the record in it, as in the steps */
export function attributedRecord(
  opened: OpenedRecord,
  call: ListedCall,
  roots: AttributionRoots,
  what: string,
  checks: Checks,
): AttributedRecord {
  const { list } = opened;
  const entryLeaf = leafIn(nestedIn(TRACE, call.trace, list === "helpful" ? 0 : 1), opened.entry, what, checks);
  const { recordIndex: place, s, points } = decodeEntry(entryLeaf.payload);
  const { place: rank, sum: w } = entryLeaf;
  checks.same(s > 0n ? "helpful" : "harmful", list, `${what}: its list by the sign of its influence`, "opening");
  checkOrder({ rank, place, w }, call.before, roots.topK, what, checks);

  const index = { ...treeAt(INDEX, roots.index), k: roots.k };
  const recordLeaf = leafIn(index, opened.record, `record of ${what}`, checks);
  checks.same(recordLeaf.place, place, `${what}: its record's place in the index`, "opening");
  const { scale, sketch, novelty, recordHash, contributionId, recordIndex } = decodeIndex(recordLeaf.payload, roots.k);
  const exact = influence(scale, dot(call.sketch, sketch));
  checks.same(s, exact, `${what}: its influence`, "computed");
  checks.same(w, weight(exact, novelty), `${what}: its weight`, "computed");
  checks.same(points, pointsOf(list, entryLeaf, call.trace, roots.debitFactor), `${what}: its points`, "computed");

  const paid = payOf(opened, { place, points }, call.group, roots, what, checks);
  const isPaid = list === "helpful" && paid !== undefined && paid.credits !== 0n;
  return {
    ...{ list, rank, place, s, w, points, contributionId, recordIndex, novelty },
    recordHash: bytesToHex(recordHash),
    position: paid?.position,
    paid: paid?.amount ?? 0n,
    paidByCall: isPaid ? (paid.amount * points) / paid.credits : 0n,
  };
}

/** docs/formats.md §8.2: contiguous from 0, by weight descending, then by record, and at most K. */
function checkOrder(
  { rank, place, w }: Pick<AttributedRecord, "rank" | "place" | "w">,
  before: AttributedRecord | undefined,
  topK: number,
  what: string,
  checks: Checks,
): void {
  checks.same(rank, before === undefined ? 0 : before.rank + 1, `${what}: its place on the list`, "opening");
  const fits = { what: `${what}: a place below the method's K`, expected: `below ${topK}`, found: String(rank) };
  checks.step({ ...fits, holds: rank < topK, source: "chain" });
  if (before === undefined) return;
  const holds = isListedBefore({ record: before.place, w: before.w }, { record: place, w });
  const expected = `weight at most ${before.w}, and behind record ${before.place} at that weight`;
  const found = `weight ${w}, record ${place}`;
  checks.step({ what: `${what}: its order on the list`, expected, found, holds, source: "opening" });
}

/** docs/formats.md §6.3: the entry's part of what the call pays, or of what its harmful records are debited. */
function pointsOf(list: OpenedRecord["list"], entry: Leaf, trace: Leaf, debitFactor: number): bigint {
  const { helpful, harmful } = decodeTrace(trace.payload);
  if (helpful.sum === 0n) return 0n;
  if (list === "helpful") return partOf(trace.sum, entry.prefix, entry.sum, helpful.sum);
  const total = harmful.sum > helpful.sum ? harmful.sum : helpful.sum;
  return partOf((trace.sum * BigInt(debitFactor)) / 256n, entry.prefix, entry.sum, total);
}

/** To whom the record's earnings are owed and what it earned, by its points in the group; `undefined` where they are not opened. */
function payOf(
  opened: OpenedRecord,
  entry: { place: number; points: bigint },
  group: Leaf,
  roots: AttributionRoots,
  what: string,
  checks: Checks,
) {
  if (opened.points === undefined) {
    if (entry.points !== 0n) throw new Error(`${what}: it has points, and those of its record are not opened`);
    requireNoPayment(opened, what);
    return undefined;
  }
  const pointsLeaf = leafIn(nestedIn(GROUP, group, 1), opened.points, `points of ${what}`, checks);
  checks.same(pointsLeaf.place, entry.place, `${what}: its points' place`, "opening");
  const { credits, debits, positionId: position, earningIndex } = decodePoints(pointsLeaf.payload);
  checks.same(pointsLeaf.sum, netPoints(credits.sum, debits.sum), `${what}: its record's net points`, "computed");
  const nets = decodeGroup(group.payload).points.sum;
  const part = nets === 0n ? 0n : partOf(group.sum, pointsLeaf.prefix, pointsLeaf.sum, nets);
  checks.same(earningIndex === NONE, part === 0n, `${what}: whether its record earned nothing`, "computed");
  if (earningIndex === NONE) {
    requireNoPayment(opened, what);
    return { position, credits: credits.sum, amount: 0n };
  }
  if (opened.payout === undefined || opened.earning === undefined)
    throw new Error(`${what}: its record was paid, and the payment is not opened`);
  const payoutLeaf = leafIn(treeAt(PAYOUT, roots.payouts), opened.payout, `payout of ${what}`, checks);
  checks.same(BigInt(payoutLeaf.place), position, `${what}: the position that was paid`, "opening");
  const earningLeaf = leafIn(nestedIn(PAYOUT, payoutLeaf, 0), opened.earning, `earning of ${what}`, checks);
  checks.same(earningLeaf.place, earningIndex, `${what}: the earning's place`, "opening");
  const earning = decodeEarning(earningLeaf.payload);
  checks.same(earning.group, group.place, `${what}: the earning's group`, "opening");
  checks.same(earning.record, entry.place, `${what}: the earning's record`, "opening");
  checks.same(earningLeaf.sum, part, `${what}: its record's part of the group's pool`, "computed");
  return { position, credits: credits.sum, amount: part };
}

function requireNoPayment({ payout, earning }: OpenedRecord, what: string): void {
  if (payout !== undefined || earning !== undefined)
    throw new Error(`${what}: a payment is opened that its record's points do not lead to`);
}

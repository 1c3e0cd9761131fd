// Checks of what follows from the calls: tallies, nets, owners, earnings, fallbacks and payouts (docs/faults.md, Points, Earning, Balance).
import { NONE } from "../bytes.ts";
import { EARNING, ENTRY, GROUP, INDEX, type Kind, PAYOUT, POINTS, TALLY, TRACE } from "../kinds.ts";
import { decodeIndex } from "../payloads/index.ts";
import { netPoints } from "../points.ts";
import { partOf } from "../split.ts";
import { indexOfVersion } from "./calls.ts";
import type { ChainFacts } from "./chain-facts.ts";
import { earningFields, entryFields, groupFields, payoutFields, pointsFields, tallyFields } from "./fields.ts";
import type { Link } from "./link.ts";
import { openChain, openInput, openLeaf, type OpenedLeaf } from "./openings.ts";
import type { ProofOf } from "./proof.ts";
import { refuse } from "./refusal.ts";

/** A chain that was opened: its links, its first leaf, and the last leaf of the way if none is absent. */
type Chain = { links: readonly Link[]; outer: OpenedLeaf | undefined; end: OpenedLeaf | undefined };

/** Points a and b. */
export function checkMirror(facts: ChainFacts, proof: ProofOf<"proveMirror">): boolean {
  const entry = openWay(facts, [GROUP, TRACE, ENTRY], proof.entry, 0);
  const tally = openWay(facts, [GROUP, POINTS, TALLY], proof.tally, proof.entry.length);
  if (entry.links[0]!.key !== tally.links[0]!.key) refuse("WrongPlace", proof.entry.length);
  return (entry.end !== undefined && lacksTally(entry, tally)) || (tally.end !== undefined && lacksEntry(tally, entry));
}

/** Points c. */
export function checkNet(facts: ChainFacts, proof: ProofOf<"proveNet">): boolean {
  const { end } = openWay(facts, [GROUP, POINTS], proof.points, 0);
  if (end === undefined) return false;
  const { credits, debits } = pointsFields(end.payload);
  return end.sum !== netPoints(credits.sum, debits.sum);
}

/** Earning a. A record that counts as absent is on no list, so it has no points. */
export function checkOwner(facts: ChainFacts, proof: ProofOf<"proveOwner">): boolean {
  const { outer, end } = openWay(facts, [GROUP, POINTS], proof.points, 0);
  if (outer === undefined || end === undefined) return false;
  if (proof.record.key !== BigInt(end.place)) refuse("WrongPlace", proof.points.length);
  const { root, k } = indexOfVersion(facts, groupFields(outer.payload).modelVersion);
  const record = openInput({ root, kind: INDEX, k }, proof.record, end.place, proof.points.length);
  if (!record.isPresent) return true;
  return pointsFields(end.payload).positionId !== facts.earnerOf(decodeIndex(record.payload).contributionId);
}

/** Earning b, c and d. */
export function checkEarning(facts: ChainFacts, proof: ProofOf<"proveEarning">): boolean {
  const points = openWay(facts, [GROUP, POINTS], proof.points, 0);
  const part = points.end === undefined ? 0n : partOfRecord(points.outer!, points.end);
  const isWrongIndex =
    points.end !== undefined && (part === 0n) !== (pointsFields(points.end.payload).earningIndex === NONE);
  if (proof.earning.length === 0) return isWrongIndex;
  const earning = openWay(facts, [PAYOUT, EARNING], proof.earning, proof.points.length);
  return (
    isWrongIndex ||
    (points.end !== undefined && lacksEarning(points, part, earning)) ||
    (earning.end !== undefined && lacksPoints(earning, points))
  );
}

/** Earning e, f and g. */
export function checkFallback(facts: ChainFacts, proof: ProofOf<"proveFallback">): boolean {
  const opened = openLeaf({ root: facts.groups, kind: GROUP }, proof.group, 0);
  const group = opened.what === "leaf" ? opened : undefined;
  const isWrong = group !== undefined && isWrongFallback(group);
  if (proof.earning.length === 0) return isWrong;
  const earning = openWay(facts, [PAYOUT, EARNING], proof.earning, 1);
  return (
    isWrong ||
    (group !== undefined && lacksFallbackEarning(facts, group, earning)) ||
    (earning.end !== undefined && lacksFallback(facts, earning, opened.place, group))
  );
}

/** Balance. */
export function checkBalance(facts: ChainFacts, proof: ProofOf<"proveBalance">): boolean {
  const payout = openLeaf({ root: facts.payouts, kind: PAYOUT }, proof.payout, 0);
  const previous = openInput({ root: facts.previous, kind: PAYOUT }, proof.previous, proof.payout.key, 1);
  const earned = payout.what === "leaf" ? payoutFields(payout.payload).earnings.sum : 0n;
  return proof.payout.sum !== previous.sum + earned;
}

/** Points a: the entry has points, and the tally that it names is absent or says otherwise. */
function lacksTally(entry: Chain, tally: Chain): boolean {
  const { recordIndex, points, tallyIndex } = entryFields(entry.end!.payload);
  if (points === 0n || !leadsTo(tally.links, recordIndex, entry.links[1]!.which, tallyIndex)) return false;
  if (tally.end === undefined) return true;
  const told = tallyFields(tally.end.payload);
  return BigInt(told.call) !== entry.links[1]!.key || told.entry !== entry.end!.place || tally.end.sum !== points;
}

/** Points b: the entry that the tally names is absent or says otherwise. */
function lacksEntry(tally: Chain, entry: Chain): boolean {
  const { call, entry: rank } = tallyFields(tally.end!.payload);
  if (!leadsTo(entry.links, call, tally.links[1]!.which, rank)) return false;
  if (entry.end === undefined) return true;
  const listed = entryFields(entry.end.payload);
  return (
    BigInt(listed.recordIndex) !== tally.links[1]!.key ||
    listed.tallyIndex !== tally.end!.place ||
    listed.points !== tally.end!.sum
  );
}

/** What a record gets of its group's pool: its part by the nets, in the order of the records. */
function partOfRecord(group: OpenedLeaf, points: OpenedLeaf): bigint {
  const nets = groupFields(group.payload).points.sum;
  return nets === 0n ? 0n : partOf(group.sum, points.prefix, points.sum, nets);
}

/** Earning c: the record has a part, and the earning that it names is absent or says otherwise. */
function lacksEarning(points: Chain, part: bigint, earning: Chain): boolean {
  const { positionId, earningIndex } = pointsFields(points.end!.payload);
  if (part === 0n || !leadsToEarning(earning.links, positionId, earningIndex)) return false;
  return deniesPart(earning.end, points.links[0]!.key, points.end!.place, part);
}

/** Earning d: the points leaf that the earning names is absent or says otherwise. */
function lacksPoints(earning: Chain, points: Chain): boolean {
  const { group, record } = earningFields(earning.end!.payload);
  if (record === NONE || BigInt(group) !== points.links[0]!.key) return false;
  if (points.links.length > 1 && BigInt(record) !== points.links[1]!.key) return false;
  if (points.end === undefined) return true;
  const { positionId, earningIndex } = pointsFields(points.end.payload);
  return positionId !== earning.links[0]!.key || earningIndex !== earning.end!.place;
}

/** Earning e. */
function isWrongFallback(group: OpenedLeaf): boolean {
  const { points, fallbackEarningIndex } = groupFields(group.payload);
  return (group.sum !== 0n && points.sum === 0n) === (fallbackEarningIndex === NONE);
}

/** Earning f: the group has a fallback, and the treasury's earning that it names is absent or says otherwise. */
function lacksFallbackEarning(facts: ChainFacts, group: OpenedLeaf, earning: Chain): boolean {
  const { fallbackEarningIndex } = groupFields(group.payload);
  if (fallbackEarningIndex === NONE) return false;
  if (!leadsToEarning(earning.links, facts.treasuryPosition, fallbackEarningIndex)) return false;
  return deniesPart(earning.end, BigInt(group.place), NONE, group.sum);
}

/** Earning g: the group that a fallback's earning names is absent or has not this fallback. */
function lacksFallback(facts: ChainFacts, earning: Chain, place: number, group: OpenedLeaf | undefined): boolean {
  const named = earningFields(earning.end!.payload);
  if (named.record !== NONE || named.group !== place) return false;
  if (group === undefined || earning.links[0]!.key !== facts.treasuryPosition) return true;
  return groupFields(group.payload).fallbackEarningIndex !== earning.end!.place;
}

/** Whether an earning is absent, or not that of this record (or fallback) and amount. */
function deniesPart(earning: OpenedLeaf | undefined, group: bigint, record: number, amount: bigint): boolean {
  if (earning === undefined) return true;
  const named = earningFields(earning.payload);
  return BigInt(named.group) !== group || named.record !== record || earning.sum !== amount;
}

/** Whether a chain in a group goes to this place, as far as it goes. */
function leadsTo(chain: readonly Link[], second: number, which: number, third: number): boolean {
  if (chain.length === 1) return true;
  if (chain[1]!.key !== BigInt(second)) return false;
  return chain.length === 2 || (chain[1]!.which === which && chain[2]!.key === BigInt(third));
}

/** Whether a chain in the payouts goes to this place, as far as it goes. */
function leadsToEarning(chain: readonly Link[], position: bigint, place: number): boolean {
  return chain[0]!.key === position && (chain.length === 1 || chain[1]!.key === BigInt(place));
}

function openWay(facts: ChainFacts, way: readonly Kind[], links: readonly Link[], first: number): Chain {
  const root = way[0] === GROUP ? facts.groups : facts.payouts;
  const opened = openChain({ root, kind: way[0]! }, way, links, first);
  const leaves = opened.map((link) => (link.what === "leaf" ? link : undefined));
  return { links, outer: leaves[0], end: leaves.length === way.length ? leaves.at(-1) : undefined };
}

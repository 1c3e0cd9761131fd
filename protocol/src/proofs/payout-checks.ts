// Checks of what follows from the calls: tallies, nets, owners, earnings, fallbacks and payouts (docs/faults.md, Points, Earning, Balance).
import { NONE } from "../bytes.ts";
import { EARNING, ENTRY, GROUP, INDEX, type Kind, PAYOUT, POINTS, TALLY, TRACE } from "../kinds.ts";
import { decodeIndex } from "../payloads/index.ts";
import { netPoints } from "../points.ts";
import { partOf } from "../split.ts";
import { groupOf, indexOfGroup } from "./calls.ts";
import type { ChainFacts } from "./chain-facts.ts";
import { earningFields, entryFields, groupFields, payoutFields, pointsFields, tallyFields } from "./fields.ts";
import type { Link } from "./link.ts";
import { openChain, openInput, openLeaf, type OpenedLeaf } from "./openings.ts";
import type { ProofOf } from "./proof.ts";
import { refuse } from "./refusal.ts";

/** A chain: its places, outermost first, as far as it goes, its first leaf, and its last leaf if none is absent. */
type Chain = { places: (number | undefined)[]; outer: OpenedLeaf | undefined; end: OpenedLeaf | undefined };

/** Points a and b. */
export function checkMirror(facts: ChainFacts, proof: ProofOf<"proveMirror">): boolean {
  const first = proof.entry.length;
  const entry = openWay(facts, [GROUP, TRACE, ENTRY], proof.entry, 0);
  const tally = openWay(facts, [GROUP, POINTS, TALLY], proof.tally, first);
  if (entry.places[0] !== tally.places[0]) refuse("WrongPlace", first);
  const [, call, place] = entry.places;
  const [, record, tallyPlace] = tally.places;
  if (call === undefined || record === undefined) return false;
  const areBothNested = place !== undefined && tallyPlace !== undefined;
  if (areBothNested && proof.entry[1]!.which !== proof.tally[1]!.which) refuse("WrongPlace", first + 1);
  const listed = entry.end && entryFields(entry.end.payload);
  const told = tally.end && tallyFields(tally.end.payload);
  const namesTally =
    listed !== undefined &&
    listed.points > 0n &&
    listed.recordIndex === record &&
    (tallyPlace === undefined || listed.tallyIndex === tallyPlace);
  const namesEntry = told?.call === call && (place === undefined || told.entry === place);
  const isMirrored = namesTally && namesEntry && listed.points === tally.end?.sum;
  return (namesTally || namesEntry) && !isMirrored;
}

/** Points c. */
export function checkNet(facts: ChainFacts, proof: ProofOf<"proveNet">): boolean {
  const { end } = openWay(facts, [GROUP, POINTS], proof.points, 0);
  if (end === undefined) return false;
  const { credits, debits } = pointsFields(end.payload);
  return end.sum !== netPoints(credits.sum, debits.sum);
}

/** Earning a. */
export function checkOwner(facts: ChainFacts, proof: ProofOf<"proveOwner">): boolean {
  const { places, end } = openWay(facts, [GROUP, POINTS], proof.points, 0);
  if (end === undefined) return false;
  const { root, k, records } = indexOfGroup(facts, places[0]!);
  const record = openInput({ root, kind: INDEX, k }, proof.record, end.place, 2);
  if (!record.isPresent || end.place >= records) return false;
  return pointsFields(end.payload).positionId !== facts.positionOf(decodeIndex(record.payload).contributionId);
}

/** Earning b, c and d. */
export function checkEarning(facts: ChainFacts, proof: ProofOf<"proveEarning">): boolean {
  const points = openWay(facts, [GROUP, POINTS], proof.points, 0);
  if (points.outer === undefined) return false;
  const [group, record] = points.places;
  const leaf = points.end && pointsFields(points.end.payload);
  const nets = groupFields(points.outer.payload).points.sum;
  const { pool } = groupOf(facts, group!);
  const amount = points.end === undefined || nets === 0n ? 0n : partOf(pool, points.end.prefix, points.end.sum, nets);
  if (leaf !== undefined && amount > 0n === (leaf.earningIndex === NONE)) return true;
  if (proof.earning.length === 0) return false;
  const earning = openWay(facts, [PAYOUT, EARNING], proof.earning, proof.points.length);
  const [position, place] = earning.places;
  const isPosition = leaf?.positionId === BigInt(position!);
  const earned = earning.end && earningFields(earning.end.payload);
  const namesRecord = earned?.group === group && earned?.record === record;
  const namesEarning = amount > 0n && isPosition && (place === undefined || leaf?.earningIndex === place);
  if (namesEarning && (!namesRecord || earning.end!.sum !== amount)) return true;
  return namesRecord && !(isPosition && leaf?.earningIndex === place);
}

/** Earning e, f and g. */
export function checkFallback(facts: ChainFacts, proof: ProofOf<"proveFallback">): boolean {
  const group = openLeaf({ root: facts.groups, kind: GROUP }, proof.group, 0);
  if (group.what === "absent") return false;
  const { points, fallbackEarningIndex } = groupFields(group.payload);
  const { pool } = groupOf(facts, group.place);
  const isDue = points.sum === 0n && pool > 0n;
  if (isDue === (fallbackEarningIndex === NONE)) return true;
  if (proof.earning.length === 0) return false;
  const earning = openWay(facts, [PAYOUT, EARNING], proof.earning, 1);
  const [position, place] = earning.places;
  const isTreasury = BigInt(position!) === facts.treasuryPosition;
  const earned = earning.end && earningFields(earning.end.payload);
  const isFallback = earned?.group === group.place && earned.record === NONE;
  const isNamed = isDue && isTreasury && (place === undefined || place === fallbackEarningIndex);
  if (isNamed && (!isFallback || earning.end!.sum !== pool)) return true;
  return isFallback && !(isTreasury && place === fallbackEarningIndex);
}

/** Balance. */
export function checkBalance(facts: ChainFacts, proof: ProofOf<"proveBalance">): boolean {
  const payout = openLeaf({ root: facts.payouts, kind: PAYOUT }, proof.payout, 0);
  const previous = openInput({ root: facts.previous, kind: PAYOUT }, proof.previous, proof.payout.key, 1);
  const before = previous.isPresent ? previous.sum : 0n;
  if (payout.what === "absent") return before !== 0n;
  return payout.sum !== before + payoutFields(payout.payload).earnings.sum;
}

function openWay(facts: ChainFacts, way: readonly Kind[], links: readonly Link[], first: number): Chain {
  const root = way[0] === GROUP ? facts.groups : facts.payouts;
  const opened = openChain({ root, kind: way[0]! }, way, links, first);
  const leaves = opened.map((link) => (link.what === "leaf" ? link : undefined));
  return {
    places: opened.map(({ place }) => place),
    outer: leaves[0],
    end: leaves.length === way.length ? leaves.at(-1) : undefined,
  };
}

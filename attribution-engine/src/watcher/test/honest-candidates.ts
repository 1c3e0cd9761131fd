// Every proof that can be made of an honest proposal's own leaves: none may show a fault.
import { NONE } from "@tributary/protocol/bytes";
import { earningFields, entryFields, groupFields, pointsFields } from "@tributary/protocol/proofs/fields";
import { unusedLink } from "@tributary/protocol/proofs/link";
import type { Proof } from "@tributary/protocol/proofs/proof";
import type { HonestEpoch } from "../honest-epoch.ts";
import { PreimageStore } from "../preimage-store.ts";
import { Search } from "../search.ts";
import { chainTo, standAt, type ShownTree, type Standing } from "../shown-tree.ts";
import {
  chainOf,
  isLeaf,
  treeUnder,
  type Way,
  wayToCall,
  wayToEarning,
  wayToEntry,
  wayToGroup,
  wayToPayout,
  wayToRecord,
  wayToTally,
} from "../ways.ts";

const SIDES = [0, 1] as const;

/** Proofs over honest leaves, of every name but those of nodes that are malformed. */
export function* honestCandidates(honest: HonestEpoch): Generator<Proof> {
  const { groupsTree, payoutsTree } = honest.epoch;
  const roots = { epoch: honest.inputs.epoch, proposal: 0, groups: groupsTree.root, payouts: payoutsTree.root };
  const search = new Search(honest, roots, new PreimageStore());
  for (let g = 0; g <= honest.inputs.groups.length; g++) {
    const group = wayToGroup(search, g);
    yield { name: "proveGroup", group: group.standing.link };
    yield { name: "proveMisplaced", inPayouts: false, leaf: chainOf(group) };
    yield { name: "proveMalformed", inPayouts: false, node: chainOf(group) };
    if (!isLeaf(group)) continue;
    yield* fallbacks(search, group);
    for (let call = 0; call < honest.epoch.groups[g]!.mapped.calls; call++) yield* ofCall(search, g, call);
    for (let record = 0; record < honest.inputs.groups[g]!.index.count; record++) yield* ofRecord(search, g, record);
  }
  for (const position of [0, ...honest.epoch.payouts.positions]) yield* ofPayout(search, position);
}

function* fallbacks(search: Search, group: Way): Generator<Proof> {
  const link = group.standing.link;
  yield { name: "proveFallback", group: link, earning: [] };
  if (group.standing.what !== "leaf") return;
  const { fallbackEarningIndex } = groupFields(group.standing.payload);
  const treasury = Number(search.facts.treasuryPosition);
  const index = fallbackEarningIndex === NONE ? 0 : fallbackEarningIndex;
  yield { name: "proveFallback", group: link, earning: chainOf(wayToEarning(search, treasury, index)) };
}

function* ofCall(search: Search, g: number, call: number): Generator<Proof> {
  const way = wayToCall(search, g, call);
  const { settlementId: settlement, place, receipts, sketches } = search.honest.callAt(g, call)!;
  const sketch = standAt(sketches, place).link;
  yield { name: "proveReceipt", settlement, call: chainOf(way), receipt: standAt(receipts, place).link };
  yield { name: "proveSketchHash", settlement, call: chainOf(way), sketch };
  yield { name: "proveMisplaced", inPayouts: false, leaf: chainOf(way) };
  if (!isLeaf(way)) return;
  const { count } = search.honest.inputs.groups[g]!.index;
  const index = search.honest.indexOf(g);
  for (const which of SIDES) {
    const shown = treeUnder(search, way, which, (known) => known.listOf(g, call, which));
    const chain = chainOf(way, which);
    let before = unusedLink();
    for (let e = 0; e === 0 || before.payload.length > 0; e++) {
      const entry = standAt(shown, e);
      yield* ofPair(search, shown, e, entry);
      yield { name: "provePoints", call: chain, entry: entry.link };
      for (let record = 0; record < count; record++) {
        const named = { settlement, call: chain, entry: entry.link, sketch, record: standAt(index, record).link };
        yield { name: "proveInfluence", ...named };
        yield { name: "proveOmission", ...named, before };
      }
      if (entry.what === "leaf") {
        const { recordIndex, tallyIndex } = entryFields(entry.payload);
        const tally = wayToTally(search, g, recordIndex, which, tallyIndex === NONE ? 0 : tallyIndex);
        yield { name: "proveMirror", entry: chainTo(shown, entry), tally: chainOf(tally) };
        yield {
          name: "proveMirror",
          entry: chainTo(shown, entry),
          tally: chainOf(wayToTally(search, g, recordIndex, which, 0)),
        };
      }
      before = entry.link;
    }
  }
}

function* ofRecord(search: Search, g: number, record: number): Generator<Proof> {
  const way = wayToRecord(search, g, record);
  const points = chainOf(way);
  yield { name: "proveNet", points };
  yield { name: "proveOwner", points, record: standAt(search.honest.indexOf(g), record).link };
  yield { name: "proveEarning", points, earning: [] };
  yield { name: "proveMisplaced", inPayouts: false, leaf: points };
  if (!isLeaf(way)) return;
  const { positionId, earningIndex } = pointsFields(way.standing.payload);
  for (const index of [earningIndex, 0, 1])
    yield { name: "proveEarning", points, earning: chainOf(wayToEarning(search, Number(positionId), index)) };
  for (const which of SIDES) {
    const tallies = treeUnder(search, way, which, (known) => known.talliesOf(g, record, which));
    for (let t = 0; t < 3; t++) {
      const tally = standAt(tallies, t);
      yield* ofPair(search, tallies, t, tally);
      const entry = wayToEntry(search, g, 0, which, t);
      yield { name: "proveMirror", entry: chainOf(entry), tally: chainTo(tallies, tally) };
    }
  }
}

function* ofPayout(search: Search, position: number): Generator<Proof> {
  const way = wayToPayout(search, position);
  const previous = standAt(search.honest.previous, position).link;
  yield { name: "proveBalance", payout: way.standing.link, previous };
  yield { name: "proveMisplaced", inPayouts: true, leaf: chainOf(way) };
  if (!isLeaf(way)) return;
  const earnings = treeUnder(search, way, 0, (known) => known.earningsOf(position));
  for (let i = 0; i < 4; i++) {
    const earning = standAt(earnings, i);
    yield* ofPair(search, earnings, i, earning);
    const chain = chainTo(earnings, earning);
    if (earning.what !== "leaf") continue;
    const { group, record } = earningFields(earning.payload);
    yield { name: "proveFallback", group: wayToGroup(search, group).standing.link, earning: chain };
    for (const r of [record === NONE ? 0 : record, 0])
      yield { name: "proveEarning", points: chainOf(wayToRecord(search, group, r)), earning: chain };
  }
}

/** Order, gaps and bounds of a leaf and the next one. */
function* ofPair(search: Search, shown: ShownTree, place: number, standing: Standing): Generator<Proof> {
  const inPayouts = search.isInPayouts(shown);
  const chain = chainTo(shown, standing);
  const next = standAt(shown, place + 1).link;
  yield { name: "proveMisplaced", inPayouts, leaf: chain };
  yield { name: "proveUnordered", inPayouts, first: chain, second: next };
  yield { name: "proveGap", inPayouts, missing: chain, present: next };
  yield { name: "proveMalformed", inPayouts, node: chain };
}

// Tests that the engine's batch encoders write what the protocol's codecs write, leaf by leaf.
import { NONE } from "@tributary/protocol/bytes";
import { ENTRY, RECEIPT, SKETCH, TALLY } from "@tributary/protocol/kinds";
import { decodeEarning, encodeEarning } from "@tributary/protocol/payloads/earning";
import { encodeEntry } from "@tributary/protocol/payloads/entry";
import { decodePoints } from "@tributary/protocol/payloads/points";
import { encodeReceipt } from "@tributary/protocol/payloads/receipt";
import { encodeSketch } from "@tributary/protocol/payloads/sketch";
import { encodeTally } from "@tributary/protocol/payloads/tally";
import { decodeTrace } from "@tributary/protocol/payloads/trace";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { receiptHash } from "@tributary/protocol/typed-data/receipt";
import { expect } from "chai";
import { earningForest } from "./earning-forest.ts";
import { entryForest } from "./entry-forest.ts";
import { attributeEpoch } from "./epoch.ts";
import { treeOf, type LeafForest } from "../trees/leaf-forest.ts";
import { receiptAt } from "./receipt-table.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "./settlement-trees.ts";
import { tallyForest } from "./tally-forest.ts";
import { u128At } from "../trees/u128-words.ts";
import { engineInputs } from "./test/engine-inputs.ts";
import { randomEpoch } from "./test/random-epoch.ts";

const SEEDS = [3, 4, 5, 8, 13];

/** Every leaf of a forest with what `encode` makes of it; checks the trees too. */
function expectForest(forest: LeafForest, encode: (leaf: number, place: number) => Uint8Array): void {
  for (let tree = 0; tree < forest.trees; tree++) {
    const built = treeOf(forest, tree);
    const leaves = Array.from({ length: forest.size(tree) }, (_, place) => {
      const leaf = forest.start(tree) + place;
      const payload = encode(leaf, place);
      expect(built.payload(place)).to.deep.equal(payload);
      return { sum: forest.sum(leaf), payload };
    });
    expect(built.root).to.deep.equal(sumTreeOf(forest.depth, leaves).root);
  }
}

describe("batch encoders", () => {
  it("write entries, tallies and earnings as the protocol does", async () => {
    for (const seed of SEEDS) {
      const { groups, earnings, payouts } = await attributeEpoch(engineInputs(randomEpoch(seed)));
      for (const { mapped, shuffled } of groups) {
        const { lists, points } = mapped;
        expectForest(entryForest(mapped, shuffled.tallyIndices), (entry) =>
          encodeEntry({
            recordIndex: lists.recordIndex[entry]!,
            s: lists.s[entry]!,
            points: u128At(points, entry),
            tallyIndex: shuffled.tallyIndices[entry]!,
          }),
        );
        for (const tallies of [shuffled.credits, shuffled.debits]) {
          expectForest(tallyForest(mapped, tallies), (place) => {
            const entry = tallies.entries[place]!;
            return encodeTally({ call: Math.floor(entry / (2 * lists.topK)), entry: entry % lists.topK });
          });
        }
      }
      expectForest(earningForest(earnings, payouts), (earning) =>
        encodeEarning({ group: earnings.groups[earning]!, record: earnings.records[earning]! }),
      );
    }
  });

  it("write receipts and sketches as the protocol does", () => {
    for (const seed of SEEDS) {
      for (const { settlements, method } of engineInputs(randomEpoch(seed)).groups) {
        for (const { receipts, sketches } of settlements) {
          const hashes = hashReceipts(receipts);
          const rows = Array.from({ length: receipts.count }, (_, i) => receiptAt(receipts, i));
          expect(Buffer.from(hashes).toString("hex")).to.equal(rows.map((row) => receiptHash(row).slice(2)).join(""));
          const receiptLeaves = rows.map((row) => ({ sum: row.amount, payload: encodeReceipt(row) }));
          expect(buildReceiptsTree(receipts).root).to.deep.equal(sumTreeOf(RECEIPT.depth, receiptLeaves).root);
          const { k } = method;
          const sketchLeaves = rows.map((_, i) => {
            const sketch = sketches.slice(k * i, k * (i + 1));
            return { sum: 1n, payload: encodeSketch({ receiptHash: hashes.slice(32 * i, 32 * i + 32), sketch }) };
          });
          expect(buildSketchesTree(hashes, sketches, k).root).to.deep.equal(sumTreeOf(SKETCH.depth, sketchLeaves).root);
        }
      }
    }
  });

  it("write pointers whose mirrors point back", async () => {
    for (const seed of SEEDS) {
      const { groups, earnings, payouts } = await attributeEpoch(engineInputs(randomEpoch(seed)));
      for (const [g, { mapped, shuffled, points, trace, reduced }] of groups.entries()) {
        for (let call = 0; call < mapped.calls; call++) {
          const leaf = decodeTrace(trace.payload(call)!);
          const roots = [0, 1].map((side) => treeOf(entryForest(mapped, shuffled.tallyIndices), 2 * call + side).root);
          expect([leaf.helpful, leaf.harmful]).to.deep.equal(roots);
          expect(leaf.helpful.depth).to.equal(ENTRY.depth);
        }
        for (const record of reduced.positions.keys()) {
          const payload = points.payload(record);
          if (payload === undefined) continue;
          const leaf = decodePoints(payload);
          expect(leaf.credits).to.deep.equal(treeOf(tallyForest(mapped, shuffled.credits), record).root);
          expect(leaf.credits.depth).to.equal(TALLY.depth);
          if (leaf.earningIndex === NONE) continue;
          const row = payouts.positions.indexOf(Number(leaf.positionId));
          const earning = decodeEarning(treeOf(earningForest(earnings, payouts), row).payload(leaf.earningIndex)!);
          expect(earning).to.deep.equal({ group: g, record });
        }
      }
    }
  });
});

// Flawed trees against what is said of their flaws: which places count as absent, and what is stated for each.
import { expect } from "chai";
import { RECEIPT } from "@tributary/protocol/kinds";
import { openInput, type OpenedInput } from "@tributary/protocol/proofs/openings";
import { buildReceiptsTree } from "../attribution/settlement-trees.ts";
import { inputTree } from "../watcher/honest-epoch.ts";
import { smallInputs } from "../watcher/test/small-epoch.ts";
import { standAt } from "../watcher/shown-tree.ts";
import { commitFlawed, countsAsAbsent, type Flaws, statedReceipts } from "./input-flaws.ts";

const HOWS = ["bytes", "sums", "hash", "stated"] as const;
const NAME = "receipts 1";

/** Receipts of a small epoch, at least five, as their tree states them. */
function someReceipts() {
  for (let seed = 0; ; seed++) {
    for (const { settlements } of smallInputs(seed).groups) {
      const found = settlements.find(({ receipts }) => receipts.count >= 5);
      if (found === undefined) continue;
      const { count } = found.receipts;
      const tree = buildReceiptsTree(found.receipts);
      return { tree, amounts: Array.from({ length: count }, (_, place) => tree.node(RECEIPT.depth, place).sum) };
    }
  }
}

function readBack(flaws: Flaws): { root: bigint; opened: OpenedInput[] } {
  const { tree, amounts } = someReceipts();
  const shown = inputTree({ kind: RECEIPT }, commitFlawed(RECEIPT, tree, amounts.length, flaws, NAME));
  const opened = amounts.map((_, place) => openInput(shown.tree, standAt(shown, place).link, place, 0));
  return { root: shown.tree.root.sum, opened };
}

describe("flaws of inputs", () => {
  for (const how of HOWS)
    for (const height of [1, 2, 3, RECEIPT.depth])
      for (const index of height > 2 ? [0] : [0, 1])
        it(`malform a node ${height} above the leaves, number ${index}: ${how}`, () => {
          const { amounts } = someReceipts();
          const leaves = new Map([
            [1, "malformed"],
            [3, "absent"],
          ] as const);
          const flaws: Flaws = new Map([[NAME, { leaves, node: { height, index, how, added: 7n } }]]);
          const { amounts: stated, lost } = statedReceipts(flaws, NAME, amounts);
          const { root, opened } = readBack(flaws);
          const first = index * 2 ** height;
          expect(lost?.place).to.equal(first);
          let before = 0n;
          for (const [place, { isPresent, sum, prefix }] of opened.entries()) {
            if (place === first) before += lost!.amount;
            expect(isPresent, `place ${place}`).to.equal(!countsAsAbsent(flaws, NAME, place));
            expect(sum, `sum at ${place}`).to.equal(stated[place]);
            if (isPresent) expect(prefix, `prefix at ${place}`).to.equal(before);
            before += stated[place]!;
          }
          expect(root).to.equal(before);
          expect(
            opened.slice(first, first + 2 ** height).every(({ isPresent, sum }) => !isPresent && sum === 0n),
          ).to.equal(true);
        });

  it("leave a tree without them as it is", () => {
    const { tree, amounts } = someReceipts();
    expect(commitFlawed(RECEIPT, tree, amounts.length, new Map(), NAME)).to.equal(tree);
    expect(statedReceipts(new Map(), NAME, amounts)).to.deep.equal({ amounts, lost: undefined });
    expect(readBack(new Map()).opened.every(({ isPresent }) => isPresent)).to.equal(true);
  });

  it("state nothing where no leaf is left under the node", () => {
    const { amounts } = someReceipts();
    const leaves = new Map([
      [0, "absent"],
      [1, "absent"],
    ] as const);
    const flaws: Flaws = new Map([[NAME, { leaves, node: { height: 1, index: 0, how: "stated", added: 7n } }]]);
    expect(statedReceipts(flaws, NAME, amounts).lost).to.equal(undefined);
    const { root, opened } = readBack(flaws);
    expect(root).to.equal(amounts.slice(2).reduce((sum, amount) => sum + amount, 0n));
    expect(opened.slice(0, 2).map(({ isPresent, sum }) => [isPresent, sum])).to.deep.equal([
      [false, 0n],
      [false, 0n],
    ]);
  });
});

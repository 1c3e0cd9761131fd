// Tests of what is demanded of inputs that nobody publishes: nodes, not places, and for no more than one input may cost.
import { INDEX } from "@tributary/protocol/kinds";
import { innerPreimage, type Root } from "@tributary/protocol/node";
import { expect } from "chai";
import { type Address, numberToHex } from "viem";
import { drawIndex } from "../watcher/test/drawn-index.ts";
import { type PreimageSource, PreimageStore } from "../watcher/preimage-store.ts";
import { BundleShelf } from "./bundle-shelf.ts";
import type { CommittedInput } from "./committed-trees.ts";
import type { MadeDemand } from "./demand-book.ts";
import { InputDemands, MOST_INPUT_DEMANDS } from "./input-demands.ts";
import { LogBook } from "./log-book.ts";
import { Report } from "./report.ts";
import { ledgerAt } from "./test/ledger-at.ts";
import { scriptedNode } from "./test/scripted-node.ts";

const [CONTRACT, WATCHER, OTHER] = [1, 2, 3].map((n) => numberToHex(n, { size: 20 })) as [Address, Address, Address];
const DEPOSIT = 50n;
const NOW = 100_000;
const terms = { roundSeconds: 600, deposit: DEPOSIT };
const nothing = new PreimageStore();

function inputOf(root: Root, count: number): CommittedInput {
  return { commitment: { kind: INDEX, id: 1n, sub: 0 }, root, count, k: 4 };
}

/** Somebody's demand of a node that nothing is under. */
function made(id: number, demander: Address, deposit: bigint, status: MadeDemand["status"]): MadeDemand {
  const demand = { commitment: inputOf({ hash: new Uint8Array(32), sum: 0n, depth: 32 }, 0).commitment, path: [] };
  const key = numberToHex(id, { size: 32 });
  const node = { hash: new Uint8Array(32), sum: 0n };
  const place = { ...demand, level: 32, index: BigInt(1_000_000 + id) };
  return { id: BigInt(id), demander, demand: place, key, node, deposit, deadline: NOW, status, answer: undefined };
}

/** The demands that are made now of an input. */
function wanted(
  root: Root,
  count: number,
  source: PreimageSource,
  before: MadeDemand[] = [],
  most = MOST_INPUT_DEMANDS,
) {
  const reader = scriptedNode({});
  const data = {
    reader,
    contracts: ledgerAt(CONTRACT),
    logs: new LogBook(reader, [CONTRACT], 0n),
    shelf: new BundleShelf([], "/nowhere"),
    keptPayouts: () => undefined,
  };
  const lines: string[] = [];
  const demands = new InputDemands(data, new Report((line) => lines.push(line)), WATCHER, 0, most);
  const input = inputOf(root, count);
  const known = { input, tree: { root, source }, table: undefined, problem: "" };
  const live = { input, since: 0, until: 2 * NOW };
  const duties = demands.dutiesFor(live, known, before, { number: 1n, timestamp: NOW }, terms);
  return { says: duties.map(({ says }) => says), lines };
}

describe("demands of inputs", () => {
  const root: Root = { hash: new Uint8Array(32).fill(7), sum: 2n ** 32n - 1n, depth: INDEX.depth };

  it("are one of the root where nothing was shown, however many leaves there ought to be", () => {
    const before = performance.now();
    const { says } = wanted(root, 2 ** 32 - 1, nothing);
    expect(says).to.deep.equal(["demand level 0, index 0 of index 1/0"]);
    expect(performance.now() - before).to.be.lessThan(1_000);
  });

  it("are those of leaves that ought to be there, four at once, once the nodes above were shown", async () => {
    const { tree, facts } = await drawIndex(5);
    const inner = new PreimageStore();
    for (let level = 0; level < INDEX.depth; level++)
      for (let index = 0; index < facts.records && index < 2 ** level; index++)
        if (tree.node(level, index).sum > 0n)
          inner.add(innerPreimage(tree.node(level + 1, 2 * index), tree.node(level + 1, 2 * index + 1)));
    const { says } = wanted(tree.root, facts.records, inner);
    expect(says).to.deep.equal([0, 1, 2, 3].map((place) => `demand level 32, index ${place} of index 1/0`));
    expect(wanted(tree.root, 2, inner).says).to.have.length(2);
  });

  it("end where an input has cost sixteen deposits, by whomever they were doubled, and this is said", () => {
    const paid = (count: number, from: Address, deposit = DEPOSIT, status: MadeDemand["status"] = "answered") =>
      Array.from({ length: count }, (_, n) => made(n + 1, from, deposit, status));
    expect(wanted(root, 9, nothing, paid(15, WATCHER)).says).to.have.length(1);
    const spent = wanted(root, 9, nothing, paid(16, WATCHER));
    expect(spent.says).to.deep.equal([]);
    expect(spent.lines.join()).to.include("is not spent on demanding it");
    // Deposits that came back cost nothing, and others' demands cost only by their doubling.
    expect(wanted(root, 9, nothing, paid(15, WATCHER, DEPOSIT, "refunded")).says).to.have.length(1);
    expect(wanted(root, 9, nothing, paid(64, OTHER)).says).to.have.length(1);
    expect(wanted(root, 9, nothing, paid(80, OTHER)).says).to.deep.equal([]);
    expect(wanted(root, 9, nothing, paid(80, OTHER), 32).says).to.have.length(1);
  });
});

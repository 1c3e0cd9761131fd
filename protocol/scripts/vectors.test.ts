// Tests that the committed vectors are what the code computes, and checks them by other means where there are any.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { bytesToHex, hexToBytes } from "../src/bytes.ts";
import { verifyLeaf, verifyNode } from "../src/opening.ts";
import { referenceNode } from "../src/testing/reference-tree.ts";
import { allVectors, VECTORS_DIRECTORY } from "./vectors/all.ts";
import { squares } from "./vectors/trees.ts";

type NodeJson = { hash: string; sum: string };
type TreeInput = { depth: number; leaves?: { key: number; sum: string; payload: string }[]; count?: number };
type OpeningInput = {
  root: NodeJson & { depth: number };
  level: number;
  index: number;
  leaf?: { sum: string; payload: string };
  node?: NodeJson;
  opening: string;
};
type CommittedCase = { name: string; input: unknown; output: unknown };

function committed(name: string): { about: string; cases: CommittedCase[] } {
  return JSON.parse(readFileSync(new URL(`${name}.json`, VECTORS_DIRECTORY), "utf8")) as {
    about: string;
    cases: CommittedCase[];
  };
}

describe("docs/vectors", () => {
  const computed = allVectors();
  for (const [name, file] of Object.entries(computed)) {
    it(`${name}.json is what the code computes (else run \`npm run vectors\`)`, () => {
      expect(committed(name)).to.deep.equal(file);
    });
  }

  it("trees.json agrees with the reference tree", () => {
    for (const { name, input, output } of committed("trees").cases.filter((item) => item.name.startsWith("tree"))) {
      const { depth, leaves, count } = input as TreeInput;
      const nodes =
        leaves?.map(({ key, sum, payload }) => ({ key, sum: BigInt(sum), payload: hexToBytes(payload) })) ??
        squares(count!);
      const { hash, sum } = referenceNode(nodes, depth);
      expect(output, name).to.deep.equal({ root: { hash: bytesToHex(hash), sum: sum.toString() } });
    }
  });

  it("trees.json has openings that hold exactly where they say so", () => {
    for (const { name, input, output } of committed("trees").cases.filter((item) => item.name.startsWith("opening"))) {
      const { root, level, index, leaf, node, opening } = input as OpeningInput;
      const parsed = { hash: hexToBytes(root.hash), sum: BigInt(root.sum), depth: root.depth };
      const bytes = hexToBytes(opening);
      const verdict =
        leaf !== undefined
          ? verifyLeaf(parsed, index, BigInt(leaf.sum), hexToBytes(leaf.payload), bytes)
          : verifyNode(parsed, level, index, { hash: hexToBytes(node!.hash), sum: BigInt(node!.sum) }, bytes);
      const { valid, prefix } = output as { valid: boolean; prefix?: string };
      expect(verdict.valid, name).to.equal(valid);
      expect(valid, name).to.equal(!name.includes("invalid:"));
      if (verdict.valid) expect(verdict.prefix.toString(), name).to.equal(prefix);
    }
  });

  it("epoch.json pays out exactly what came in", () => {
    for (const { output } of committed("epoch").cases) {
      const { groups, payouts, groupsRoot, payoutsRoot } = output as {
        groups: { pool: string; calls: { amount: string; helpful: { points: string }[] }[] }[];
        payouts: { previous: string }[];
        groupsRoot: NodeJson;
        payoutsRoot: NodeJson;
      };
      const pools = groups.reduce((sum, { pool }) => sum + BigInt(pool), 0n);
      const previous = payouts.reduce((sum, payout) => sum + BigInt(payout.previous), 0n);
      expect(groupsRoot.sum).to.equal(pools.toString());
      expect(payoutsRoot.sum).to.equal((previous + pools).toString());
      for (const { amount, helpful } of groups.flatMap(({ calls }) => calls)) {
        const points = helpful.reduce((sum, entry) => sum + BigInt(entry.points), 0n);
        expect(points).to.equal(helpful.length === 0 ? 0n : BigInt(amount));
      }
    }
  });
});

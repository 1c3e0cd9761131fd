// Vectors of demands and their answers (docs/formats.md §9).
import { answerInner, answerLeaf, type Demand, encodeDemand } from "../../src/demand.ts";
import { CONTENT, GROUP, INDEX, PAYOUT, RECEIPT, SKETCH } from "../../src/kinds.ts";
import { sumTreeOf } from "../../src/sum-tree.ts";
import { squares } from "./trees.ts";
import { type VectorCase, type VectorFile, vectorJson } from "./vector.ts";

function demandCase(name: string, demand: Demand): VectorCase {
  const { commitment, ...rest } = demand;
  return {
    name: `demand, ${name}`,
    input: vectorJson({ ...rest, commitment: { ...commitment, kind: commitment.kind.tag } }),
    output: vectorJson({ bytes: encodeDemand(demand) }),
  };
}

export function demandVectors(): VectorFile {
  const depth = 24;
  const leaves = squares(40);
  const tree = sumTreeOf(depth, leaves);
  const innerCase = (name: string, level: number, index: number): VectorCase => ({
    name: `answer, ${name}`,
    input: { depth, rule: "squares", count: leaves.length, level, index, node: vectorJson(tree.node(level, index)) },
    output: vectorJson({ answer: answerInner(tree, level, index) }),
  });
  const { sum, payload } = leaves[39]!;
  return {
    about:
      'Demands: a commitment (its kind by tag), a path and a node to the bytes commitment ‖ path ‖ node. Answers: the node demanded in the tree of `count` leaves of the rule "squares" (see trees.json) to the bytes of the answer.',
    cases: [
      demandCase("root of an index", { commitment: { kind: INDEX, id: 12n, sub: 0 }, path: [], level: 0, index: 0n }),
      demandCase("leaf of receipts", {
        commitment: { kind: RECEIPT, id: 3n, sub: 0 },
        path: [],
        level: 24,
        index: 17n,
      }),
      demandCase("root of the second sketch commit of a settlement", {
        commitment: { kind: SKETCH, id: 3n, sub: 1 },
        path: [],
        level: 0,
        index: 0n,
      }),
      demandCase("inner node of sketches", {
        commitment: { kind: SKETCH, id: 3n, sub: 0 },
        path: [],
        level: 10,
        index: 1023n,
      }),
      demandCase("leaf of a contribution", {
        commitment: { kind: CONTENT, id: 2n ** 64n - 1n, sub: 0 },
        path: [],
        level: 24,
        index: 0n,
      }),
      demandCase("harmful entries of a call", {
        commitment: { kind: GROUP, id: 4n, sub: 1 },
        path: [
          { leaf: 2n, which: 0 },
          { leaf: 1_000_000n, which: 1 },
        ],
        level: 8,
        index: 31n,
      }),
      demandCase("debits of a record", {
        commitment: { kind: GROUP, id: 4n, sub: 0 },
        path: [
          { leaf: 2n ** 16n - 1n, which: 1 },
          { leaf: 2n ** 32n - 1n, which: 1 },
        ],
        level: 28,
        index: 2n ** 28n - 1n,
      }),
      demandCase("earnings of a position", {
        commitment: { kind: PAYOUT, id: 4n, sub: 2 ** 32 - 1 },
        path: [{ leaf: 7n, which: 0 }],
        level: 5,
        index: 0n,
      }),
      innerCase("the root: a chain of single nodes", 0, 0),
      innerCase("the last five inner levels", 19, 0),
      innerCase("an incomplete subtree", 19, 1),
      innerCase("the lowest inner level", 23, 19),
      innerCase("across the lower end", 21, 4),
      {
        name: "answer, a leaf",
        input: {
          depth,
          rule: "squares",
          count: leaves.length,
          level: depth,
          index: 39,
          node: vectorJson(tree.node(depth, 39)),
        },
        output: vectorJson({ answer: answerLeaf(39, sum, payload) }),
      },
    ],
  };
}

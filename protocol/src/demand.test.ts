// Tests of demands and answers.
import { expect } from "chai";
import fc from "fast-check";
import { concatBytes } from "./bytes.ts";
import {
  answerInner,
  answerLeaf,
  decodeDemand,
  encodeDemand,
  kindAt,
  readInnerAnswer,
  readLeafAnswer,
  type Step,
} from "./demand.ts";
import { keccak256 } from "./keccak.ts";
import { CONTENT, ENTRY, GROUP, INDEX, type Kind, MOST_PAYLOAD, PAYOUT, RECEIPT, SKETCH } from "./kinds.ts";
import { isAbsent, leafPreimage } from "./node.ts";
import { sumTreeOf } from "./sum-tree.ts";
import { leavesOf, u32, uintOf } from "./testing/arbitraries.ts";

const DEPTH = 12;

describe("demands", () => {
  /** Kinds with the depths that the leaves of a path are drawn from, and the depth of the tree that it ends in. */
  const PATHS: [kind: Kind, which: (0 | 1)[], depths: number[], depth: number][] = [
    [CONTENT, [], [], 24],
    [INDEX, [], [], 32],
    [RECEIPT, [], [], 24],
    [SKETCH, [], [], 24],
    [GROUP, [], [], 16],
    [GROUP, [0], [16], 28],
    [GROUP, [1], [16], 32],
    [GROUP, [0, 0], [16, 28], 8],
    [GROUP, [0, 1], [16, 28], 8],
    [GROUP, [1, 0], [16, 32], 28],
    [GROUP, [1, 1], [16, 32], 28],
    [PAYOUT, [], [], 28],
    [PAYOUT, [0], [28], 32],
  ];
  const demands = fc.constantFrom(...PATHS).chain(([kind, which, depths, depth]) =>
    fc.nat(depth).chain((level) =>
      fc.record({
        commitment: fc.record({
          kind: fc.constant(kind),
          id: uintOf(64),
          sub: kind === CONTENT || kind === RECEIPT ? fc.constant(0) : u32,
        }),
        path: fc
          .tuple(...depths.map(uintOf))
          .map((leaves) => leaves.map((leaf, i): Step => ({ leaf, which: which[i]! }))),
        level: fc.constant(level),
        index: uintOf(level),
      }),
    ),
  );

  it("round trip", () => {
    fc.assert(
      fc.property(demands, (demand) => {
        expect(decodeDemand(encodeDemand(demand))).to.deep.equal(demand);
      }),
    );
  });

  it("end in the tree that their steps lead to", () => {
    for (const [kind, which, , depth] of PATHS) {
      const path = which.map((number): Step => ({ leaf: 0n, which: number }));
      expect(kindAt(kind, path).depth).to.equal(depth);
    }
  });

  it("are read strictly", () => {
    const bytes = encodeDemand({
      commitment: { kind: GROUP, id: 1n, sub: 0 },
      path: [{ leaf: 2n, which: 1 }],
      level: 3,
      index: 4n,
    });
    const changed = (at: number, value: number) => Uint8Array.from(bytes, (byte, i) => (i === at ? value : byte));
    expect(() => decodeDemand(changed(0, ENTRY.tag))).to.throw("kind: 5 is not published");
    expect(() => decodeDemand(changed(13, 2))).to.throw("with 2 steps");
    expect(() => decodeDemand(changed(22, 2))).to.throw("which: 2");
    expect(() => decodeDemand(changed(15, 1))).to.throw("leaf: 281474976710658 is no place of kind group");
    expect(() => decodeDemand(changed(23, 33))).to.throw("level: 33 of kind points");
    expect(() => decodeDemand(changed(23, 2))).to.throw("index: 4 at level 2");
    expect(() => decodeDemand(bytes.slice(0, 5))).to.throw("5 bytes");
    expect(() => decodeDemand(concatBytes(bytes, Uint8Array.of(0)))).to.throw("33 bytes");
  });
});

describe("demands of what is nowhere", () => {
  const refused: [reason: string, kind: Kind, sub: number, path: Step[]][] = [
    ["sub: 1 where there is one commit of kind receipt", RECEIPT, 1, []],
    ["sub: 7 where there is one commit of kind content", CONTENT, 7, []],
    ["kind payout has no nested root 1", PAYOUT, 0, [{ leaf: 1n, which: 1 }]],
    ["kind sketch has no nested root 0", SKETCH, 0, [{ leaf: 1n, which: 0 }]],
    ["leaf: 65536 is no place of kind group", GROUP, 0, [{ leaf: 65_536n, which: 0 }]],
  ];
  for (const [reason, kind, sub, path] of refused) {
    it(`are refused: ${reason}`, () => {
      expect(() => encodeDemand({ commitment: { kind, id: 1n, sub }, path, level: 0, index: 0n })).to.throw(reason);
    });
  }
});

describe("answers", () => {
  it("reveal the nodes of five levels, or down to the leaves", () => {
    fc.assert(
      fc.property(leavesOf(DEPTH, 30), fc.nat(DEPTH - 1), fc.nat(), (leaves, level, pick) => {
        fc.pre(leaves.length > 0);
        const tree = sumTreeOf(DEPTH, leaves);
        const index = Math.floor(leaves[pick % leaves.length]!.key / 2 ** (DEPTH - level));
        const demanded = { level, index, node: tree.node(level, index) };
        const answer = answerInner(tree, level, index);
        const read = readInnerAnswer(demanded, DEPTH, answer);
        if ("reason" in read) throw new Error(read.reason);
        const last = Math.min(level + 5, DEPTH);
        const expected = [];
        for (let l = level + 1; l <= last; l++) {
          for (let i = index * 2 ** (l - level); i < (index + 1) * 2 ** (l - level); i++) {
            const node = tree.node(l, i);
            if (!isAbsent(node)) expected.push({ level: l, index: i, node });
          }
        }
        expect(read.nodes).to.deep.equal(expected);
        expect(answer[0]! <= 31).to.equal(true);
        const tampered = answer.slice();
        tampered[pick % answer.length]! ^= 1 + (pick % 255);
        expect(readInnerAnswer(demanded, DEPTH, tampered)).to.have.property("reason");
        expect(readInnerAnswer(demanded, DEPTH, answer.slice(0, -1))).to.have.property("reason");
        expect(readInnerAnswer(demanded, DEPTH, concatBytes(answer, Uint8Array.of(0)))).to.have.property("reason");
      }),
      { numRuns: 60 },
    );
  });

  it("reveal a leaf with its payload", () => {
    const payload = Uint8Array.of(1, 2, 3);
    const tree = sumTreeOf(DEPTH, [{ key: 7, sum: 9n, payload }]);
    const answer = answerLeaf(7, 9n, payload);
    expect(readLeafAnswer(tree.node(DEPTH, 7), answer)).to.deep.include({ payload });
    for (let at = 0; at < answer.length; at++) {
      const tampered = answer.slice();
      tampered[at]! ^= 0x80;
      expect(readLeafAnswer(tree.node(DEPTH, 7), tampered)).to.have.property("reason");
    }
    expect(readLeafAnswer(tree.node(DEPTH, 7), answer.slice(0, 20))).to.have.property("reason");
  });

  it("reveal a payload as long as the longest kind's, and none that is longer", () => {
    expect(MOST_PAYLOAD).to.equal(4190);
    const longest = new Uint8Array(MOST_PAYLOAD);
    const node = sumTreeOf(DEPTH, [{ key: 7, sum: 9n, payload: longest }]).node(DEPTH, 7);
    expect(readLeafAnswer(node, answerLeaf(7, 9n, longest))).to.deep.include({ payload: longest });
    const longer = new Uint8Array(MOST_PAYLOAD + 1);
    expect(() => answerLeaf(7, 9n, longer)).to.throw(RangeError, "4191 bytes");
    const forced = concatBytes(Uint8Array.of(1), leafPreimage(7, 9n, keccak256(longer)), longer);
    const stated = sumTreeOf(DEPTH, [{ key: 7, sum: 9n, payload: longer }]).node(DEPTH, 7);
    expect(readLeafAnswer(stated, forced)).to.deep.equal({
      reason: "a payload of 4191 bytes, more than any kind has",
    });
  });

  it("exist for present inner nodes alone", () => {
    const tree = sumTreeOf(DEPTH, [{ key: 0, sum: 1n, payload: new Uint8Array() }]);
    expect(() => answerInner(tree, 1, 1)).to.throw(RangeError, "nothing stands");
    expect(() => answerInner(tree, DEPTH, 0)).to.throw(RangeError, "no inner nodes");
    expect(readInnerAnswer({ level: DEPTH, index: 0, node: tree.root }, DEPTH, new Uint8Array())).to.have.property(
      "reason",
    );
  });
});

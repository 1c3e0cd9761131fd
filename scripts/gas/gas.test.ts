// Tests of the gas figures' arithmetic, and of the trees that claims are measured in.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { keccak256, toUtf8Bytes } from "ethers";
import { hexToBytes } from "viem";
import { leafNode } from "@tributary/protocol/node";
import { verifyNode } from "@tributary/protocol/opening";
import { root } from "../child.ts";
import { externalCalls } from "./external-calls.ts";
import {
  allFragment,
  changesOf,
  claimsFragment,
  type Figure,
  GIVEN,
  targetsOf,
  unmeasured,
  withFragment,
} from "./figures.ts";
import { filledTree } from "./filled-tree.ts";
import { bitmapLeaf, sortedProof } from "./sorted-proof.ts";

const FIGURES: Figure[] = [
  { call: "RoyaltyVault.claimOne", given: GIVEN.first, gas: 89_000 },
  { call: "RoyaltyVault.claimOne", given: GIVEN.repeated, gas: 57_000 },
  { call: "RoyaltyVault.claim", given: GIVEN.repeated, gas: 58_000 },
  { call: "RoyaltyVault.claim", given: GIVEN.repeatedTen, gas: 58_000 + 9 * 25_000 },
  { call: "RoyaltyVault.claim", given: GIVEN.repeatedTenOthers, gas: 58_000 + 9 * 30_000 },
  { call: "RoyaltyVault.claim", given: GIVEN.repeatedTenFromRoot, gas: 58_000 + 9 * 35_000 },
  { call: "BitmapDistributor.claim", given: GIVEN.peerFirst, gas: 92_000 },
];
const PROOFS: Figure[] = [
  { call: "FaultProofs.proveNet", given: "any", gas: 200_000 },
  { call: "FaultProofs.proveOmission", given: "any", gas: 340_000 },
];

describe("targetsOf", () => {
  it("compares claims with the peer and with the bounds", () => {
    expect(
      targetsOf([...FIGURES, ...PROOFS]).map(({ gas, below, isMet, isRequired }) => [gas, below, isMet, isRequired]),
    ).to.deep.equal([
      [89_000, 92_000, true, true],
      [57_000, 60_000, true, false],
      [25_000, 30_000, true, false],
      [30_000, 30_000, false, false],
      [35_000, 30_000, false, false],
      [340_000, 500_000, true, true],
    ]);
  });

  it("names what was not measured", () => {
    expect(() => targetsOf(FIGURES)).to.throw("no fault proof was measured");
    expect(() => targetsOf(FIGURES.slice(1))).to.throw(`RoyaltyVault.claimOne (${GIVEN.first}) was not measured`);
  });
});

describe("unmeasured", () => {
  it("lists functions without a figure", () => {
    expect(unmeasured(["RoyaltyVault.claim", "RoyaltyLedger.bind"], FIGURES)).to.deep.equal(["RoyaltyLedger.bind"]);
  });
});

describe("externalCalls", () => {
  const token = {
    name: "Token",
    abi: [
      { type: "function", name: "approve", stateMutability: "nonpayable" },
      { type: "function", name: "mint", stateMutability: "payable" },
      { type: "function", name: "mint", stateMutability: "nonpayable" },
      { type: "function", name: "onReceived", stateMutability: "nonpayable" },
      { type: "function", name: "balanceOf", stateMutability: "view" },
      { type: "function", name: "digest", stateMutability: "pure" },
      { type: "event", name: "Transfer" },
      { type: "constructor", stateMutability: "nonpayable" },
      { type: "receive", stateMutability: "payable" },
    ],
  };

  it("lists what can change something, less what is left out by name", () => {
    const calls = externalCalls([token], { "Token.onReceived": "changes nothing" });
    expect(calls).to.deep.equal(["Token.approve", "Token.mint", "Token.receive"]);
  });

  it("refuses to leave out what is not there", () => {
    expect(() => externalCalls([token], { "Token.gone": "why" })).to.throw("Token.gone is left out");
  });
});

describe("changesOf", () => {
  it("leaves out what chance does to calldata", () => {
    const after = FIGURES.map((figure) => ({ ...figure, gas: figure.gas + 24 }));
    expect(changesOf(FIGURES, after)).to.deep.equal([]);
  });

  it("names what changed, came and went", () => {
    const after = [{ ...FIGURES[0]!, gas: 80_000 }, ...FIGURES.slice(1, -1), { call: "A.b", given: "c", gas: 1 }];
    expect(changesOf(FIGURES, after)).to.deep.equal([
      `BitmapDistributor.claim (${GIVEN.peerFirst}): is measured no more`,
      `RoyaltyVault.claimOne (${GIVEN.first}): 89000 → 80000 (-9000)`,
      "A.b (c): 1, not measured before",
    ]);
  });
});

describe("withFragment", () => {
  it("replaces what is between the marks", () => {
    const document = "a\n<!-- gas: written by npm run gas -- --write -->\nearlier\n<!-- /gas -->\nb";
    const written = withFragment(document, claimsFragment(FIGURES));
    expect(written)
      .to.match(/^a\n<!-- gas.*-->\n\n\| call/)
      .and.not.contain("earlier");
    expect(written)
      .to.contain("89,000 |")
      .and.match(/\n\n<!-- \/gas -->\nb$/);
    expect(() => withFragment("a", "")).to.throw("has no");
  });
});

describe("documents", () => {
  const { figures } = JSON.parse(readFileSync(join(root, "docs/gas.json"), "utf8")) as { figures: Figure[] };
  const known = new Set(
    [...figures, ...targetsOf(figures).flatMap(({ gas, below }) => [{ gas }, { gas: below }])].map(({ gas }) => gas),
  );
  /** Gas in a text: from 10,000 on, rounded thousands aside. */
  const statedIn = (text: string): number[] =>
    [...text.matchAll(/(?<![\d,])\d{2,3},\d{3}(?![\d,])/g)]
      .map(([n]) => Number(n.replace(",", "")))
      .filter((n) => n % 1_000 !== 0);
  const texts = {
    "docs/faults.md": (text: string) => text.slice(text.indexOf("\n## Gas\n")).split("\n## ", 2).join(""),
    "docs/conformance.md": (text: string) =>
      text
        .split("\n")
        .filter((line) => /^\| (25|29|30)\.\d/.test(line))
        .join("\n"),
    "README.md": (text: string) => text.slice(text.indexOf("\n### Gas of claims\n"), text.indexOf("<!-- gas:")),
  };
  for (const [file, fragmentOf] of Object.entries({ "README.md": claimsFragment, "docs/gas.md": allFragment })) {
    it(`${file} has the table of docs/gas.json`, () => {
      const document = readFileSync(join(root, file), "utf8");
      expect(document === withFragment(document, fragmentOf(figures)), "run npm run gas -- --write").to.equal(true);
    });
  }
  for (const [file, partOf] of Object.entries(texts)) {
    it(`${file} states figures of docs/gas.json`, () => {
      const stated = statedIn(partOf(readFileSync(join(root, file), "utf8")));
      expect(stated).to.not.be.empty;
      expect(stated.filter((gas) => !known.has(gas))).to.deep.equal([]);
    });
  }
});

describe("filledTree", () => {
  const payloadHash = keccak256(toUtf8Bytes("payload"));
  const leaves = new Map(
    [3, 9].map((place) => [place, { sum: 7n, payloadHash: hexToBytes(payloadHash as `0x${string}`) }]),
  );
  const input = { depth: 28, filled: 20, leaves, sumOf: (height: number) => 5n << BigInt(height) };

  it("opens its leaves with a sibling at each filled level", () => {
    const tree = filledTree({ ...input, total: 10n ** 9n });
    expect(tree.root.sum).to.equal(10n ** 9n);
    const root = { ...tree.root, hash: hexToBytes(tree.root.hash as `0x${string}`), depth: 28 };
    for (const [place, leaf] of leaves) {
      const opening = hexToBytes(tree.open(place) as `0x${string}`);
      expect(opening.length).to.equal(5 + 20 * 48);
      expect(tree.open(place, place ^ 4)).to.have.length(2 + 2 * (5 + 3 * 48));
      expect(verifyNode(root, 28, place, leafNode(place, leaf.sum, leaf.payloadHash), opening).valid).to.equal(true);
    }
  });

  it("opens nodes above its leaves, as they stand in it", () => {
    const tree = filledTree(input);
    const root = { ...tree.root, hash: hexToBytes(tree.root.hash as `0x${string}`), depth: 28 };
    for (const level of [0, 8, 23, 27, 28]) {
      const index = 9 >> (28 - level);
      const opening = hexToBytes(tree.openNode(9, level) as `0x${string}`);
      expect(verifyNode(root, level, index, tree.node(level, index), opening).valid, `level ${level}`).to.equal(true);
    }
    expect(tree.node(28, 9)).to.deep.equal(leafNode(9, 7n, hexToBytes(payloadHash as `0x${string}`)));
  });

  it("counts every place where no total is asked for", () => {
    const one = new Map([[3, { sum: 1n, payloadHash: new Uint8Array(32) }]]);
    const sumOf = (height: number) => 1n << BigInt(height);
    for (const depth of [24, 32]) {
      expect(filledTree({ depth, filled: 16, leaves: one, sumOf }).root.sum).to.equal(65_536n);
    }
  });

  it("refuses a total below what the leaves and subtrees hold", () => {
    expect(() => filledTree({ ...input, total: 1n })).to.throw("total");
  });
});

describe("sortedProof", () => {
  it("has a sibling per level", () => {
    const account = "0x00000000000000000000000000000000000000aa";
    expect(sortedProof(bitmapLeaf(0n, account, 5n), 20).proof).to.have.length(20);
  });
});

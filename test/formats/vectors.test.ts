// The vectors of docs/vectors/, read by the Solidity libraries; protocol/ reads the same files (docs/formats.md §12).
import { expect } from "chai";
import { TypedDataEncoder } from "ethers";
import { keccak256 } from "viem";
import { KINDS } from "@tributary/protocol/kinds";
import { formatsHarness, type Vector, vectors } from "../support/formats.ts";
import { ethers, loadFixture } from "../support/network.ts";

type Bytes = `0x${string}`;
type RootJson = { hash: string; sum: string };
type Harness = Awaited<ReturnType<typeof formatsHarness>>;

function tagOf(kind: string): { tag: number; depth: number } {
  const found = KINDS.find(({ name }) => name === kind);
  if (found === undefined) throw new Error(`no kind is named ${kind}`);
  return found;
}

describe("vectors: payloads.json", () => {
  type Input = { kind: string; leaf: { key: number; sum: string } };
  type Output = { payload: Bytes; payloadHash: string; leafHash: string };
  for (const { name, input, output } of vectors<Input, Output>("payloads")) {
    it(name, async () => {
      const harness = await loadFixture(formatsHarness);
      const { tag, depth } = tagOf(input.kind);
      expect(keccak256(output.payload)).to.equal(output.payloadHash);
      expect(await harness.leafHash(input.leaf.key, input.leaf.sum, output.payloadHash)).to.equal(output.leafHash);
      const preimage = ethers.solidityPacked(
        ["uint8", "uint64", "uint128", "bytes32"],
        [0, input.leaf.key, input.leaf.sum, output.payloadHash],
      );
      const place = { kind: tag, level: depth, index: input.leaf.key, k: 0, isHarmful: name.includes("harmful") };
      const node = { hash: output.leafHash, sum: input.leaf.sum };
      expect([...(await harness.isMalformed([{ place, node, preimage, payload: output.payload }]))]).to.deep.equal([
        false,
      ]);
    });
  }
});

describe("vectors: trees.json", () => {
  type Tree = { depth: number; leaves?: { key: number; sum: string; payload: Bytes }[]; count?: number };
  type Opening = {
    root: RootJson & { depth: number };
    level: number;
    index: number;
    leaf?: { sum: string; payload: Bytes };
    node?: RootJson;
    opening: Bytes;
  };
  type Output = { root?: RootJson; valid?: boolean; prefix?: string };

  async function checkTree(harness: Harness, { depth, leaves }: Tree, { root }: Output): Promise<void> {
    const all = leaves ?? [];
    const built = await harness.rootOf(
      depth,
      all.map(({ key }) => key),
      all.map(({ sum }) => sum),
      all.map(({ payload }) => keccak256(payload)),
    );
    expect([...built]).to.deep.equal([root!.hash, BigInt(root!.sum)]);
  }

  async function checkOpening(harness: Harness, input: Opening, output: Output): Promise<void> {
    const { root, level, index, leaf, node, opening } = input;
    const { ok, prefixes } = await harness.verify([
      {
        mode: leaf === undefined ? 2 : 0,
        root: { hash: root.hash, sum: root.sum },
        depth: root.depth,
        level,
        index,
        hash: leaf === undefined ? node!.hash : keccak256(leaf.payload),
        sum: leaf === undefined ? node!.sum : leaf.sum,
        opening,
      },
    ]);
    expect(ok[0]).to.equal(output.valid);
    if (output.valid) expect(prefixes[0]).to.equal(BigInt(output.prefix!));
  }

  /** A tree given by a rule has too many leaves to list; they are made here. */
  function leavesOf(tree: Tree): Tree {
    if (tree.count === undefined) return tree;
    const leaves = Array.from({ length: tree.count }, (_, i) => ({
      key: i,
      sum: String(i * i + 1),
      payload: ethers.toBeHex(i, 4) as Bytes,
    }));
    return { ...tree, leaves };
  }

  for (const { name, input, output } of vectors<Tree | Opening, Output>("trees")) {
    it(name, async () => {
      const harness = await loadFixture(formatsHarness);
      if ("opening" in input) await checkOpening(harness, input, output);
      else await checkTree(harness, leavesOf(input), output);
    });
  }
});

describe("vectors: wellformed.json", () => {
  type Input = RootJson & {
    kind: string;
    level: number;
    index: number;
    k?: number;
    list?: string;
    preimage?: Bytes;
    payload?: Bytes;
  };
  for (const { name, input, output } of vectors<Input, { verdict: string }>("wellformed")) {
    it(name, async () => {
      const harness = await loadFixture(formatsHarness);
      const place = {
        kind: tagOf(input.kind).tag,
        level: input.level,
        index: input.index,
        k: input.k ?? 0,
        isHarmful: input.list === "harmful",
      };
      const node = { hash: input.hash, sum: input.sum };
      const shown = { place, node, preimage: input.preimage ?? "0x", payload: input.payload ?? "0x" };
      expect([...(await harness.isMalformed([shown]))]).to.deep.equal([output.verdict === "malformed"]);
    });
  }
});

describe("vectors: typed.json", () => {
  type Input = { type: string; chainId?: number; ledger?: string; vault?: string; value: Record<string, never> };
  type Output = { digest?: string; hash?: string; receiptHash?: string };
  type Check = (harness: Harness, vector: Vector<Input, Output>) => Promise<void>;

  function digestOf(name: string, verifyingContract: string, chainId: number | undefined, structHash: string): string {
    const domain = TypedDataEncoder.hashDomain({ name, version: "1", chainId: chainId!, verifyingContract });
    return ethers.keccak256(ethers.concat(["0x1901", domain, structHash]));
  }

  const checks: Record<string, Check> = {
    Receipt: async (harness, { input, output }) => {
      const value = input.value as unknown as Parameters<Harness["receiptHash"]>[0];
      const hash = await harness.receiptHash(value);
      expect(hash).to.equal(output.receiptHash);
      expect(digestOf("Tributary Receipt", input.value["till"]!, input.chainId, hash)).to.equal(output.digest);
    },
    SketchAttestation: async (harness, { input: { value: v, chainId, ledger }, output }) => {
      const hash = await harness.attestationHash(v["settlementId"]!, v["indexRoot"]!, v["sketchesRoot"]!, v["count"]!);
      expect(digestOf("Tributary RoyaltyLedger", ledger!, chainId, hash)).to.equal(output.digest);
    },
    ClaimDelegation: async (harness, { input: { value: v, chainId, vault }, output }) => {
      const hash = await harness.delegationHash(
        v["positionId"]!,
        v["claimer"]!,
        v["recipient"]!,
        v["nonce"]!,
        v["deadline"]!,
      );
      expect(digestOf("Tributary RoyaltyVault", vault!, chainId, hash)).to.equal(output.digest);
    },
    Method: async (harness, { input, output }) => {
      const value = input.value as unknown as Parameters<Harness["methodId"]>[0];
      expect(await harness.methodId(value)).to.equal(output.hash);
    },
    ProposalRoot: async (harness, { input: { value: v }, output }) => {
      expect(await harness.proposalRoot(v["groups"]!, v["payouts"]!)).to.equal(output.hash);
    },
    ProofCommitment: async (harness, { input: { value: v }, output }) => {
      const hash = await harness.proofCommitment(
        v["chainId"]!,
        v["ledger"]!,
        v["epoch"]!,
        v["proposalRoot"]!,
        v["proofHash"]!,
        v["sender"]!,
      );
      expect(hash).to.equal(output.hash);
    },
    InputProofCommitment: async (harness, { input: { value: v }, output }) => {
      const hash = await harness.inputProofCommitment(
        v["chainId"]!,
        v["court"]!,
        v["commit"]!,
        v["proofHash"]!,
        v["sender"]!,
      );
      expect(hash).to.equal(output.hash);
    },
    ReviewVote: async (harness, { input: { value: v }, output }) => {
      const hash = await harness.reviewVoteHash(
        v["chainId"]!,
        v["review"]!,
        v["roundId"]!,
        v["voter"]!,
        v["verdict"]!,
        v["salt"]!,
      );
      expect(hash).to.equal(output.hash);
    },
    SketchVote: async (harness, { input: { value: v }, output }) => {
      const isUpheld = v["upheld"] as unknown as boolean;
      const hash = await harness.sketchVoteHash(
        v["chainId"]!,
        v["ledger"]!,
        v["disputeId"]!,
        v["voter"]!,
        isUpheld,
        v["salt"]!,
      );
      expect(hash).to.equal(output.hash);
    },
  };

  const all = vectors<Input, Output>("typed");
  for (const vector of all.filter(({ input }) => input.type in checks)) {
    it(vector.name, async () => {
      await checks[vector.input.type]!(await loadFixture(formatsHarness), vector);
    });
  }

  it("hold a case of every hash that Solidity computes", () => {
    const covered = new Set(all.map(({ input }) => input.type));
    expect(Object.keys(checks).filter((type) => !covered.has(type))).to.be.empty;
  });
});

describe("vectors: integers.json", () => {
  type Fee = Record<string, number> & { ancestors: { bps: number }[] };
  type Input = { rule: string; amount: string; weights: string[]; fee: string; split: Fee };
  type Output = { parts: string[] } & Record<string, string | string[]>;
  const all = vectors<Input, Output>("integers");

  for (const { name, input, output } of all.filter(({ input: { rule } }) => rule === "split")) {
    it(name, async () => {
      const harness = await loadFixture(formatsHarness);
      expect([...(await harness.split(input.amount, input.weights))]).to.deep.equal(output.parts.map(BigInt));
    });
  }

  for (const { name, input, output } of all.filter(({ input: { rule } }) => rule === "fee")) {
    it(name, async () => {
      const harness = await loadFixture(formatsHarness);
      const { split } = input;
      const before = ["treasury", "gateway"];
      const after = ["curators", "stakers", "developer", "data"];
      const weights = [
        ...before.map((part) => split[part]!),
        ...split.ancestors.map(({ bps }) => bps),
        ...after.map((part) => split[part]!),
      ];
      const parts = [...before, "ancestors", ...after].flatMap((part) => output[part]!);
      expect([...(await harness.split(input.fee, weights))]).to.deep.equal(parts.map(BigInt));
    });
  }
});

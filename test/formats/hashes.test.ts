// Signed and committed hashes: the Solidity libraries against the TypeScript twin on random values (docs/formats.md §7).
import { expect } from "chai";
import { TypedDataEncoder } from "ethers";
import fc from "fast-check";
import { type Address, hashStruct, type Hex, hexToBytes, toHex } from "viem";
import { encodeCommitment } from "@tributary/protocol/demand";
import { INDEX, RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import { splitFee } from "@tributary/protocol/fee";
import { partOf, splitByWeights } from "@tributary/protocol/split";
import { CLAIM_DELEGATION_TYPES } from "@tributary/protocol/typed-data/claim-delegation";
import { inputProofCommitmentHash } from "@tributary/protocol/typed-data/input-proof-commitment";
import { methodId } from "@tributary/protocol/typed-data/method-id";
import { proofCommitmentHash, proposalRoot } from "@tributary/protocol/typed-data/proof-commitment";
import { receiptHash, receiptTypedData } from "@tributary/protocol/typed-data/receipt";
import { SKETCH_ATTESTATION_TYPES } from "@tributary/protocol/typed-data/sketch-attestation";
import { formatsHarness } from "../support/formats.ts";
import { ethers, loadFixture } from "../support/network.ts";

const uint = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
const hexOf = (length: number): fc.Arbitrary<Hex> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => toHex(bytes));
const bytes32 = hexOf(32);
const address = hexOf(20).map((hex) => ethers.getAddress(hex) as Address);

const RUNS = { numRuns: 40, seed: 5 };

describe("hashes against the TypeScript twin", () => {
  it("receipts", async () => {
    const harness = await loadFixture(formatsHarness);
    const { chainId } = await ethers.provider.getNetwork();
    const receipt = fc.record({
      till: address,
      modelVersion: uint(64),
      channelId: bytes32,
      sequence: uint(64),
      amount: uint(128),
      cumulative: uint(128),
      agentRegistry: address,
      agentId: uint(256),
      requestHash: bytes32,
      responseHash: bytes32,
      issuedAt: fc.nat({ max: 2 ** 48 - 1 }),
    });
    await fc.assert(
      fc.asyncProperty(receipt, async (value) => {
        const hash = receiptHash(value);
        expect(await harness.receiptHash(value)).to.equal(hash);
        const { domain, types, message } = receiptTypedData(value, chainId);
        const digest = TypedDataEncoder.hash(domain, mutable(types), message);
        expect(await harness.receiptDigest(value.till, hash)).to.equal(digest);
      }),
      RUNS,
    );
  });

  it("sketch attestations and claim delegations", async () => {
    const harness = await loadFixture(formatsHarness);
    await fc.assert(
      fc.asyncProperty(uint(64), bytes32, bytes32, uint(64), async (settlementId, indexRoot, sketchesRoot, count) => {
        const data = { settlementId, indexRoot, sketchesRoot, count };
        expect(await harness.attestationHash(settlementId, indexRoot, sketchesRoot, count)).to.equal(
          hashStruct({ types: SKETCH_ATTESTATION_TYPES, primaryType: "SketchAttestation", data }),
        );
      }),
      RUNS,
    );
    const delegation = fc.record({
      positionId: uint(64),
      claimer: address,
      recipient: address,
      nonce: uint(256),
      deadline: fc.nat({ max: 2 ** 48 - 1 }),
    });
    await fc.assert(
      fc.asyncProperty(delegation, async (data) => {
        expect(
          await harness.delegationHash(data.positionId, data.claimer, data.recipient, data.nonce, data.deadline),
        ).to.equal(hashStruct({ types: CLAIM_DELEGATION_TYPES, primaryType: "ClaimDelegation", data }));
      }),
      RUNS,
    );
  });

  it("method ids", async () => {
    const harness = await loadFixture(formatsHarness);
    const method = fc
      .record({
        k: fc.integer({ min: 1, max: 128 }).map((n) => 32 * n),
        topK: fc.integer({ min: 1, max: 256 }),
        debitFactor: fc.nat({ max: 256 }),
        delta: fc.integer({ min: 1, max: 2 ** 31 }),
        more: fc.nat({ max: 2 ** 31 - 1 }),
        signatureMatch: fc.nat({ max: 0xffff }),
        sketchSpec: bytes32,
      })
      .map(({ more, ...rest }) => ({ ...rest, tau: rest.delta + more }));
    await fc.assert(
      fc.asyncProperty(method, async (value) => {
        expect(await harness.methodId(value)).to.equal(methodId(value));
      }),
      RUNS,
    );
  });

  it("proposal roots and proof commitments", async () => {
    const harness = await loadFixture(formatsHarness);
    const root = fc.record({ hash: bytes32, sum: uint(128) });
    await fc.assert(
      fc.asyncProperty(root, root, async (groups, payouts) => {
        const twin = proposalRoot(
          { hash: hexToBytes(groups.hash), sum: groups.sum },
          { hash: hexToBytes(payouts.hash), sum: payouts.sum },
        );
        expect(await harness.proposalRoot(groups, payouts)).to.equal(twin);
      }),
      RUNS,
    );
    const commitment = fc.record({
      chainId: uint(256),
      ledger: address,
      epoch: uint(64),
      proposalRoot: bytes32,
      proofHash: bytes32,
      sender: address,
    });
    await fc.assert(
      fc.asyncProperty(commitment, async (c) => {
        expect(
          await harness.proofCommitment(c.chainId, c.ledger, c.epoch, c.proposalRoot, c.proofHash, c.sender),
        ).to.equal(proofCommitmentHash(c));
      }),
      RUNS,
    );
  });

  it("commitments to proofs against inputs", async () => {
    const harness = await loadFixture(formatsHarness);
    const commitment = fc.record({
      chainId: uint(256),
      court: address,
      commit: fc.record({
        kind: fc.constantFrom(INDEX, RECEIPT, SKETCH),
        id: uint(64),
        sub: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      }),
      proofHash: bytes32,
      sender: address,
    });
    await fc.assert(
      fc.asyncProperty(commitment, async (c) => {
        const name = toHex(encodeCommitment(c.commit));
        expect(await harness.inputProofCommitment(c.chainId, c.court, name, c.proofHash, c.sender)).to.equal(
          inputProofCommitmentHash(c),
        );
      }),
      RUNS,
    );
  });
});

describe("splits against the TypeScript twin", () => {
  it("give the same parts, which add up to the amount", async () => {
    const harness = await loadFixture(formatsHarness);
    const weights = fc
      .array(fc.oneof(uint(100), uint(8)), { minLength: 1, maxLength: 24 })
      .filter((drawn) => drawn.some((weight) => weight > 0n));
    await fc.assert(
      fc.asyncProperty(uint(128), weights, async (amount, drawn) => {
        const parts = [...(await harness.split(amount, drawn))];
        expect(parts).to.deep.equal(splitByWeights(amount, drawn));
        expect(parts.reduce((sum, part) => sum + part, 0n)).to.equal(amount);
        const total = drawn.reduce((sum, weight) => sum + weight, 0n);
        expect(await harness.part(amount, 0n, drawn[0]!, total)).to.equal(partOf(amount, 0n, drawn[0]!, total));
      }),
      RUNS,
    );
  });

  it("divide a fee alike for any split of 10,000", async () => {
    const harness = await loadFixture(formatsHarness);
    const cuts = fc.array(fc.nat({ max: 10_000 }), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(uint(100), cuts, async (fee, drawn) => {
        const edges = [0, ...drawn.sort((a, b) => a - b), 10_000];
        const bps = edges.slice(1).map((edge, i) => edge - edges[i]!);
        const [treasury, gateway, first, second, third, curators, stakers, developer, data] = bps as [
          number,
          number,
          number,
          number,
          number,
          number,
          number,
          number,
          number,
        ];
        const ancestors = [first, second, third].map((share, i) => ({ positionId: BigInt(i + 1), bps: share }));
        const twin = splitFee(fee, { treasury, gateway, curators, stakers, developer, data, ancestors });
        const parts = await harness.split(fee, bps);
        expect([...parts]).to.deep.equal([
          twin.treasury,
          twin.gateway,
          ...twin.ancestors,
          twin.curators,
          twin.stakers,
          twin.developer,
          twin.data,
        ]);
      }),
      RUNS,
    );
  });
});

/** The types of a viem definition as ethers wants them. */
function mutable(types: Readonly<Record<string, readonly { name: string; type: string }[]>>) {
  return Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, [...fields]]));
}

// Tests of the hashes that are committed rather than signed: a struct of static fields hashes as its abi.encode behind the type hash.
import { expect } from "chai";
import { concatHex, hashStruct, keccak256, numberToHex } from "viem";
import { bytesToHex } from "../bytes.ts";
import { methodId, sketchSpecOf } from "./method-id.ts";
import { INDEX } from "../kinds.ts";
import { inputProofCommitmentHash } from "./input-proof-commitment.ts";
import { proofCommitmentHash, proposalRoot } from "./proof-commitment.ts";
import { reviewVoteHash } from "./review-vote.ts";
import { sketchVoteHash } from "./sketch-vote.ts";

const address = `0x${"a1".repeat(20)}` as const;
const hash = `0x${"b2".repeat(32)}` as const;
const other = `0x${"c3".repeat(20)}` as const;

describe("methodId", () => {
  const method = {
    k: 256,
    topK: 32,
    debitFactor: 192,
    tau: 64_225,
    delta: 6_554,
    signatureMatch: 257,
    sketchSpec: hash,
  };

  it("is the struct hash", () => {
    const types = {
      Method: [
        { name: "k", type: "uint16" },
        { name: "topK", type: "uint16" },
        { name: "debitFactor", type: "uint16" },
        { name: "tau", type: "uint32" },
        { name: "delta", type: "uint32" },
        { name: "signatureMatch", type: "uint16" },
        { name: "sketchSpec", type: "bytes32" },
      ],
    } as const;
    expect(methodId(method)).to.equal(hashStruct({ data: method, types, primaryType: "Method" }));
  });

  it("refuses parameters out of bounds, naming them", () => {
    for (const [field, value] of [
      ["k", 33],
      ["topK", 0],
      ["topK", 257],
      ["debitFactor", 257],
      ["tau", 0],
      ["delta", 0],
      ["delta", 64_226],
      ["signatureMatch", 65_536],
    ] as const) {
      expect(() => methodId({ ...method, [field]: value }), field).to.throw(RangeError, `method, ${field}`);
    }
  });

  it("commits to the sketch method's description whatever the order of its members", () => {
    expect(sketchSpecOf({ name: "lexical", seed: 1 })).to.equal(sketchSpecOf({ seed: 1, name: "lexical" }));
  });
});

describe("proofCommitmentHash", () => {
  it("is the struct hash over the proposal's root", () => {
    const groups = { hash: new Uint8Array(32).fill(1), sum: 5n };
    const payouts = { hash: new Uint8Array(32).fill(2), sum: 9n };
    const root = proposalRoot(groups, payouts);
    const parts = [groups, payouts].flatMap((node) => [bytesToHex(node.hash), numberToHex(node.sum, { size: 16 })]);
    expect(root).to.equal(keccak256(concatHex(parts)));
    const commitment = { chainId: 1n, ledger: address, epoch: 3n, proposalRoot: root, proofHash: hash, sender: other };
    const types = {
      ProofCommitment: [
        { name: "chainId", type: "uint256" },
        { name: "ledger", type: "address" },
        { name: "epoch", type: "uint64" },
        { name: "proposalRoot", type: "bytes32" },
        { name: "proofHash", type: "bytes32" },
        { name: "sender", type: "address" },
      ],
    } as const;
    expect(proofCommitmentHash(commitment)).to.equal(
      hashStruct({ data: commitment, types, primaryType: "ProofCommitment" }),
    );
  });
});

describe("inputProofCommitmentHash", () => {
  it("is the struct hash over the name of the commit", () => {
    const parts = { chainId: 1n, court: address, proofHash: hash, sender: other };
    const types = {
      InputProofCommitment: [
        { name: "chainId", type: "uint256" },
        { name: "court", type: "address" },
        { name: "commit", type: "bytes13" },
        { name: "proofHash", type: "bytes32" },
        { name: "sender", type: "address" },
      ],
    } as const;
    const data = { ...parts, commit: concatHex(["0x02", numberToHex(7, { size: 8 }), numberToHex(3, { size: 4 })]) };
    expect(inputProofCommitmentHash({ ...parts, commit: { kind: INDEX, id: 7n, sub: 3 } })).to.equal(
      hashStruct({ data, types, primaryType: "InputProofCommitment" }),
    );
  });
});

describe("vote commitments", () => {
  it("of reviews are struct hashes with the verdict's number", () => {
    const vote = { chainId: 1n, review: address, roundId: 2n, voter: other, salt: hash };
    const types = {
      ReviewVote: [
        { name: "chainId", type: "uint256" },
        { name: "review", type: "address" },
        { name: "roundId", type: "uint64" },
        { name: "voter", type: "address" },
        { name: "verdict", type: "uint8" },
        { name: "salt", type: "bytes32" },
      ],
    } as const;
    const expected = hashStruct({ data: { ...vote, verdict: 2 }, types, primaryType: "ReviewVote" });
    expect(reviewVoteHash({ ...vote, verdict: "negligence" })).to.equal(expected);
  });

  it("of sketch disputes are struct hashes", () => {
    const vote = { chainId: 1n, ledger: address, disputeId: 2n, voter: other, upheld: true, salt: hash };
    const types = {
      SketchVote: [
        { name: "chainId", type: "uint256" },
        { name: "ledger", type: "address" },
        { name: "disputeId", type: "uint64" },
        { name: "voter", type: "address" },
        { name: "upheld", type: "bool" },
        { name: "salt", type: "bytes32" },
      ],
    } as const;
    expect(sketchVoteHash(vote)).to.equal(hashStruct({ data: vote, types, primaryType: "SketchVote" }));
  });
});

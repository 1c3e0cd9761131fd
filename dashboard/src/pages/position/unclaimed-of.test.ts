// What a statement says of attributed income that is not claimed yet: only what holds against the chain.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import { expect } from "chai";
import { type Abi, encodePacked, keccak256, zeroAddress } from "viem";
import { ADDRESSES, toldChain } from "../../check/testing/told-chain.ts";
import { unclaimedOf } from "./unclaimed-of.ts";

const INDEXER = "http://indexer.invalid";
const CUMULATIVE = 1_158_491n;
const ROOT = { epochId: "3", finalizedAt: "1800000150", createdBlock: "12", transactionHash: `0x${"3".repeat(64)}` };

describe("attributed income that is not claimed yet, in a statement", () => {
  const { payouts } = vectorEpoch();
  const { root } = payouts;
  const leaf = payouts.leaf(4);
  const honest = {
    leaf,
    claim: {
      position: "4",
      cumulative: leaf.sum,
      payloadHash: keccak256(leaf.payload),
      opening: leaf.opening,
    },
  };
  const own = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = own;
  });

  /** @param claimed of the position, by the chain; the index lists 1,000 @param listed as direct income that waits, by the index; the chain has none */
  const read = (served: unknown, claimed: bigint, status = 200, listed = 0n) => {
    globalThis.fetch = () => Promise.resolve(Response.json(served, { status }));
    const chain = toldChain({
      [ADDRESSES.RoyaltyLedger]: {
        abi: royaltyLedgerAbi as Abi,
        answers: { payoutsRoot: () => root, accruedOf: () => 0n },
      },
      [ADDRESSES.RoyaltyVault]: {
        abi: royaltyVaultAbi as Abi,
        answers: {
          payoutsCommitment: () => keccak256(encodePacked(["bytes32", "uint128"], [root.hash, root.sum])),
          claimedOf: () => claimed,
        },
      },
      [ADDRESSES.RoyaltyPositions]: { abi: royaltyPositionsAbi as Abi, answers: { ownerOf: () => zeroAddress } },
    });
    return unclaimedOf(chain, INDEXER, { id: "4" }, { claimed: 1_000n, accrued: listed }, ROOT);
  };
  const failure = (reading: Promise<unknown>) => reading.then(() => "none", String);

  it("is what the chain's root has beyond what the chain says was claimed", async () => {
    expect(await read(honest, 1_000n)).to.deep.equal({
      ...{ positionId: "4", amount: CUMULATIVE - 1_000n, counterpart: "payouts root of epoch 3" },
      ...{ at: "1800000150", block: "12", transactionHash: ROOT.transactionHash },
    });
  });

  it("is refused where the opening was tampered with, and where the index lists other claims than the chain", async () => {
    const tampered = { ...honest, claim: { ...honest.claim, cumulative: "9158491" } };
    expect(await failure(read(tampered, 1_000n))).to.include(
      "the amount of the claim: found 9158491, expected 1158491",
    );
    expect(await failure(read(honest, 999n))).to.include("lists 1000 base units as claimed");
    expect(await failure(read(honest, 1_000n, 200, 5n))).to.include("lists 5 base units as direct income that waits");
  });

  it("is not known where no opening is served: that is said, and no amount", async () => {
    const error = { code: "bundle_not_kept", message: "no bundle is kept here", hint: "" };
    expect(await read({ error }, 1_000n, 404)).to.include({
      ...{ amount: undefined, counterpart: "not known: no bundle is kept here" },
    });
  });
});

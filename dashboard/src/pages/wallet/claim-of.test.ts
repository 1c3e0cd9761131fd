// What is offered to a wallet: only what holds against the chain's root, and direct income where nothing else does.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import { expect } from "chai";
import { type Abi, decodeFunctionData, encodePacked, getAddress, keccak256, zeroHash } from "viem";
import type { ServedClaim } from "../../check/check-position.ts";
import { ADDRESSES, toldChain } from "../../check/testing/told-chain.ts";
import { BATCH, claimCalls, totalsOf } from "./batches.ts";
import { type Offer, offerOf } from "./claim-of.ts";

const OWNER = "0x00000000000000000000000000000000000000bb";

describe("what a wallet is offered to claim", () => {
  const { payouts } = vectorEpoch();
  const { root } = payouts;
  const leaf = payouts.leaf(4);
  const { sum: cumulative, payload, opening } = leaf;
  const served: ServedClaim = { leaf, claim: { position: "4", cumulative, payloadHash: keccak256(payload), opening } };
  const chainWith = (claimed: bigint, accrued: bigint) =>
    toldChain({
      [ADDRESSES.RoyaltyLedger]: {
        abi: royaltyLedgerAbi as Abi,
        answers: { payoutsRoot: () => root, accruedOf: () => accrued },
      },
      [ADDRESSES.RoyaltyVault]: {
        abi: royaltyVaultAbi as Abi,
        answers: {
          payoutsCommitment: () => keccak256(encodePacked(["bytes32", "uint128"], [root.hash, root.sum])),
          claimedOf: () => claimed,
        },
      },
      [ADDRESSES.RoyaltyPositions]: { abi: royaltyPositionsAbi as Abi, answers: { ownerOf: () => OWNER } },
    });
  const direct = { position: 4n, cumulative: 0n, payloadHash: zeroHash, opening: "0x" };

  it("is the served claim where every step holds", async () => {
    const { attributed, accrued, claim, basis } = await offerOf(chainWith(0n, 7n), { position: 4n }, served);
    expect(basis.kind).to.equal("proven");
    expect([attributed, accrued]).to.deep.equal([1_158_491n, 7n]);
    expect(claim).to.deep.equal({
      ...{ position: 4n, cumulative: 1_158_491n, payloadHash: keccak256(payload), opening },
    });
  });

  it("is nothing where all was claimed, and direct income alone where only that is left", async () => {
    expect(await offerOf(chainWith(1_158_491n, 0n), { position: 4n }, served)).to.include({
      attributed: 0n,
      claim: undefined,
    });
    expect((await offerOf(chainWith(1_158_491n, 7n), { position: 4n }, served)).claim).to.deep.equal(direct);
  });

  it("is nothing attributed where what is served was tampered with, and says what is wrong", async () => {
    const tampered = { ...served, claim: { ...served.claim, cumulative: "9158491" } };
    const offer = await offerOf(chainWith(0n, 0n), { position: 4n }, tampered);
    expect(offer).to.include({ attributed: 0n, claim: undefined });
    expect(offer.basis).to.deep.include({
      kind: "refused",
      reason: "the amount of the claim: found 9158491, expected 1158491",
    });
    expect((await offerOf(chainWith(0n, 7n), { position: 4n }, tampered)).claim).to.deep.equal(direct);
  });

  it("is nothing where the chain names another owner than the one who is said to have the position, opened or not", async () => {
    const said = { position: 4n, owner: "0x00000000000000000000000000000000000000cc" } as const;
    const tampered = { ...served, claim: { ...served.claim, cumulative: "9158491" } };
    for (const each of [served, tampered])
      expect(await offerOf(chainWith(0n, 7n), said, each)).to.deep.equal({
        ...{ position: 4n, attributed: 0n, accrued: 0n, claim: undefined },
        basis: { kind: "foreign", owner: getAddress(OWNER) },
      });
    const { basis } = await offerOf(chainWith(0n, 7n), { position: 4n, owner: OWNER }, served);
    expect(basis.kind).to.equal("proven");
  });

  it("is claimed in batches, without the positions that there is nothing to claim of", () => {
    const offers: Offer[] = Array.from({ length: 2 * BATCH + 2 }, (_, index) => ({
      ...{ position: BigInt(index), attributed: 0n, accrued: index === 0 ? 0n : 2n },
      claim:
        index === 0 ? undefined : { position: BigInt(index), cumulative: 0n, payloadHash: zeroHash, opening: "0x" },
      basis: { kind: "unopened", reason: "", hint: "" },
    }));
    const calls = claimCalls(ADDRESSES.RoyaltyVault, offers);
    const positions = calls.map(({ data }) => {
      const { args } = decodeFunctionData({ abi: royaltyVaultAbi, data });
      return (args![0] as readonly { position: bigint }[]).map(({ position }) => Number(position));
    });
    expect(positions.map(({ length }) => length)).to.deep.equal([BATCH, BATCH, 1]);
    expect(positions.flat()).to.deep.equal(Array.from({ length: 33 }, (_, index) => index + 1));
    expect(calls.map(({ what }) => what)).to.deep.equal([
      ...["claim for 16 positions", "claim for 16 positions", "claim for position 33"],
    ]);
    expect(totalsOf(offers)).to.deep.equal({ attributed: 0n, accrued: 66n, claimable: 33, unproven: 34 });
  });
});

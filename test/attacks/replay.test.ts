// Attacks with what somebody else signed, committed or queued: replays and front-running.
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { claimDelegationTypedData } from "@tributary/protocol/typed-data/claim-delegation";
import { ethers, loadFixture, time } from "../support/network.ts";
import { accruedOnly, payoutsOf } from "../support/payouts.ts";
import {
  anotherLedger,
  anyRoot,
  attest,
  close,
  contribute,
  contributed,
  epochOver,
  modelled,
  settleEpoch,
  TERMS,
} from "../support/protocol.ts";

describe("replayed attestations", () => {
  it("when signed for another settlement, they do not count", async () => {
    const p = await loadFixture(modelled);
    const [first, second] = [await close(p, 100n), await close(p, 200n)];
    const sketches = anyRoot("sketches", 10n);
    const signatures = await attest(p, first, sketches.hash, [p.attributorA, p.attributorB]);
    await expect(p.ledger.commitSketches(second, sketches, ZeroHash, signatures)).to.be.revertedWithCustomError(
      p.ledger,
      "NotAttributor",
    );
    await expect(p.ledger.commitSketches(first, sketches, ZeroHash, signatures)).to.emit(p.ledger, "SketchesCommitted");
  });

  it("when signed for other sketches, they do not count", async () => {
    const p = await loadFixture(modelled);
    const settlement = await close(p, 100n);
    const signatures = await attest(p, settlement, ethers.id("honest"), [p.attributorA, p.attributorB]);
    const forged = p.ledger.commitSketches(settlement, anyRoot("forged", 10n), ZeroHash, signatures);
    await expect(forged).to.be.revertedWithCustomError(p.ledger, "NotAttributor");
  });

  it("when signed for another ledger, they do not count", async () => {
    const p = await loadFixture(modelled);
    const settlement = await close(p, 100n);
    const sketches = anyRoot("sketches", 10n);
    const { ledger: other } = await anotherLedger(p, p.token);
    const here = await p.ledger.attestationDigest(settlement, sketches.hash);
    const elsewhere = { chainId: 31337n, verifyingContract: await other.getAddress() };
    const signatures = await signFor(p, settlement, sketches.hash, elsewhere);
    await expect(p.ledger.commitSketches(settlement, sketches, ZeroHash, signatures)).to.be.revertedWithCustomError(
      p.ledger,
      "NotAttributor",
    );
    expect(here).to.equal(await digestFor(p, settlement, sketches.hash, 31337n, await p.ledger.getAddress()));
  });

  it("when signed for another chain, they do not count", async () => {
    const p = await loadFixture(modelled);
    const settlement = await close(p, 100n);
    const sketches = anyRoot("sketches", 10n);
    const elsewhere = { chainId: 1n, verifyingContract: await p.ledger.getAddress() };
    const signatures = await signFor(p, settlement, sketches.hash, elsewhere);
    await expect(p.ledger.commitSketches(settlement, sketches, ZeroHash, signatures)).to.be.revertedWithCustomError(
      p.ledger,
      "NotAttributor",
    );
  });
});

const TYPES = {
  SketchAttestation: [
    { name: "settlementId", type: "uint64" },
    { name: "indexRoot", type: "bytes32" },
    { name: "sketchesRoot", type: "bytes32" },
    { name: "count", type: "uint64" },
  ],
};

type P = Awaited<ReturnType<typeof modelled>>;

async function messageFor(p: P, settlementId: bigint, sketchesRoot: string) {
  const { hash } = await p.models.indexOf(p.version);
  return { settlementId, indexRoot: hash, sketchesRoot, count: 10n };
}

async function signFor(
  p: P,
  settlement: bigint,
  sketches: string,
  place: { chainId: bigint; verifyingContract: string },
): Promise<string[]> {
  const signers = [p.attributorA, p.attributorB].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const domain = { name: "Tributary RoyaltyLedger", version: "1", ...place };
  const message = await messageFor(p, settlement, sketches);
  return Promise.all(signers.map((signer) => signer.signTypedData(domain, TYPES, message)));
}

async function digestFor(p: P, settlement: bigint, sketches: string, chainId: bigint, verifyingContract: string) {
  const domain = { name: "Tributary RoyaltyLedger", version: "1", chainId, verifyingContract };
  return ethers.TypedDataEncoder.hash(domain, TYPES, await messageFor(p, settlement, sketches));
}

describe("claims replayed at another vault", () => {
  /** A second ledger over the same positions and token, with income of Alice's in both. */
  async function twoVaults() {
    const p = await loadFixture(epochOver);
    const payouts = payoutsOf({ [`${p.alicePosition}`]: p.pools });
    await settleEpoch(p, payouts.root);
    const other = await anotherLedger(p, p.token);
    await p.token.approve(other.ledger, ethers.MaxUint256);
    for (const { ledger } of [p, other]) await ledger.accrue([p.alicePosition], [50n]);
    return { ...p, payouts, other };
  }

  it("when opened in the root of one ledger, they do not open in another's", async () => {
    const p = await loadFixture(twoVaults);
    const claim = p.payouts.claimOf(p.alicePosition);
    await p.token.transfer(p.other.vault, p.pools);
    await expect(p.other.vault.claim([claim]))
      .to.be.revertedWithCustomError(p.other.vault, "InvalidClaim")
      .withArgs(p.alicePosition);
  });

  it("when direct income is claimed from one, the other still owes its own", async () => {
    const p = await loadFixture(twoVaults);
    await expect(p.other.vault.claim([accruedOnly(p.alicePosition)])).to.changeTokenBalances(
      ethers,
      p.token,
      [p.alice, p.other.ledger, p.ledger],
      [50n, -50n, 0n],
    );
    expect(await p.ledger.accruedOf(p.alicePosition)).to.equal(50n);
  });

  it("when a delegation was signed for one, the other refuses it", async () => {
    const p = await loadFixture(twoVaults);
    const terms = {
      claimer: p.bob.address as `0x${string}`,
      recipient: p.stranger.address as `0x${string}`,
      nonce: await p.vault.delegationNonceOf(p.alicePosition),
      deadline: (await time.latest()) + 3_600,
    };
    const place = { chainId: 31337, vault: (await p.vault.getAddress()) as `0x${string}` };
    const typed = claimDelegationTypedData({ positionId: p.alicePosition, ...terms }, place);
    const signature = await p.alice.signTypedData(
      typed.domain,
      { ClaimDelegation: [...typed.types.ClaimDelegation] },
      typed.message,
    );
    const claims = [
      { delegation: { position: p.alicePosition, ...terms }, signature, claim: accruedOnly(p.alicePosition) },
    ];
    await expect(p.other.vault.connect(p.bob).claimFor(claims))
      .to.be.revertedWithCustomError(p.other.vault, "InvalidDelegation")
      .withArgs(p.alicePosition);
    await expect(p.vault.connect(p.bob).claimFor(claims)).to.changeTokenBalances(
      ethers,
      p.token,
      [p.stranger, p.alice],
      [50n, 0n],
    );
  });
});

describe("front-running", () => {
  it("acceptance: whoever calls, in whatever order, positions and places follow the contributions' order", async () => {
    const p = await loadFixture(contributed);
    for (const [by, name] of [
      [p.bob, "early"],
      [p.alice, "late"],
    ] as const) {
      await contribute(p.datanets.connect(by), 1n, 0n, anyRoot(name, 5n), ZeroHash, "");
    }
    await time.increase(TERMS.reviewWindowSeconds);
    await expect(p.datanets.connect(p.alice).accept(5n)).to.be.revertedWithCustomError(
      p.datanets,
      "EarlierContributionPending",
    );
    await p.datanets.connect(p.stranger).accept(4n);
    await p.datanets.connect(p.stranger).accept(5n);
    expect(await p.datanets.acceptedAt(1n, 3n)).to.deep.equal([4n, 92n]);
    expect(await p.datanets.acceptedAt(1n, 4n)).to.deep.equal([5n, 97n]);
  });

  it("a till: whoever creates it, it is the gateway's and the model's", async () => {
    const p = await loadFixture(modelled);
    await p.tills.connect(p.stranger).createTill(1n, p.rival);
    const { predicted } = await p.tills.tillOf(1n, p.rival);
    const till = await ethers.getContractAt("ModelTill", predicted);
    await p.token.transfer(till, 10n);
    await expect(till.connect(p.stranger).closePlain(1n)).to.be.revertedWithCustomError(till, "NotGateway");
  });

  it("a claim: whoever sends it first, the owner is paid", async () => {
    const p = await loadFixture(epochOver);
    const payouts = payoutsOf({ [`${p.alicePosition}`]: p.pools });
    await settleEpoch(p, payouts.root);
    await expect(p.vault.connect(p.stranger).claim([payouts.claimOf(p.alicePosition)])).to.changeTokenBalances(
      ethers,
      p.token,
      [p.alice, p.stranger],
      [p.pools, 0n],
    );
  });

  it("a copied proposal is refused, and does not take the place of the first", async () => {
    const p = await loadFixture(epochOver);
    const roots = [anyRoot("groups", p.pools), anyRoot("payouts", p.pools)] as const;
    await p.ledger.connect(p.proposer).propose(p.epoch, ...roots, ZeroHash);
    await expect(
      p.ledger.connect(p.rival).propose(p.epoch, ...roots, ethers.id("other")),
    ).to.be.revertedWithCustomError(p.ledger, "ProposalExists");
    expect((await p.ledger.proposalOf(p.epoch, 0n)).proposer).to.equal(p.proposer.address);
  });
});

// Claims beside those of two peers, in trees of 2^20 taken places.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { keccak256 } from "@tributary/protocol/keccak";
import { PAYOUT } from "@tributary/protocol/kinds";
import { toHex } from "viem";
import { ethers, loadFixture, time } from "../../../test/support/network.ts";
import { type ClaimValue, accruedOnly } from "../../../test/support/payouts.ts";
import { OPEN, PARAMETERS } from "../../../test/support/protocol.ts";
import { GIVEN } from "../figures.ts";
import { filledTree } from "../filled-tree.ts";
import { type Scenario, scenario } from "../scenario.ts";
import { bitmapLeaf, cumulativeLeaf, sortedProof } from "../sorted-proof.ts";
import { afterChallenges, as, DAY, epochOver, type Modelled, propose, runEpoch } from "../stage.ts";

const FILLED_LEVELS = 20;
const PAYLOAD_HASH = keccak256(Uint8Array.of(0x0b));
const AMOUNT = 1_234n * OPEN + 567n;

/** Positions by what a claim of theirs finds; `EARNS_DIRECTLY` has direct income too. */
const NEWCOMERS_FIRST = 9n;
const HOLDERS_FIRST = 15n;
const REPEATED = 18n;
const EARNS_DIRECTLY = 21n;
const BATCH = Array.from({ length: 10 }, (_, i) => 30n + 3n * BigInt(i));
/** As the batch, each position another holder's. */
const OTHERS_BATCH = Array.from({ length: 10 }, (_, i) => 63n + 3n * BigInt(i));
const LAST = 93n;
const DEVELOPERS = 5n;

/** Alice's positions, one of the newcomer's and ten of others; royalties for all of them are finalised, twice where `epochs` is 2. */
async function claimable(epochs: number) {
  const p = await loadFixture(epochOver);
  const registry = await as(p.datanets);
  const others = OTHERS_BATCH.map((position) => ethers.zeroPadValue(ethers.toBeHex((1n << 152n) + position), 20));
  for (const other of others) await p.token.transfer(other, OPEN);
  for (let position = (await p.positions.positionCount()) + 1n; position <= LAST; position++) {
    const isNewcomers = position === NEWCOMERS_FIRST;
    const other = others[OTHERS_BATCH.indexOf(position)];
    await p.positions.connect(registry).mint(isNewcomers ? p.newcomer : (other ?? p.alice), 3, position);
  }
  let claimOf = await finalise(p, p.epoch, AMOUNT);
  await p.ledger.connect(p.bob).accrue([EARNS_DIRECTLY], [OPEN]);
  if (epochs === 2) {
    await p.vault.claim(alongPath(claimOf, [REPEATED, ...BATCH, ...OTHERS_BATCH]));
    claimOf = await finalise(p, await runEpoch(p), 3n * AMOUNT);
  }
  return { ...p, claimOf };
}

async function once() {
  return claimable(1);
}

async function twice() {
  return claimable(2);
}

type ClaimOf = (position: bigint, before?: bigint) => ClaimValue;

/** Claims in ascending order of positions, each opened from where its path leaves that of the one before. */
function alongPath(claimOf: ClaimOf, positions: readonly bigint[]): ClaimValue[] {
  return positions.map((position, i) => claimOf(position, positions[i - 1]));
}

/** Finalises a root under which every position here has earned so much in all. @returns their claims */
async function finalise(p: Modelled, epoch: bigint, cumulative: bigint): Promise<ClaimOf> {
  const single = [NEWCOMERS_FIRST, HOLDERS_FIRST, REPEATED, EARNS_DIRECTLY];
  const positions = [...single, ...BATCH, ...OTHERS_BATCH];
  const before = await p.ledger.payoutsRoot();
  const tree = filledTree({
    depth: PAYOUT.depth,
    filled: FILLED_LEVELS,
    leaves: new Map(positions.map((place) => [Number(place), { sum: cumulative, payloadHash: PAYLOAD_HASH }])),
    sumOf: (height) => (AMOUNT << BigInt(height)) / 100_000n + 1n,
    total: before.sum + (await p.ledger.epochPools(epoch)),
  });
  await propose(p, epoch, tree.root);
  await afterChallenges();
  await p.ledger.finalize(epoch);
  return (position, before) => ({
    position,
    cumulative,
    payloadHash: toHex(PAYLOAD_HASH),
    opening: tree.open(Number(position), before === undefined ? undefined : Number(before)),
  });
}

/** Two distributions in which the first leaf is somebody's. */
async function peers() {
  const p = await loadFixture(epochOver);
  const bitmapOf = async (holder: HardhatEthersSigner, index: bigint) => {
    const { root, proof } = sortedProof(bitmapLeaf(index, holder.address, AMOUNT), FILLED_LEVELS);
    const distributor = await ethers.deployContract("BitmapDistributor", [p.token, root]);
    await p.token.transfer(distributor, 1_000_000n * OPEN);
    return { distributor, proof };
  };
  const cumulative = await ethers.deployContract("CumulativeDistributor", [p.token]);
  await p.token.transfer(cumulative, 1_000_000n * OPEN);
  const grant = async (holder: HardhatEthersSigner, amount: bigint): Promise<string[]> => {
    const { root, proof } = sortedProof(cumulativeLeaf(holder.address, amount), FILLED_LEVELS);
    await cumulative.setRoot(root);
    return proof;
  };
  return { ...p, bitmapOf, cumulative, grant };
}

const DELEGATION = [
  { name: "positionId", type: "uint64" },
  { name: "claimer", type: "address" },
  { name: "recipient", type: "address" },
  { name: "nonce", type: "uint256" },
  { name: "deadline", type: "uint48" },
];

async function delegated(p: Awaited<ReturnType<typeof once>>, position: bigint) {
  const { chainId } = await ethers.provider.getNetwork();
  const verifyingContract = await p.vault.getAddress();
  const domain = { name: "Tributary RoyaltyVault", version: "1", chainId, verifyingContract };
  const terms = {
    claimer: p.delegate.address,
    recipient: p.delegate.address,
    nonce: await p.vault.delegationNonceOf(position),
    deadline: BigInt(await time.latest()) + DAY,
  };
  const signature = await p.alice.signTypedData(
    domain,
    { ClaimDelegation: DELEGATION },
    { positionId: position, ...terms },
  );
  return { delegation: { position, ...terms }, signature, claim: p.claimOf(position) };
}

function peersClaim(given: string, index: bigint, holder: "newcomer" | "alice", isWordUsed: boolean): Scenario {
  return scenario("BitmapDistributor.claim", given, async () => {
    const p = await loadFixture(peers);
    const { distributor, proof } = await p.bitmapOf(p[holder], index);
    // The first slot is the bitmap's mapping: its word 0 has another bit already.
    if (isWordUsed) await useFirstBitmapWord(await distributor.getAddress());
    return distributor.connect(p.stranger).claim(index, p[holder], AMOUNT, proof);
  });
}

async function useFirstBitmapWord(distributor: string): Promise<void> {
  const slot = ethers.solidityPackedKeccak256(["uint256", "uint256"], [0n, 0n]);
  await ethers.provider.send("hardhat_setStorageAt", [distributor, slot, ethers.toBeHex(1n << 200n, 32)]);
}

/** The same royalties in a second vault of the token, as after a ledger was replaced: it keeps claimed amounts itself. */
async function secondVault() {
  const p = await loadFixture(once);
  const vault = await ethers.deployContract("RoyaltyVault", [p.token, p.positions, p.deployer]);
  const ledger = await ethers.deployContract("RoyaltyLedger", [
    vault,
    p.attributors,
    p.governance,
    p.guardian,
    PARAMETERS,
  ]);
  await vault.bind(ledger);
  const { hash, sum } = await p.ledger.payoutsRoot();
  await vault.connect(await as(ledger)).setPayouts({ hash, sum });
  await p.token.transfer(vault, AMOUNT);
  return { ...p, vault };
}

function claimOneScenario(given: string, fixture: typeof once, position: bigint): Scenario {
  return scenario("RoyaltyVault.claimOne", given, async () => {
    const p = await loadFixture(fixture);
    return claimOne(p, p.claimOf(position));
  });
}

function claimOne(p: Awaited<ReturnType<typeof once>>, { cumulative, payloadHash, opening, position }: ClaimValue) {
  return p.vault.connect(p.stranger).claimOne(position, cumulative, payloadHash, opening);
}

function claimScenario(given: string, fixture: typeof once, positions: bigint[]): Scenario {
  return scenario("RoyaltyVault.claim", given, async () => {
    const p = await loadFixture(fixture);
    return p.vault.connect(p.stranger).claim(alongPath(p.claimOf, positions));
  });
}

export const claimScenarios: Scenario[] = [
  claimOneScenario(GIVEN.first, once, NEWCOMERS_FIRST),
  claimOneScenario("first, by a holder of the token", once, HOLDERS_FIRST),
  claimOneScenario("first, by a holder of the token, direct income too", once, EARNS_DIRECTLY),
  claimOneScenario("first, by a new holder of the token, in a vault that is not primary", secondVault, NEWCOMERS_FIRST),
  claimOneScenario(GIVEN.repeated, twice, REPEATED),
  scenario("RoyaltyVault.claimOne", "direct income only", async () => {
    const p = await loadFixture(once);
    return claimOne(p, accruedOnly(DEVELOPERS));
  }),
  claimScenario(GIVEN.repeated, twice, [REPEATED]),
  claimScenario(GIVEN.firstTen, once, BATCH),
  claimScenario(GIVEN.repeatedTen, twice, BATCH),
  scenario("RoyaltyVault.claim", GIVEN.repeatedTenFromRoot, async () => {
    const p = await loadFixture(twice);
    return p.vault.connect(p.stranger).claim(BATCH.map((position) => p.claimOf(position)));
  }),
  claimScenario(GIVEN.repeatedTenOthers, twice, OTHERS_BATCH),
  scenario("RoyaltyVault.claimTo", "repeated, by the appointed claimer", async () => {
    const p = await loadFixture(twice);
    await p.vault.connect(p.alice).setClaimer(REPEATED, p.delegate);
    return p.vault.connect(p.delegate).claimTo(p.delegate, [p.claimOf(REPEATED)]);
  }),
  scenario("RoyaltyVault.claimFor", "repeated, by a signed delegation", async () => {
    const p = await loadFixture(twice);
    return p.vault.connect(p.delegate).claimFor([await delegated(p, REPEATED)]);
  }),
  scenario("RoyaltyVault.setClaimer", "first", async () => {
    const p = await loadFixture(once);
    return p.vault.connect(p.alice).setClaimer(REPEATED, p.delegate);
  }),
  scenario("RoyaltyVault.revokeDelegations", "first", async () => {
    const p = await loadFixture(once);
    return p.vault.connect(p.alice).revokeDelegations(REPEATED);
  }),
  peersClaim(GIVEN.peerFirst, 0n, "newcomer", false),
  peersClaim("by a new holder of the token, in a used word", 0n, "newcomer", true),
  peersClaim("by a holder of the token, in a fresh word", 0n, "alice", false),
  peersClaim("by a holder of the token, in a used word", 0n, "alice", true),
  scenario("CumulativeDistributor.claim", "first, by a new holder of the token", async () => {
    const p = await loadFixture(peers);
    const proof = await p.grant(p.newcomer, AMOUNT);
    return p.cumulative.connect(p.stranger).claim(p.newcomer, AMOUNT, proof);
  }),
  scenario("CumulativeDistributor.claim", "first, by a holder of the token", async () => {
    const p = await loadFixture(peers);
    const proof = await p.grant(p.alice, AMOUNT);
    return p.cumulative.connect(p.stranger).claim(p.alice, AMOUNT, proof);
  }),
  scenario("CumulativeDistributor.claim", "repeated", async () => {
    const p = await loadFixture(peers);
    await p.cumulative.claim(p.alice, AMOUNT, await p.grant(p.alice, AMOUNT));
    const proof = await p.grant(p.alice, 3n * AMOUNT);
    return p.cumulative.connect(p.stranger).claim(p.alice, 3n * AMOUNT, proof);
  }),
];

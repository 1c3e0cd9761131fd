// The whole protocol on the simulated chain, with nothing stood in for, at the stages from which scenarios start.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type Addressable, ZeroHash } from "ethers";
import { ethers, loadFixture, networkHelpers, time } from "../../test/support/network.ts";
import {
  actors,
  anyRoot,
  attest,
  contribute,
  DEMAND_PARAMETERS,
  INCLUSION_TERMS,
  DISPUTE_PARAMETERS,
  DISPUTE_VOTES,
  INDEX_WINDOW,
  METHOD,
  MODEL_PARAMETERS,
  OPEN,
  PARAMETERS,
  PENALTIES,
  registration,
  type RootValue,
  startEpoch,
  TERMS,
  WRONG_PENALTIES,
} from "../../test/support/protocol.ts";

export const DAY = 86_400n;
export const STAKE = 10_000n * OPEN;
export const REVIEW_WINDOW = DAY;
export const UNBONDING = 14n * DAY;
/** Of one settlement: large, so that the openings' sums have as many digits as after years of use. */
export const FEE = 100_000_000n * OPEN;

const REVIEW = {
  objectionBondFloor: 100n * OPEN,
  objectionBondBps: 1_000n,
  commitSeconds: DAY,
  revealSeconds: DAY,
  appealSeconds: DAY,
  quorumBps: 2_000n,
  rewardBps: 5_000n,
  unrevealedFault: 0n,
  unrevealedBps: 100n,
  leastStake: 1_000n * OPEN,
};

export const SPLIT = { treasury: 200n, gateway: 500n, curators: 300n, stakers: 500n, developer: 2_000n, data: 6_500n };

export const POOL = { validator: 1, attributor: 2, gateway: 3, model: 4 };

export async function people() {
  const signers = await ethers.getSigners();
  return {
    ...(await actors()),
    validatorA: signers[14]!,
    validatorB: signers[15]!,
    operator: signers[16]!,
    delegate: signers[17]!,
    /** Holds no token of any kind. */
    newcomer: signers[18]!,
    guardian: signers[19]!,
  };
}

/** Deployed and bound; everybody but the newcomer holds OPEN and has approved whom they pay. */
export async function deployed() {
  const p = await people();
  const governance = p.governance.address;
  const token = await ethers.deployContract("OpenToken", [p.deployer.address]);
  const positions = await ethers.deployContract("RoyaltyPositions", [p.treasury.address, token]);
  const staking = await ethers.deployContract("OperatorStaking", [
    token,
    governance,
    { unbondingSeconds: UNBONDING, commissionDelaySeconds: 20n * DAY, streamSeconds: 7n * DAY },
  ]);
  const attributors = await ethers.deployContract("StakedAttributors", [staking, 6_666n, 1_000n * OPEN]);
  const vault = await ethers.getContractAt("RoyaltyVault", await positions.vault());
  const ledger = await ethers.deployContract("RoyaltyLedger", [vault, attributors, governance, p.guardian, PARAMETERS]);
  const datanets = await ethers.deployContract("DatanetRegistry", [ledger, positions, 60n, 7n * DAY]);
  const models = await ethers.deployContract("ModelRegistry", [
    token,
    datanets,
    positions,
    governance,
    MODEL_PARAMETERS,
  ]);
  const tillCode = await ethers.deployContract("ModelTill", [ledger, models, staking]);
  const tills = await ethers.deployContract("TillFactory", [tillCode, models]);
  const review = await ethers.deployContract("ContributionReview", [datanets, staking, REVIEW]);
  const shares = await ethers.deployContract("RoyaltySharesFactory", [positions]);
  const calls = await ethers.deployContract("CallChecker", [ledger, models]);
  const payouts = await ethers.deployContract("PayoutChecker", [ledger, models, datanets]);
  const forms = await ethers.deployContract("FormChecker", [ledger, models]);
  const faults = await ethers.deployContract("FaultProofs", [ledger, calls, payouts, forms, { deposit: OPEN }]);
  const demands = await ethers.deployContract("Demands", [ledger, models, staking, DEMAND_PARAMETERS, PENALTIES]);
  const channels = await ethers.deployContract("BatchSettlement");
  const settlementProofs = await ethers.deployContract("SettlementProofs", [
    ledger,
    models,
    tills,
    channels,
    staking,
    await ethers.deployContract("SettlementChecker"),
    { deposit: OPEN },
    WRONG_PENALTIES,
    INCLUSION_TERMS,
  ]);
  const disputes = await ethers.deployContract("SketchDisputes", [
    ledger,
    models,
    staking,
    DISPUTE_PARAMETERS,
    DISPUTE_VOTES,
  ]);
  for (const person of Object.values(p)) {
    if (person.address === p.newcomer.address) continue;
    if (person.address !== p.deployer.address) await token.transfer(person, 10_000_000n * OPEN);
    for (const spender of [datanets, models, ledger, staking, review, faults, demands, settlementProofs, disputes]) {
      await token.connect(person).approve(spender, ethers.MaxUint256);
    }
  }
  return {
    ...p,
    token,
    positions,
    staking,
    attributors,
    vault,
    ledger,
    datanets,
    models,
    tillCode,
    tills,
    review,
    shares,
    faults,
    demands,
    settlementProofs,
    channels,
    disputes,
  };
}

export type Deployed = Awaited<ReturnType<typeof deployed>>;

/** Every contract named to the others, as a deployment does it. */
export async function bound() {
  const p = await loadFixture(deployed);
  await p.positions.bindMinters(p.datanets, p.models);
  await p.vault.bind(p.ledger);
  await p.ledger.bind(p.tills, p.models, [p.faults, p.demands, p.settlementProofs, p.disputes]);
  await p.models.bindCourts([p.demands, p.disputes]);
  await p.datanets.bindReview(p.review);
  await p.staking.bind(p.models, p.datanets, faultsOf(p));
  return p;
}

export function faultsOf({
  review,
  demands,
  settlementProofs,
  disputes,
}: Pick<Deployed, "review" | "demands" | "settlementProofs" | "disputes">) {
  const withheld = { slasher: demands, mostBps: PENALTIES.sketchBps, rewardBps: 1_000n };
  const wrong = { ...withheld, slasher: settlementProofs };
  const disputed = { slasher: disputes, mostBps: DISPUTE_PARAMETERS.signerBps, rewardBps: 1_000n };
  const unrevealed = { slasher: review, mostBps: 1_000n, rewardBps: 5_000n };
  return [unrevealed, withheld, withheld, wrong, wrong, disputed, disputed];
}

/** A datanet with staked validators, and staked attributors. */
export async function staked() {
  const p = await loadFixture(bound);
  await p.datanets.connect(p.curator).createDatanet({ ...TERMS, reviewWindowSeconds: REVIEW_WINDOW }, "ipfs://datanet");
  const attributors = [p.attributorA, p.attributorB, p.attributorC];
  for (const operator of attributors) await openStakedPool(p, operator, POOL.attributor, 0n);
  for (const operator of [p.validatorA, p.validatorB]) await openStakedPool(p, operator, POOL.validator, 1n);
  return p;
}

/** Pools are numbered from 1 in the order of opening. */
export async function openStakedPool(p: Deployed, operator: HardhatEthersSigner, kind: number, subject: bigint) {
  await p.staking.connect(operator).openPool(kind, subject, 500n);
  await p.staking.connect(operator).stake(await p.staking.poolCount(), STAKE);
}

export const RECORDS = [30n, 50n, 12n];

export function contentRoot(index: number): RootValue {
  return anyRoot(`content ${index}`, RECORDS[index]!);
}

/** Three contributions that may be accepted. */
export async function contributed() {
  const p = await loadFixture(staked);
  for (const [index, contributor] of [p.alice, p.bob, p.alice].entries())
    await give(p, contributor, contentRoot(index));
  await time.increase(REVIEW_WINDOW);
  return p;
}

export function give(p: Deployed, contributor: HardhatEthersSigner, root: RootValue) {
  return contribute(p.datanets.connect(contributor), 1n, 0n, root, ethers.id("CC0-1.0"), "ipfs://contribution");
}

/** A version with a usable index, its stakers, and its till. */
export async function modelled() {
  const p = await loadFixture(contributed);
  for (const id of [1n, 2n, 3n]) await p.datanets.accept(id);
  await p.models.connect(p.developer).register(registration({ split: SPLIT }));
  await p.staking.openModelPool(1n);
  await p.staking.connect(p.bob).stake(await p.staking.poolCount(), STAKE);
  await p.models.connect(p.developer).commitIndex(1n, METHOD, anyRoot("index", 92n), ZeroHash);
  await time.increase(INDEX_WINDOW);
  await p.tills.createTill(1n, p.gateway);
  const { predicted } = await p.tills.tillOf(1n, p.gateway);
  return { ...p, till: await ethers.getContractAt("ModelTill", predicted) };
}

export type Modelled = Awaited<ReturnType<typeof modelled>>;

/** Pays a fee into the till and closes it. @returns the settlement's id */
export async function close(p: Modelled, fee = FEE): Promise<bigint> {
  await p.token.transfer(p.till, fee);
  await p.till.connect(p.gateway).close(1n, anyRoot(`receipts ${fee}`, fee), 10n, ZeroHash);
  return p.ledger.settlementCount();
}

/** Sends the sketches of a settlement, signed by two of three attributors. */
export async function sendSketches(p: Modelled, settlement: bigint) {
  const sketches = anyRoot(`sketches ${settlement}`, 10n);
  const signatures = await attest(p, settlement, sketches.hash, [p.attributorA, p.attributorB]);
  return p.ledger.commitSketches(settlement, sketches, ZeroHash, signatures);
}

/** An epoch that is over, with two settlements that are advanced into it. */
export async function epochOver() {
  const p = await loadFixture(modelled);
  const epoch = await runEpoch(p);
  return { ...p, epoch };
}

export type EpochOver = Awaited<ReturnType<typeof epochOver>>;

/** @returns the epoch, over and advanced */
export async function runEpoch(p: Modelled): Promise<bigint> {
  const epoch = await startEpoch(p);
  for (const fee of [FEE, FEE / 10n]) await sendSketches(p, await close(p, fee));
  await time.increaseTo(await p.ledger.epochEnd(epoch));
  await p.ledger.advance(10n);
  return epoch;
}

export async function propose(p: Modelled, epoch: bigint, payouts: RootValue) {
  const groups = anyRoot(`groups ${epoch}`, await p.ledger.epochPools(epoch));
  return p.ledger.connect(p.proposer).propose(epoch, groups, payouts, ZeroHash);
}

export async function afterChallenges(): Promise<void> {
  await time.increase(PARAMETERS.challengeWindowSeconds);
}

/** A signer for a contract, to call what only it may call. */
export async function as(contract: Addressable): Promise<HardhatEthersSigner> {
  const address = await contract.getAddress();
  await networkHelpers.impersonateAccount(address);
  await networkHelpers.setBalance(address, OPEN);
  return ethers.getSigner(address);
}

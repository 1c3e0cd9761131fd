// The protocol on the simulated chain, at the stages from which tests start.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress, ZeroHash } from "ethers";
import type { DatanetRegistry, OpenToken } from "../../types/ethers-contracts/index.ts";
import { ethers, loadFixture, networkHelpers, time } from "./network.ts";

export const OPEN = 10n ** 18n;
export const BPS = 10_000n;

export const PARAMETERS = {
  epochSeconds: 3_600n,
  sketchWindowSeconds: 600n,
  challengeWindowSeconds: 1_200n,
  settlementLifetimeSeconds: 90n * 86_400n,
  bondFloor: 100n * OPEN,
  bondBps: 500n,
  proposerFee: 20n * OPEN,
  mostBondFloor: 1_000n * OPEN,
  mostProposerFee: 100n * OPEN,
} as const;

export const INDEX_BOND = 50n * OPEN;
export const INDEX_WINDOW = 300n;

export const MODEL_PARAMETERS = {
  treasuryLeastBps: 100n,
  treasuryMostBps: 500n,
  indexBond: INDEX_BOND,
  mostIndexBond: 10n * INDEX_BOND,
  indexWindowSeconds: INDEX_WINDOW,
};

export const TERMS = {
  bondPerRecord: 3n,
  licenceFee: 1_000n * OPEN + 7n,
  reviewWindowSeconds: 60n,
  leastDataShareBps: 5_000n,
  curatorCutBps: 1_000n,
  mistakeBps: 500n,
  negligenceBps: 3_000n,
  maliceBps: 10_000n,
  allowedUses: 1n,
};

export const SPLIT = { treasury: 200n, gateway: 500n, curators: 300n, stakers: 0n, developer: 2_000n, data: 7_000n };

export const METHOD = {
  k: 256n,
  topK: 32n,
  debitFactor: 192n,
  tau: 64_225n,
  delta: 6_554n,
  signatureMatch: 230n,
  sketchSpec: ethers.id("spec"),
};

export type RootValue = { hash: string; sum: bigint };

/** Some root with this sum: what is under it does not matter to the contract under test. */
export function anyRoot(name: string, sum: bigint): RootValue {
  return { hash: ethers.id(name), sum };
}

const SIGNERS = [
  "deployer",
  "treasury",
  "developer",
  "gateway",
  "curator",
  "alice",
  "bob",
  "proposer",
  "rival",
  "attributorA",
  "attributorB",
  "attributorC",
  "stranger",
  "governance",
  "guardian",
] as const;

export type Actors = Record<(typeof SIGNERS)[number], HardhatEthersSigner>;

/** The connection to a chain on which something is deployed: that of this process, or to a node. */
type Connected = { ethers: typeof ethers };
const here: Connected = { ethers };

export async function actors(on: Connected = here): Promise<Actors> {
  const signers = await on.ethers.getSigners();
  return Object.fromEntries(SIGNERS.map((name, index) => [name, signers[index]!])) as Actors;
}

/** Seconds, basis points and OPEN base units of staking and review; the unbonding outlasts whatever the review may slash for. */
export const STAKING_PARAMETERS = {
  unbondingSeconds: 14n * 86_400n,
  commissionDelaySeconds: 14n * 86_400n,
  streamSeconds: 7n * 86_400n,
} as const;
export const REVIEW_PARAMETERS = {
  objectionBondFloor: 10n * OPEN,
  objectionBondBps: 5_000n,
  commitSeconds: 3_600n,
  revealSeconds: 3_600n,
  appealSeconds: 3_600n,
  quorumBps: 2_000n,
  rewardBps: 5_000n,
  unrevealedFault: 0n,
  unrevealedBps: 100n,
  leastStake: 100n * OPEN,
} as const;
export const DEMAND_PARAMETERS = { answerSeconds: 20n, reactionSeconds: 10n, deposit: OPEN } as const;
export const PENALTIES = {
  sketchFault: 1n,
  receiptFault: 2n,
  sketchBps: 1_000n,
  receiptBps: 1_000n,
  answerableSeconds: 3_600n,
} as const;
export const WRONG_PENALTIES = { ...PENALTIES, sketchFault: 3n, receiptFault: 4n } as const;
export const INCLUSION_TERMS = {
  graceSeconds: 60n,
  demandSeconds: 1_200n,
  answerSeconds: 600n,
  deposit: OPEN,
} as const;
export const DISPUTE_PARAMETERS = {
  resolveSeconds: 60n,
  bondFloor: OPEN,
  bondBps: 500n,
  unansweredBps: 1_000n,
  signerFault: 6n,
  signerBps: 1_000n,
  admittedBps: 100n,
  answerableSeconds: 3_600n,
} as const;
export const DISPUTE_VOTES = {
  commitSeconds: 60n,
  revealSeconds: 60n,
  quorumBps: 5_000n,
  unrevealedFault: 5n,
  unrevealedBps: 100n,
} as const;
export const ATTRIBUTOR_STAKE = 1_000n * OPEN;
const ATTRIBUTOR = 2n;

/** The protocol over any ERC-20 whose supply the deployer holds; what is staked is `open`. Three attributors have equal stakes, two are a quorum. Receipts are compared with `channels`: with none by default. */
export async function deployOver(
  token: { getAddress(): Promise<string> },
  open?: OpenToken,
  { ethers }: Connected = here,
  channels: string = ZeroAddress,
) {
  const people = await actors({ ethers });
  const tokenAddress = await token.getAddress();
  const governance = people.governance.address;
  const staked = open ?? (await ethers.deployContract("OpenToken", [people.deployer.address]));
  const positions = await ethers.deployContract("RoyaltyPositions", [people.treasury.address, tokenAddress]);
  const staking = await ethers.deployContract("OperatorStaking", [staked, governance, STAKING_PARAMETERS]);
  const attributors = await ethers.deployContract("StakedAttributors", [staking, 6_000n, OPEN]);
  const vault = await ethers.getContractAt("RoyaltyVault", await positions.vault());
  const ledger = await ethers.deployContract("RoyaltyLedger", [
    vault,
    attributors,
    governance,
    people.guardian,
    PARAMETERS,
  ]);
  const datanets = await ethers.deployContract("DatanetRegistry", [ledger, positions, 60n, 86_400n]);
  const review = await ethers.deployContract("ContributionReview", [datanets, staking, REVIEW_PARAMETERS]);
  const models = await ethers.deployContract("ModelRegistry", [
    tokenAddress,
    datanets,
    positions,
    governance,
    MODEL_PARAMETERS,
  ]);
  const tillCode = await ethers.deployContract("ModelTill", [ledger, models, staking]);
  const tills = await ethers.deployContract("TillFactory", [tillCode, models]);
  await positions.bindMinters(datanets, models);
  await vault.bind(ledger);
  const checkers = [
    await ethers.deployContract("CallChecker", [ledger, models]),
    await ethers.deployContract("PayoutChecker", [ledger, models, datanets]),
    await ethers.deployContract("FormChecker", [ledger, models]),
  ] as const;
  const proofs = await ethers.deployContract("FaultProofs", [ledger, ...checkers, { deposit: OPEN }]);
  const demands = await ethers.deployContract("Demands", [ledger, models, staking, DEMAND_PARAMETERS, PENALTIES]);
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
  await ledger.bind(tills, models, [proofs, demands, settlementProofs, disputes]);
  const indexProofs = await ethers.deployContract("IndexProofs", [models, datanets, { deposit: OPEN }]);
  await models.bindCourts([demands, indexProofs, disputes]);
  await datanets.bindReview(review);
  const withheld = { slasher: demands, mostBps: 1_000n, rewardBps: 1_000n };
  const wrong = { ...withheld, slasher: settlementProofs };
  const disputed = { slasher: disputes, mostBps: 1_000n, rewardBps: 1_000n };
  const unrevealed = { slasher: review, mostBps: 100n, rewardBps: 5_000n };
  await staking.bind(models, datanets, [unrevealed, withheld, withheld, wrong, wrong, disputed, disputed]);
  for (const attributor of [people.attributorA, people.attributorB, people.attributorC]) {
    await staked.transfer(attributor, ATTRIBUTOR_STAKE);
    await staked.connect(attributor).approve(staking, ATTRIBUTOR_STAKE);
    await staking.connect(attributor).openPool(ATTRIBUTOR, 0n, 0n);
    const pool = await staking.poolWith(ATTRIBUTOR, 0n, attributor.address);
    await staking.connect(attributor).stake(pool, ATTRIBUTOR_STAKE);
  }
  return {
    ...people,
    positions,
    attributors,
    vault,
    ledger,
    datanets,
    models,
    staking,
    review,
    tillCode,
    tills,
    proofs,
    demands,
    indexProofs,
    settlementProofs,
    disputes,
  };
}

/** Another ledger over the same positions, and its own vault. */
export async function anotherLedger(
  p: Pick<Protocol, "positions" | "attributors" | "deployer" | "governance" | "guardian">,
  token: { getAddress(): Promise<string> },
) {
  const vault = await ethers.deployContract("RoyaltyVault", [await token.getAddress(), p.positions, p.deployer]);
  const ledger = await ethers.deployContract("RoyaltyLedger", [
    vault,
    p.attributors,
    p.governance,
    p.guardian,
    PARAMETERS,
  ]);
  await vault.bind(ledger);
  return { vault, ledger };
}

/** Deployed, and everybody who pays anything has OPEN and has approved whom they pay. */
export async function protocol({ ethers }: Connected = here) {
  const people = await actors({ ethers });
  const token = await ethers.deployContract("OpenToken", [people.deployer.address]);
  const deployed = await deployOver(token, token, { ethers });
  const { datanets, models, ledger } = deployed;
  for (const person of [people.developer, people.alice, people.bob, people.proposer, people.rival, people.stranger]) {
    await token.transfer(person.address, 1_000_000n * OPEN);
    for (const spender of [datanets, models, ledger]) {
      await token.connect(person).approve(spender, ethers.MaxUint256);
    }
  }
  await token.approve(ledger, ethers.MaxUint256);
  return { ...deployed, token };
}

export type Protocol = Awaited<ReturnType<typeof protocol>>;

const SALT = ethers.id("salt");

/** Reserves records for the registry's caller and contributes them; each transaction is a block of its own. */
export async function contribute(
  datanets: DatanetRegistry,
  datanet: bigint,
  kind: bigint,
  root: RootValue,
  licence: string,
  uri: string,
) {
  const contributor = await (datanets.runner as HardhatEthersSigner).getAddress();
  await datanets.reserve(await datanets.reservationOf(contributor, datanet, root, SALT));
  return datanets.contribute(datanet, kind, root, licence, uri, SALT);
}

/** A datanet to which Alice gave 30 and 12 records and Bob 50, all accepted. */
export async function contributed() {
  const p = await loadFixture(protocol);
  await p.datanets.connect(p.curator).createDatanet(TERMS, "ipfs://datanet");
  const contributions = [
    { by: p.alice, records: 30n },
    { by: p.bob, records: 50n },
    { by: p.alice, records: 12n },
  ];
  for (const [index, { by, records }] of contributions.entries()) {
    await contribute(
      p.datanets.connect(by),
      1n,
      0n,
      anyRoot(`content ${index}`, records),
      ethers.id("CC0-1.0"),
      "ipfs://c",
    );
  }
  await time.increase(TERMS.reviewWindowSeconds + 1n);
  for (const id of [1n, 2n, 3n]) await p.datanets.accept(id);
  return { ...p, datanet: 1n, records: 92n, curatorPosition: 2n, alicePosition: 3n, bobPosition: 4n };
}

/** What most registrations look like. */
export function registration(overrides: Record<string, unknown> = {}) {
  return {
    weightsHash: ethers.id("weights"),
    parents: [] as bigint[],
    datanets: [1n],
    split: SPLIT,
    royaltyBps: 300n,
    inputPrice: 3n * OPEN,
    outputPrice: 15n * OPEN,
    uri: "ipfs://model",
    ...overrides,
  };
}

/** A model on that datanet with a usable index, and its till. */
export async function modelled() {
  const p = await loadFixture(contributed);
  await p.models.connect(p.developer).register(registration());
  await p.models.connect(p.developer).commitIndex(1n, METHOD, anyRoot("index", p.records), ZeroHash);
  await time.increase(INDEX_WINDOW);
  await p.tills.createTill(1n, p.gateway.address);
  const { predicted } = await p.tills.tillOf(1n, p.gateway.address);
  const till = await ethers.getContractAt("ModelTill", predicted);
  return { ...p, till, version: 1n, developerPosition: 5n };
}

export type Modelled = Awaited<ReturnType<typeof modelled>>;

/** Pays a fee into the till and closes it. @returns the settlement's id */
export async function close(p: Modelled, fee: bigint, count = 10n): Promise<bigint> {
  await p.token.transfer(p.till, fee);
  await p.till.connect(p.gateway).close(p.version, anyRoot(`receipts ${fee}`, fee), count, ZeroHash);
  return p.ledger.settlementCount();
}

/** Signatures of attributors over a settlement's sketches, in the order that the ledger wants. */
export async function attest(
  p: Pick<Protocol, "ledger">,
  settlement: bigint,
  sketchesHash: string,
  signers: HardhatEthersSigner[],
): Promise<string[]> {
  const { chainId } = await ethers.provider.getNetwork();
  const { version, count } = await p.ledger.settlementOf(settlement);
  const models = await modelsOf(p);
  const { hash } = await models.indexOf(version);
  const ascending = [...signers].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const domain = {
    name: "Tributary RoyaltyLedger",
    version: "1",
    chainId,
    verifyingContract: await p.ledger.getAddress(),
  };
  const types = {
    SketchAttestation: [
      { name: "settlementId", type: "uint64" },
      { name: "indexRoot", type: "bytes32" },
      { name: "sketchesRoot", type: "bytes32" },
      { name: "count", type: "uint64" },
    ],
  };
  const message = { settlementId: settlement, indexRoot: hash, sketchesRoot: sketchesHash, count };
  return Promise.all(ascending.map((signer) => signer.signTypedData(domain, types, message)));
}

async function modelsOf(p: Pick<Protocol, "ledger">) {
  const [bound] = await p.ledger.queryFilter(p.ledger.filters.Bound());
  return ethers.getContractAt("ModelRegistry", bound!.args.models);
}

/** Commits sketches that two attributors have signed. */
export async function commitSketches(p: Modelled, settlement: bigint): Promise<void> {
  const { count } = await p.ledger.settlementOf(settlement);
  const sketches = anyRoot(`sketches ${settlement}`, count);
  const signatures = await attest(p, settlement, sketches.hash, [p.attributorA, p.attributorB]);
  await p.ledger.commitSketches(settlement, sketches, ZeroHash, signatures);
}

export async function now(): Promise<bigint> {
  return BigInt(await time.latest());
}

/** Moves to the first second of a fresh epoch, so that what follows falls into one. @returns its number */
export async function startEpoch(p: Pick<Protocol, "ledger">): Promise<bigint> {
  const current = await p.ledger.epochAt(await now());
  await time.increaseTo(await p.ledger.epochEnd(current));
  return current + 1n;
}

/** Two settlements of one version in one epoch, which is over and advanced. */
export async function epochOver() {
  const p = await loadFixture(modelled);
  const epoch = await startEpoch(p);
  for (const fee of [1_000n * OPEN + 1n, 333n * OPEN + 13n]) await commitSketches(p, await close(p, fee));
  await time.increaseTo(await p.ledger.epochEnd(epoch));
  await p.ledger.advance(10n);
  return { ...p, epoch, pools: await p.ledger.epochPools(epoch) };
}

export type EpochOver = Awaited<ReturnType<typeof epochOver>>;

/** Proposes these payouts for the next epoch and finalises them. */
export async function settleEpoch(p: EpochOver, payouts: RootValue): Promise<void> {
  await p.ledger.connect(p.proposer).propose(p.epoch, anyRoot("groups", p.pools), payouts, ZeroHash);
  await time.increase(PARAMETERS.challengeWindowSeconds);
  await p.ledger.finalize(p.epoch);
}

/** What the ledger says it owes, in all; finalised payouts are the vault's. */
export async function ledgerOwes(p: Pick<Protocol, "ledger">): Promise<bigint> {
  const { pools, accrued, bonds } = await p.ledger.owed();
  return pools + accrued + bonds;
}

export { networkHelpers };

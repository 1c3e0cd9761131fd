// A ledger with its courts on the simulated chain, ready to take any epoch. What feeds the ledger is simulated (contracts/test/SimulatedOrigins.sol); the rest is real.
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { methodId } from "@tributary/protocol/typed-data/method-id";
import { bytesToHex } from "@tributary/protocol/bytes";
import type { Node } from "@tributary/protocol/node";
import {
  type Addressable,
  type BaseContract,
  type ContractTransactionReceipt,
  type ContractTransactionResponse,
  MaxUint256,
  ZeroHash,
} from "ethers";
import type { OpenToken, SimulatedOrigins } from "../../../../types/ethers-contracts/index.ts";
import type { DrawnEpoch, Placement } from "../drawn-epoch.ts";
import { POSITION_COUNT } from "../drawn-epoch.ts";

const GAS = 16_000_000n;
const OPEN = 10n ** 18n;
export const ANSWER_SECONDS = 60n;

/** Windows, in seconds, and amounts, in base units of OPEN, as the parameters of a deployment name them. */
export interface Terms {
  readonly epochSeconds: bigint;
  readonly sketchWindowSeconds: bigint;
  readonly challengeWindowSeconds: bigint;
  readonly bondFloor: bigint;
  readonly bondBps: bigint;
  readonly proofDeposit: bigint;
  readonly answerSeconds: bigint;
  readonly reactionSeconds: bigint;
  readonly demandDeposit: bigint;
  /** What proposer and prover have each. */
  readonly funds: bigint;
}

const TERMS: Terms = {
  epochSeconds: 3_600n,
  sketchWindowSeconds: 600n,
  challengeWindowSeconds: 1_200n,
  bondFloor: OPEN,
  bondBps: 0n,
  proofDeposit: 1n,
  answerSeconds: ANSWER_SECONDS,
  reactionSeconds: 60n,
  demandDeposit: 1n,
  funds: 1_000n * OPEN,
};

/** Who attests sketches on a stage, with what stake. */
export interface Attributors {
  /** `IAttributorSet`. */
  readonly set: Addressable;
  /** `IOperatorStaking`, in which the demands slash. */
  readonly staking: Addressable;
  /** Opens pools and stakes, once the contract that slashes is there. */
  open(demands: Addressable): Promise<void>;
  /** Signatures of a quorum over a settlement's sketches, as the ledger takes them. */
  sign(ledger: Addressable, settlement: bigint, sketchesHash: string): Promise<string[]>;
}

/** What attributors are made from. */
export interface Ground {
  readonly ethers: NetworkConnection["ethers"];
  readonly token: OpenToken;
  readonly origins: SimulatedOrigins;
  readonly deployer: HardhatEthersSigner;
  readonly proposer: HardhatEthersSigner;
}

/** What a stage may have otherwise. */
export interface StageOptions {
  readonly terms?: Partial<Terms>;
  /** Simulated ones that sign everything, where none are made. */
  readonly attributors?: (ground: Ground) => Promise<Attributors>;
}

export type Stage = Awaited<ReturnType<typeof setStage>>;

/** A root as contracts take it. */
export function rootOf({ hash, sum }: Node): { hash: string; sum: bigint } {
  return { hash: bytesToHex(hash), sum };
}

/** A bundle in which something is published; nobody needs one where all that a watcher knows is handed to it. */
export interface Published {
  previous: string;
  indexOf(version: bigint): string;
  sketchesOf(settlement: bigint): string;
}

const UNPUBLISHED: Published = { previous: ZeroHash, indexOf: () => ZeroHash, sketchesOf: () => ZeroHash };

/** Waits for a transaction's block: a node, unlike the simulated chain in this process, mines after it has answered. */
async function mined(sent: Promise<ContractTransactionResponse>): Promise<void> {
  await (await sent).wait();
}

/** Deploys and binds everything. @param connection to the chain on which; a simulated one of its own by default */
export async function setStage(
  connection: Promise<Pick<NetworkConnection, "ethers" | "networkHelpers">> = network.create(),
  options: StageOptions = {},
) {
  const terms = { ...TERMS, ...options.terms };
  const { ethers, networkHelpers } = await connection;
  const deploy: typeof ethers.deployContract = async (...given: [never, never]) => {
    const contract = await ethers.deployContract(...given);
    return (await contract.waitForDeployment()) as never;
  };
  const [deployer, proposer, prover] = await ethers.getSigners();
  if (deployer === undefined || proposer === undefined || prover === undefined) throw new Error("too few accounts");
  const token = await deploy("OpenToken", [deployer.address]);
  const origins = await deploy("SimulatedOrigins");
  const positions = await deploy("RoyaltyPositions", [deployer.address, token]);
  const vault = await ethers.getContractAt("RoyaltyVault", await positions.vault());
  const attributors = await (options.attributors ?? simulatedAttributors)({
    ...{ ethers, token, origins, deployer, proposer },
  });
  const ledger = await deploy("RoyaltyLedger", [
    vault,
    attributors.set,
    deployer.address,
    deployer.address,
    {
      epochSeconds: terms.epochSeconds,
      sketchWindowSeconds: terms.sketchWindowSeconds,
      challengeWindowSeconds: terms.challengeWindowSeconds,
      settlementLifetimeSeconds: 24n * terms.epochSeconds,
      bondFloor: terms.bondFloor,
      bondBps: terms.bondBps,
      proposerFee: 0n,
      mostBondFloor: terms.bondFloor,
      mostProposerFee: 0n,
    },
  ]);
  const calls = await deploy("CallChecker", [ledger, origins]);
  const payouts = await deploy("PayoutChecker", [ledger, origins, origins]);
  const forms = await deploy("FormChecker", [ledger, origins]);
  const faults = await deploy("FaultProofs", [ledger, calls, payouts, forms, { deposit: terms.proofDeposit }]);
  const demands = await deploy("Demands", [
    ledger,
    origins,
    attributors.staking,
    { answerSeconds: terms.answerSeconds, reactionSeconds: terms.reactionSeconds, deposit: terms.demandDeposit },
    { sketchFault: 0n, receiptFault: 0n, sketchBps: 1n, receiptBps: 1n, answerableSeconds: 24n * terms.epochSeconds },
  ]);
  await mined(positions.bindMinters(origins, origins));
  await mined(vault.bind(ledger));
  await mined(ledger.bind(origins, origins, [faults, demands]));
  await mined(origins.mintPositions(positions, POSITION_COUNT - (await positions.positionCount())));
  await mined(token.transfer(origins, (await token.balanceOf(deployer)) / 2n));
  for (const account of [proposer, prover]) {
    await mined(token.transfer(account, terms.funds));
    for (const spender of [ledger, demands]) await mined(token.connect(account).approve(spender, MaxUint256));
  }
  await attributors.open(demands);
  const { provider } = ethers;

  /** Sends a call and returns its receipt; throws what the contract reverts with. */
  async function send(
    from: { address: string },
    to: BaseContract,
    data: string,
  ): Promise<Pick<ContractTransactionReceipt, "logs" | "gasUsed">> {
    const at = await to.getAddress();
    const hash: unknown = await provider.send("eth_sendTransaction", [
      { from: from.address, to: at, data, gas: `0x${GAS.toString(16)}` },
    ]);
    return (await provider.getTransactionReceipt(hash as string)) as unknown as ContractTransactionReceipt;
  }

  return {
    ethers,
    networkHelpers,
    provider,
    token,
    origins,
    positions,
    ledger,
    faults,
    demands,
    attributors,
    terms,
    proposer,
    prover,
    send,
  };
}

/** SIMULATED attributors: the origins sign everything, and have no stake to lose. */
function simulatedAttributors({ origins }: Ground): Promise<Attributors> {
  const sign = async (): Promise<string[]> => [await origins.getAddress()];
  return Promise.resolve({ set: origins, staking: origins, open: () => Promise.resolve(), sign });
}

/** Where the next epoch will stand, if everything of it is sent in one go: the epoch that begins after the one of its previous payouts. */
export async function placementOn({ ledger, provider, networkHelpers }: Stage): Promise<Placement> {
  const { chainId } = await provider.getNetwork();
  const current = await ledger.epochAt(BigInt(await networkHelpers.time.latest()));
  const address = (await ledger.getAddress()) as `0x${string}`;
  return { chainId, ledger: address, epoch: current + 2n, nextSettlement: (await ledger.settlementCount()) + 1n };
}

/** Puts an epoch on the ledger: previous payouts are finalised, its settlements are ready, and it can be proposed for. */
export async function place(stage: Stage, { plain, honest }: DrawnEpoch, published = UNPUBLISHED): Promise<void> {
  const { ledger, origins, networkHelpers, proposer, terms } = stage;
  const { time } = networkHelpers;
  const { epoch } = honest.inputs;
  const settled = previousPool(plain.previous);
  if (plain.previous.length > 0) {
    await time.increaseTo(await ledger.epochEnd(epoch - 2n));
    await openSettlement(stage, 1n, { hash: ONES, sum: settled }, 1, settled);
    await commitSketches(stage, await ledger.settlementCount(), { hash: ONES, sum: 1n });
    await time.increaseTo(await ledger.epochEnd(epoch - 1n));
    await mined(ledger.advance(1n));
    const previous = rootOf(honest.previous.tree.root);
    await mined(
      ledger.connect(proposer).propose(epoch - 1n, { hash: ONES, sum: settled }, previous, published.previous),
    );
    await time.increase(terms.challengeWindowSeconds);
    await mined(ledger.finalize(epoch - 1n));
  } else {
    await time.increaseTo(await ledger.epochEnd(epoch - 1n));
  }
  for (const [id, position] of Object.entries(plain.positions)) await mined(origins.setEarner(BigInt(id), position));
  const facts = honest.factsFor(honest.epoch.groupsTree.root, honest.epoch.payoutsTree.root);
  for (const [g, group] of honest.inputs.groups.entries()) {
    const index = {
      ...rootOf(honest.indexOf(g).tree.root),
      committedAt: 1n,
      usableAt: 1n,
      committer: proposer.address,
      bond: 0n,
      methodId: methodId(group.method),
      bundleHash: published.indexOf(group.modelVersion),
    };
    await mined(origins.setModel(group.modelVersion, index, group.method));
    if (group.plainPool > 0n) await mined(origins.addPlainIncome(ledger, group.modelVersion, group.plainPool));
  }
  const settlements = honest.inputs.groups.flatMap((group) =>
    group.settlements.map(({ settlementId }, nth) => ({ settlementId, nth, version: group.modelVersion })),
  );
  for (const { settlementId, version } of settlements.toSorted((x, y) => Number(x.settlementId - y.settlementId))) {
    const { receipts, count, pool } = facts.settlementOf(settlementId)!;
    await openSettlement(stage, version, rootOf(receipts), count, pool);
    if ((await ledger.settlementCount()) !== settlementId) throw new Error(`settlement ${settlementId} has another id`);
  }
  // Groups begin in their order, and take turns from then on.
  for (const { settlementId } of settlements.toSorted((x, y) => x.nth - y.nth))
    await commitSketches(stage, settlementId, rootOf(facts.settlementOf(settlementId)!.sketches), published);
  await time.increaseTo(await ledger.epochEnd(epoch));
  await mined(ledger.advance(100n));
  if ((await ledger.nextEpoch()) !== epoch) throw new Error(`epoch ${epoch} is not the next one`);
}

/** What all payouts must be before the epoch's pools. */
export function previousPool(previous: readonly (readonly [bigint, bigint])[]): bigint {
  return previous.reduce((sum, [, cumulative]) => sum + cumulative, 0n);
}

const ONES = `0x${"11".repeat(32)}`;

async function openSettlement(
  { origins, ledger }: Stage,
  version: bigint,
  receipts: { hash: string; sum: bigint },
  count: number,
  pool: bigint,
): Promise<void> {
  await mined(origins.openSettlement(ledger, version, receipts, count, pool));
}

async function commitSketches(
  { attributors, ledger }: Stage,
  settlement: bigint,
  sketches: { hash: string; sum: bigint },
  published = UNPUBLISHED,
): Promise<void> {
  const signatures = await attributors.sign(ledger, settlement, sketches.hash);
  await mined(ledger.commitSketches(settlement, sketches, published.sketchesOf(settlement), signatures));
}

// Collects what the courts hold for the watcher: deposits of demands that have become idle, and rewards that were held back.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import { indexProofsAbi } from "@tributary/protocol/abi/index-proofs";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { GROUP, INDEX, PAYOUT, SKETCH } from "@tributary/protocol/kinds";
import { type Address, encodeFunctionData, type Hex, isAddressEqual } from "viem";
import { readSettlement } from "../chain/settlement-view.ts";
import type { DataSource } from "./committed-data.ts";
import type { MadeDemand } from "./demand-book.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import { titleOf } from "./input-finding.ts";
import type { ProposalView } from "./proposals.ts";

/** `IModelRegistry.IndexStatus.Pending`. */
const INDEX_PENDING = 1;

/** What a watcher may collect at a block. */
export interface Collecting {
  readonly source: DataSource;
  readonly collector: Address;
  readonly made: readonly MadeDemand[];
  readonly pending: readonly ProposalView[];
  readonly head: Head;
}

/** Refunds of own demands of what cannot be ended any more. */
export async function refundingDuties({ source, collector, made, pending, head }: Collecting): Promise<Duty[]> {
  const { demands } = source.contracts;
  const duties: Duty[] = [];
  for (const own of made) {
    if (own.status !== "open" || !isAddressEqual(own.demander, collector)) continue;
    if (await isLive(source, own, pending, head.timestamp)) continue;
    duties.push({
      kind: "refund",
      key: `refund ${demands} ${own.id}`,
      to: demands,
      data: encodeFunctionData({ abi: demandsAbi, functionName: "refund", args: [own.id] }),
      says: `take back the deposit of demand ${own.id}`,
    });
  }
  return duties;
}

/** Whether what was demanded can still be ended. */
async function isLive(
  { reader, contracts }: DataSource,
  { demand: { commitment } }: MadeDemand,
  pending: readonly ProposalView[],
  now: number,
): Promise<boolean> {
  const { kind, id, sub } = commitment;
  if (kind === GROUP || kind === PAYOUT) return pending.some(({ epoch, proposal }) => epoch === id && proposal === sub);
  if (kind === INDEX) {
    const registry = { address: contracts.modelRegistry, abi: modelRegistryAbi } as const;
    const [commits, status] = await Promise.all([
      reader.readContract({ ...registry, functionName: "indexCommitsOf", args: [id] }),
      reader.readContract({ ...registry, functionName: "indexStatus", args: [id] }),
    ]);
    return commits === sub + 1 && status === INDEX_PENDING;
  }
  const { status, commits, readyAt } = await readSettlement(reader, contracts.ledger, id);
  if (status === "committed") return now < readyAt && (kind !== SKETCH || commits === sub + 1);
  return kind !== SKETCH && status === "open";
}

/** A reward that a court holds back for reservations. */
interface Held {
  readonly court: Address;
  readonly says: string;
  readonly blockNumber: bigint;
  readonly data: Hex;
  docket(): Promise<{ readonly winner: Address; readonly reward: bigint; readonly heldUntil: number }>;
}

/** Rewards of the collector that were held back for reservations and can be paid. */
export async function rewardDuties({ source, collector, head }: Collecting, done: Set<string>): Promise<Duty[]> {
  const duties: Duty[] = [];
  for (const { court, says, blockNumber, data, docket } of [...heldForProposals(source), ...heldForIndexes(source)]) {
    const key = `reward ${court} ${says}`;
    if (done.has(key)) continue;
    const { winner, reward, heldUntil } = await docket();
    // Paid, or won by somebody else for good; a little later, since the chain may still be reorganised.
    if (
      head.number > blockNumber + SETTLED_BLOCKS &&
      (reward === 0n || (head.number > heldUntil && !isAddressEqual(winner, collector)))
    )
      done.add(key);
    if (reward === 0n || head.number <= heldUntil || !isAddressEqual(winner, collector)) continue;
    duties.push({ kind: "reward", key, to: court, data, says: `have the reward for ${says} paid` });
  }
  return duties;
}

const SETTLED_BLOCKS = 128n;

function heldForProposals({ reader, contracts, logs }: DataSource): Held[] {
  const court = contracts.faultProofs;
  const held = logs.of("ProposalEnded").filter(({ args }) => isAddressEqual(args.prover, court));
  return held.map(({ args: { epoch, proposal }, blockNumber }) => {
    const args = [{ epoch, proposal }] as const;
    const abi = faultProofsAbi;
    return {
      court,
      says: `proposal ${proposal} of epoch ${epoch}`,
      blockNumber,
      data: encodeFunctionData({ abi, functionName: "payReward", args }),
      docket: () => reader.readContract({ address: court, abi, functionName: "docketOf", args }),
    };
  });
}

function heldForIndexes({ reader, contracts: { indexProofs: court }, logs }: DataSource): Held[] {
  if (court === undefined) return [];
  const held = logs.of("IndexEnded").filter(({ args }) => isAddressEqual(args.prover, court));
  return held.map(({ args: { version, sub }, blockNumber }) => {
    const args = [{ version, sub }] as const;
    const abi = indexProofsAbi;
    return {
      court,
      says: titleOf({ kind: INDEX, id: version, sub }),
      blockNumber,
      data: encodeFunctionData({ abi, functionName: "payReward", args }),
      docket: () => reader.readContract({ address: court, abi, functionName: "docketOf", args }),
    };
  });
}

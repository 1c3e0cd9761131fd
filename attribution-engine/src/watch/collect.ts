// Collects what the courts hold for the watcher: deposits of demands that have become idle, and rewards that were held back.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { GROUP, INDEX, PAYOUT, SKETCH } from "@tributary/protocol/kinds";
import { type Address, encodeFunctionData, isAddressEqual } from "viem";
import { readSettlement } from "../chain/settlement-view.ts";
import type { DataSource } from "./committed-data.ts";
import type { MadeDemand } from "./demand-book.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
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

/** Rewards of the collector that were held back for reservations and can be paid. */
export async function rewardDuties({ source, collector, head }: Collecting, done: Set<string>): Promise<Duty[]> {
  const { reader, contracts, logs } = source;
  const duties: Duty[] = [];
  const held = logs.of("ProposalEnded").filter(({ args }) => isAddressEqual(args.prover, contracts.faultProofs));
  for (const { args, blockNumber } of held) {
    const accused = { epoch: args.epoch, proposal: args.proposal };
    const key = `reward ${contracts.faultProofs} ${accused.epoch} ${accused.proposal}`;
    if (done.has(key)) continue;
    const { winner, reward, heldUntil } = await reader.readContract({
      address: contracts.faultProofs,
      abi: faultProofsAbi,
      functionName: "docketOf",
      args: [accused],
    });
    // Paid, or won by somebody else for good; a little later, since the chain may still be reorganised.
    if (
      head.number > blockNumber + SETTLED_BLOCKS &&
      (reward === 0n || (head.number > heldUntil && !isAddressEqual(winner, collector)))
    )
      done.add(key);
    if (reward === 0n || head.number <= heldUntil || !isAddressEqual(winner, collector)) continue;
    duties.push({
      kind: "reward",
      key,
      to: contracts.faultProofs,
      data: encodeFunctionData({ abi: faultProofsAbi, functionName: "payReward", args: [accused] }),
      says: `have the reward for proposal ${accused.proposal} of epoch ${accused.epoch} paid`,
    });
  }
  return duties;
}

const SETTLED_BLOCKS = 128n;

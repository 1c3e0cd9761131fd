// Reads what the gateway closed, and follows a settlement until it belongs to an epoch.
import { encodeFunctionData, parseEventLogs, type Hex } from "viem";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { roleAccount } from "./accounts.ts";
import type { Deployment } from "./deployment.ts";
import type { EpochResult } from "./engine-results.ts";
import type { LocalChain } from "./local-chain.ts";
import type { RegisteredModel } from "./model.ts";
import { chainTime, transact, waitForChainTime } from "./transact.ts";

/** The parts of a fee in base units, in the order of docs/formats.md §6.2. */
export interface FeeParts {
  treasury: bigint;
  gateway: bigint;
  ancestors: bigint;
  curators: bigint;
  stakers: bigint;
  developer: bigint;
  data: bigint;
}

export interface ClosedSettlement {
  id: bigint;
  fee: bigint;
  pool: bigint;
  parts: FeeParts;
}

/** What the chain says of a settlement that the gateway closed. */
export async function closedSettlement(
  chain: LocalChain,
  model: RegisteredModel,
  settlement: bigint,
): Promise<ClosedSettlement> {
  const [closed] = await chain.client.getContractEvents({
    ...{ address: model.till, abi: modelTillAbi, eventName: "Closed" },
    ...{ args: { settlement }, fromBlock: 0n, strict: true },
  });
  if (closed === undefined) throw new Error(`the till ${model.till} emitted no Closed for settlement ${settlement}`);
  const { logs } = await chain.client.getTransactionReceipt({ hash: closed.transactionHash });
  const [split] = parseEventLogs({ abi: modelTillAbi, eventName: "FeeSplit", logs });
  if (split === undefined) throw new Error("close emitted no FeeSplit");
  const { treasury, gateway, ancestors, curators, stakers, developer, data } = split.args;
  const parts = { treasury, gateway, ancestors, curators, stakers, developer, data };
  return { id: settlement, fee: closed.args.fee, pool: closed.args.pool, parts };
}

/** Waits until the sketch windows of all `settlements` have passed, moves them into their groups, and returns their epochs, ascending. */
export async function advanceSettlements(
  chain: LocalChain,
  deployment: Deployment,
  settlements: readonly bigint[],
  onTick: (secondsLeft: number) => void,
): Promise<bigint[]> {
  const ledger = { address: deployment.addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const states = await Promise.all(
    settlements.map((id) => chain.client.readContract({ ...ledger, functionName: "settlementOf", args: [id] })),
  );
  await waitForChainTime(chain, Math.max(...states.map((state) => state.readyAt)), onTick);
  const data = encodeFunctionData({
    abi: royaltyLedgerAbi,
    functionName: "advance",
    args: [BigInt(settlements.length)],
  });
  await transact(chain, roleAccount("deployer"), {
    what: "advance the settlements into their epoch",
    to: ledger.address,
    data,
  });
  return [...new Set(states.map((state) => state.epoch))].sort((a, b) => (a < b ? -1 : 1));
}

/** Waits for the end of an epoch. */
export async function waitForEpochEnd(
  chain: LocalChain,
  deployment: Deployment,
  epoch: bigint,
  onTick: (secondsLeft: number) => void,
): Promise<void> {
  const end = await chain.client.readContract({
    address: deployment.addresses.RoyaltyLedger,
    abi: royaltyLedgerAbi,
    functionName: "epochEnd",
    args: [epoch],
  });
  await waitForChainTime(chain, end, onTick);
}

/** Number of the epoch's proposal with the given roots. Throws if there is none. */
export async function findHonestProposal(
  chain: LocalChain,
  deployment: Deployment,
  epoch: bigint,
  { groupsRoot, payoutsRoot }: Pick<EpochResult, "groupsRoot" | "payoutsRoot">,
): Promise<number> {
  const ledger = { address: deployment.addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const count = await chain.client.readContract({ ...ledger, functionName: "proposalCount", args: [epoch] });
  for (let proposal = 0; proposal < count; proposal++) {
    const found = await chain.client.readContract({ ...ledger, functionName: "proposalOf", args: [epoch, proposal] });
    if (found.groups.hash === groupsRoot.hash && found.payouts.hash === payoutsRoot.hash) return proposal;
  }
  throw new Error(`epoch ${epoch}: none of ${count} proposals has the roots of the honest one`);
}

/** Waits for the challenge window of a proposal and finalises its epoch; returns the fee that the proposer was paid, and the payouts that are final. */
export async function finalizeEpoch(
  chain: LocalChain,
  deployment: Deployment,
  epoch: bigint,
  proposal: number,
  onTick: (secondsLeft: number) => void,
): Promise<{ fee: bigint; payouts: { hash: Hex; sum: bigint } }> {
  const ledger = { address: deployment.addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const { finalizableAt } = await chain.client.readContract({
    ...ledger,
    functionName: "proposalOf",
    args: [epoch, proposal],
  });
  await waitForChainTime(chain, finalizableAt, onTick);
  const data = encodeFunctionData({ abi: royaltyLedgerAbi, functionName: "finalize", args: [epoch] });
  const call = { what: `finalise epoch ${epoch}`, to: ledger.address, data };
  const { logs } = await transact(chain, roleAccount("deployer"), call);
  const paid = parseEventLogs({ abi: royaltyLedgerAbi, eventName: "ProposerPaid", logs });
  const payouts = await chain.client.readContract({ ...ledger, functionName: "payoutsRoot" });
  return { fee: paid.reduce((sum, { args }) => sum + args.fee, 0n), payouts };
}

/** Aligns with the start of an epoch if less than `seconds` of the present one are left, so that one epoch covers what follows. */
export async function waitForRoomInEpoch(
  chain: LocalChain,
  deployment: Deployment,
  seconds: number,
  onTick: (secondsLeft: number) => void,
): Promise<void> {
  const ledger = { address: deployment.addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const now = await chainTime(chain);
  const epoch = await chain.client.readContract({ ...ledger, functionName: "epochAt", args: [now] });
  const end = await chain.client.readContract({ ...ledger, functionName: "epochEnd", args: [epoch] });
  if (end - now < seconds) await waitForChainTime(chain, end, onTick);
}

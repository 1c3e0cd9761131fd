// The division of a settlement's fee: recomputed from the model version's split, and compared with what the till paid in the transaction.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { Checks } from "@tributary/protocol/check-steps";
import { splitFee } from "@tributary/protocol/fee";
import { splitByWeights } from "@tributary/protocol/split";
import { type Address, erc20Abi, type Hex, isAddressEqual, type Log, parseEventLogs } from "viem";
import { type CheckChain, noEvent } from "./chain.ts";

export type PartRole = "treasury" | "gateway" | "ancestor" | "curator" | "stakers" | "developer" | "data";

/** A part of a fee, and who has it: a position, or an account where it is paid at once; the data's is divided among records. */
export interface FeePart {
  readonly role: PartRole;
  readonly amount: bigint;
  /** Of the whole fee, for a reader; curators share theirs by records. */
  readonly bps: number;
  readonly position?: bigint;
  readonly account?: Address;
}

export interface DividedFee {
  readonly settlement: bigint;
  readonly version: bigint;
  readonly till: Address;
  /** Of the till: who signs its receipts, and the model that it sells. */
  readonly gateway: Address;
  readonly model: bigint;
  /** Receipts. */
  readonly count: number;
  readonly fee: bigint;
  /** The data's part, before it is divided among records. */
  readonly pool: bigint;
  readonly transaction: Hex;
  /** They add up to the fee; those that are 0 are left out. */
  readonly parts: readonly FeePart[];
}

/** Reads and checks how a settlement's fee was divided. */
export async function dividedFee(chain: CheckChain, settlement: bigint, checks: Checks): Promise<DividedFee> {
  const { reader, addresses } = chain;
  const ledger = { address: addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const models = { address: addresses.ModelRegistry, abi: modelRegistryAbi } as const;
  const settled = await reader.readContract({ ...ledger, functionName: "settlementOf", args: [settlement] });
  const { till, version, count, pool } = settled;
  const [closing, treasury, gateway, model, booked] = await Promise.all([
    reader.readContract({ ...models, functionName: "closingOf", args: [version] }),
    reader.readContract({ ...ledger, functionName: "treasuryPosition" }),
    reader.readContract({ address: till, abi: modelTillAbi, functionName: "gateway" }),
    reader.readContract({ address: till, abi: modelTillAbi, functionName: "model" }),
    bookingOf(chain, till, settlement),
  ]);
  checks.same(booked.fee, settled.receipts.sum, "the fee: the sum of the receipts", "chain");

  const { split, ancestors } = closing;
  const parts = splitFee(booked.fee, { ...split, ancestors: ancestors.map(asAncestor) });
  if (parts.stakers !== 0n && !(await isStreamed(chain, booked))) {
    // docs/formats.md §6.2: while staking does not list the token, the stakers' part joins the data's.
    parts.data += parts.stakers;
    parts.stakers = 0n;
  }
  const told = booked.split;
  const roles = ["treasury", "gateway", "curators", "stakers", "developer", "data"] as const;
  for (const role of roles) checks.same(told[role], parts[role], `the ${role} part of the fee`, "computed");
  checks.same(told.ancestors, sum(parts.ancestors), "the ancestors' part of the fee", "computed");
  checks.same(pool, parts.data, "the settlement's pool: the data part", "computed");

  const cuts = parts.curators === 0n ? [] : splitByWeights(parts.curators, closing.curatedRecords);
  const credited: FeePart[] = [
    { role: "treasury", amount: parts.treasury, bps: split.treasury, position: treasury },
    { role: "developer", amount: parts.developer, bps: split.developer, position: closing.developerPosition },
    ...parts.ancestors.map((amount, i): FeePart => {
      const { position, bps } = ancestors[i]!;
      return { role: "ancestor", amount, bps, position };
    }),
    ...cuts.map((amount, i): FeePart => {
      return { role: "curator", amount, bps: split.curators, position: closing.curators[i]! };
    }),
  ];
  const toPositions = credited.filter(({ amount }) => amount !== 0n);
  checks.same(booked.accruals.length, toPositions.length, "how many positions the till credited", "computed");
  for (const [i, { role, position, amount }] of toPositions.entries()) {
    const found = booked.accruals[i]!;
    const what = `credited: ${role} (position and base units)`;
    checks.same(`${found.position} ${found.amount}`, `${position} ${amount}`, what, "computed");
  }
  checks.same(booked.paidTo(gateway), parts.gateway, "paid to the gateway's account", "computed");
  const staking = addresses.OperatorStaking;
  checks.same(booked.paidTo(staking), parts.stakers, "paid to the stake on the model", "computed");
  const paidAtOnce: FeePart[] = [
    { role: "gateway", amount: parts.gateway, bps: split.gateway, account: gateway },
    { role: "stakers", amount: parts.stakers, bps: split.stakers, account: staking },
  ];
  const all = [...toPositions, ...paidAtOnce, { role: "data", amount: parts.data, bps: split.data } as const];
  checks.same(sum(all.map(({ amount }) => amount)), booked.fee, "all parts together", "computed");
  const { transaction, fee } = booked;
  const of = { settlement, version, till, gateway, model, count, pool };
  return { ...of, fee, transaction, parts: all.filter(({ amount }) => amount !== 0n) };
}

/** What the till told and did in the transaction that booked the settlement. */
interface Booking {
  readonly transaction: Hex;
  readonly block: bigint;
  readonly logIndex: number;
  readonly fee: bigint;
  readonly split: Record<keyof Omit<ReturnType<typeof splitFee>, "ancestors"> | "ancestors", bigint>;
  readonly accruals: readonly { position: bigint; amount: bigint }[];
  /** Tokens sent from the till. */
  paidTo(account: Address): bigint;
}

async function bookingOf({ reader, addresses, fromBlock }: CheckChain, till: Address, settlement: bigint) {
  const event = modelTillAbi.find((entry) => entry.type === "event" && entry.name === "Closed")!;
  const [closed] = await reader.getLogs({ address: till, event, args: { settlement }, fromBlock, strict: true });
  // The ledger has the settlement, which the till alone can have made: it is the node that does not tell.
  if (closed === undefined) throw noEvent(`of settlement ${settlement} of the till ${till}`);
  const { logs } = await reader.getTransactionReceipt({ hash: closed.transactionHash });
  const before = logs.filter(({ logIndex }) => logIndex < closed.logIndex);
  const splits = parseEventLogs({ abi: modelTillAbi, eventName: "FeeSplit", logs: from(before, till) });
  const split = splits.at(-1);
  if (split === undefined) throw new Error(`the till ${till} tells of no split before settlement ${settlement}`);
  // Between the two events lies what the till paid for this settlement, and nothing else.
  const paid = before.filter(({ logIndex }) => logIndex > split.logIndex);
  const accruals = parseEventLogs({
    abi: royaltyLedgerAbi,
    eventName: "Accrued",
    logs: from(paid, addresses.RoyaltyLedger),
  });
  const sent = parseEventLogs({ abi: erc20Abi, eventName: "Transfer", logs: from(paid, addresses.OpenToken) });
  const booking: Booking = {
    transaction: closed.transactionHash,
    block: closed.blockNumber,
    logIndex: split.logIndex,
    fee: closed.args.fee,
    split: split.args,
    accruals: accruals.filter(({ args }) => isAddressEqual(args.from, till)).map(({ args }) => args),
    paidTo: (account) =>
      sum(
        sent
          .filter(({ args }) => isAddressEqual(args.from, till) && isAddressEqual(args.to, account))
          .map(({ args }) => args.value),
      ),
  };
  return booking;
}

/** Whether staking listed the token as one of rewards when the fee was divided. It is never taken off the list. */
async function isStreamed({ reader, addresses, fromBlock }: CheckChain, { block, logIndex }: Booking) {
  const event = operatorStakingAbi.find((entry) => entry.type === "event" && entry.name === "RewardTokenAdded")!;
  const address = addresses.OperatorStaking;
  const filter = { address, event, args: { token: addresses.OpenToken }, fromBlock, toBlock: block } as const;
  const [added] = await reader.getLogs({ ...filter, strict: true });
  if (added === undefined) {
    const listed = await reader.readContract({ address, abi: operatorStakingAbi, functionName: "rewardTokens" });
    // Listed later, or long ago and not told.
    if (listed.some((token) => isAddressEqual(token, addresses.OpenToken))) {
      const [later] = await reader.getLogs({ ...filter, toBlock: undefined, strict: true });
      if (later === undefined) throw noEvent(`of the token ${addresses.OpenToken} among the rewards of staking`);
    }
  }
  return added !== undefined && (added.blockNumber < block || added.logIndex < logIndex);
}

function from(logs: readonly Log[], address: Address): Log[] {
  return logs.filter((log) => isAddressEqual(log.address, address));
}

function asAncestor({ position, bps }: { position: bigint; bps: number }) {
  return { positionId: position, bps };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

// What the contract of the payment channels says of the money in them.
import type { Hex } from "viem";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import type { RegisteredModel } from "./model.ts";

/** What the contract of the payment channels says of a receiver's channels, base units. */
export interface ChannelMoney {
  readonly deposited: bigint;
  readonly refunded: bigint;
  readonly claimed: bigint;
  /** Neither claimed nor given back. */
  readonly left: bigint;
  /** Claimed and not swept into the till. */
  readonly unswept: bigint;
  /** What was claimed of each channel. */
  readonly claimedOf: ReadonlyMap<Hex, bigint>;
}

/** Reads all channels of the local chain: every one is with the one till. */
export async function readChannels(
  chain: LocalChain,
  { addresses }: Deployment,
  { till }: RegisteredModel,
): Promise<ChannelMoney> {
  const contract = { address: addresses.BatchSettlement, abi: batchSettlementAbi } as const;
  const all = { ...contract, fromBlock: 0n, strict: true } as const;
  const deposits = await chain.client.getContractEvents({ ...all, eventName: "Deposited" });
  const refunds = await chain.client.getContractEvents({ ...all, eventName: "Refunded" });
  const ids = [...new Set(deposits.map(({ args }) => args.channelId))];
  const states = await Promise.all(
    ids.map((id) => chain.client.readContract({ ...contract, functionName: "channels", args: [id] })),
  );
  const [swept, paidOut] = await chain.client.readContract({
    ...{ ...contract, functionName: "receivers", args: [till, addresses.OpenToken] },
  });
  return {
    deposited: sum(deposits.map(({ args }) => args.amount)),
    refunded: sum(refunds.map(({ args }) => args.amount)),
    claimed: sum(states.map(([, claimed]) => claimed)),
    left: sum(states.map(([balance, claimed]) => balance - claimed)),
    unswept: swept - paidOut,
    claimedOf: new Map(ids.map((id, i) => [id, states[i]![1]])),
  };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

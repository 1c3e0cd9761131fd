// The place that the end-to-end tests look at: its dashboard, its index and its local chain, each asked without the dashboard.
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import {
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  type PrivateKeyAccount,
  type PublicClient,
  type TestClient,
  type TransactionReceipt,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import type { DashboardConfig } from "../src/data/config.ts";

/** Where the main job serves it. */
export const DASHBOARD = process.env["TRIBUTARY_DASHBOARD"] ?? "";
const LOCAL_ACCOUNTS = 80;
/** Twice what most transactions take here; the price is the local chain's. */
const GAS = 12_000_000n;
const POLL_MILLISECONDS = 50;
const INDEXED_MILLISECONDS = 30_000;

const derived = new Map<number, PrivateKeyAccount>();

/** Development accounts: the one that holds the OPEN that was issued, and two that play no part in the main job. */
export const RICH = localAccount(0);
export const GUEST = localAccount(79);
export const STRANGER = localAccount(78);

export interface Place {
  readonly config: DashboardConfig;
  readonly addresses: DashboardConfig["deployment"]["addresses"];
  readonly chain: PublicClient;
  readonly anvil: TestClient;
  /** Asks the index. */
  ask: <Answer>(query: string) => Promise<Answer>;
  /** Sends a transaction, and waits until the index has its block. */
  send: (from: PrivateKeyAccount, to: Address, data: Hex) => Promise<TransactionReceipt>;
}

/** @param dashboard its address */
export async function thePlace(dashboard = DASHBOARD): Promise<Place> {
  const config = (await (await fetch(`${dashboard}/config.json`)).json()) as DashboardConfig;
  const transport = http(config.rpcUrl);
  const chain = createPublicClient({ chain: foundry, transport, pollingInterval: POLL_MILLISECONDS });
  const ask = async <Answer>(query: string): Promise<Answer> => {
    const response = await fetch(`${config.indexerUrl}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as { data: Answer; errors?: { message: string }[] };
    if (errors !== undefined) throw new Error(`${query}: ${errors.map(({ message }) => message).join("; ")}`);
    return data;
  };
  const indexedBlock = async (): Promise<bigint> => {
    const { _meta } = await ask<{ _meta: { status: Record<string, { block: { number: number } }> } }>(
      "{ _meta { status } }",
    );
    return BigInt(Object.values(_meta.status)[0]!.block.number);
  };
  return {
    ...{ config, addresses: config.deployment.addresses, chain, ask },
    anvil: createTestClient({ chain: foundry, mode: "anvil", transport }),
    send: async (account, to, data) => {
      const client = createWalletClient({ account, chain: foundry, transport });
      const hash = await client.sendTransaction({ to, data, gas: GAS });
      const receipt = await chain.waitForTransactionReceipt({ hash, checkReplacement: false });
      if (receipt.status !== "success") throw new Error(`the transaction ${hash} to ${to} was reverted`);
      const giveUpAt = Date.now() + INDEXED_MILLISECONDS;
      while ((await indexedBlock()) < receipt.blockNumber) {
        if (Date.now() > giveUpAt) throw new Error(`block ${receipt.blockNumber} is not indexed`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
      }
      return receipt;
    },
  };
}

/** Deriving takes a tenth of a second, so each is derived once. */
export function localAccount(index: number): PrivateKeyAccount {
  const account = derived.get(index) ?? privateKeyToAccount(localPrivateKey(index));
  derived.set(index, account);
  return account;
}

/** Whose key the local chain has an account for, if it does. */
export function localAccountOf(address: string): PrivateKeyAccount | undefined {
  for (let index = 0; index < LOCAL_ACCOUNTS; index++) {
    const account = localAccount(index);
    if (account.address.toLowerCase() === address.toLowerCase()) return account;
  }
  return undefined;
}

/** Gives an account OPEN. */
export async function giveOpen({ send, addresses }: Place, to: Address, amount: bigint): Promise<void> {
  const data = encodeFunctionData({ abi: openTokenAbi, functionName: "transfer", args: [to, amount] });
  await send(RICH, addresses.OpenToken, data);
}

export async function approve(
  { send, addresses }: Place,
  owner: PrivateKeyAccount,
  spender: Address,
  amount: bigint,
): Promise<void> {
  const data = encodeFunctionData({ abi: openTokenAbi, functionName: "approve", args: [spender, amount] });
  await send(owner, addresses.OpenToken, data);
}

export function openOf({ chain, addresses }: Place, account: Address): Promise<bigint> {
  return chain.readContract({
    ...{ address: addresses.OpenToken, abi: openTokenAbi, functionName: "balanceOf", args: [account] },
  });
}

/** Pays direct income to a position, as anyone may. */
export async function payIncome(place: Place, position: bigint, amount: bigint): Promise<void> {
  const { RoyaltyLedger: ledger } = place.addresses;
  await approve(place, RICH, ledger, amount);
  const args = [[position], [amount]] as const;
  await place.send(RICH, ledger, encodeFunctionData({ abi: royaltyLedgerAbi, functionName: "accrue", args }));
}

/** A contributor's position that a local key owns, and the only one that it owns, for which nothing waits. */
export async function contributorsPosition({ ask }: Place): Promise<[bigint, PrivateKeyAccount]> {
  const { positions } = await ask<{ positions: { items: { id: string; owner: Address }[] } }>(
    '{ positions(where: { kind: contributor, unclaimedAccrued: "0", claimedTotal_gt: "0" }, limit: 100) { items { id owner } } }',
  );
  for (const { id, owner } of positions.items) {
    const account = localAccountOf(owner);
    if (account !== undefined) return [BigInt(id), account];
  }
  throw new Error("no position is owned by a key of the local chain");
}

/** The receipt of an answer that paid a contributor, in the first epoch that is final. */
export async function anAnswerOf({ ask, config }: Place): Promise<string> {
  const { epochs, positions } = await ask<Record<"epochs" | "positions", { items: { id: string }[] }>>(
    '{ epochs(where: { status: finalized }, limit: 1) { items { id } } positions(where: { kind: contributor, claimedAttributed_gt: "0" }, limit: 1) { items { id } } }',
  );
  const path = `position/${positions.items[0]!.id}/epoch/${epochs.items[0]!.id}`;
  const earned = await fetch(`${config.indexerUrl}/openings/${path}`);
  const { calls } = (await earned.json()) as { calls: { shown: { receipt: string }[] } };
  return calls.shown[0]!.receipt;
}

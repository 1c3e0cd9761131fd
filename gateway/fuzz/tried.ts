// The gateway that a fuzz tries: real payments and books on a local chain, at a SIMULATED upstream that never fails.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodePaymentRequiredHeader } from "@x402/core/http";
import { type Hex, type LocalAccount, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { claimedTotals } from "@tributary/protocol/channel-states";
import { BATCH_SETTLEMENT_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { ClaimPauses } from "../src/settlement/claim-pauses.ts";
import { claimChannels } from "../src/settlement/claims.ts";
import { type PaymentChain, startPaymentChain } from "../src/testing/chain.ts";
import { startTestGateway, TERMS } from "../src/testing/gateway.ts";
import { CHAIN_ID, GATEWAY_KEY, startPaidCalls } from "../src/testing/paid-calls.ts";
import { startSimulatedUpstream } from "../src/testing/simulated-upstream.ts";
import type { Tried } from "./fuzz.ts";
import type { PaidGateway } from "./paid.ts";

const PAYERS = 6;
const PURSE = 10n ** 24n;
const REFUNDS_PER_HOUR = 40;

export interface TriedGateway extends Tried, PaidGateway {
  /** Claims on chain what every channel was charged. @returns what could not be claimed, and of which channel not just what it was charged, in words */
  claimAll(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startTriedGateway(): Promise<TriedGateway> {
  const chain = await startPaymentChain();
  try {
    return await startOn(chain);
  } catch (error) {
    await chain.stop();
    throw error;
  }
}

async function startOn(chain: PaymentChain): Promise<TriedGateway> {
  const paid = await startPaidCalls(chain, { refundsPerHour: REFUNDS_PER_HOUR });
  const upstream = await startSimulatedUpstream();
  const gateway = await startTestGateway(upstream.url, {
    models: [
      { name: "m", tags: ["t"] },
      { name: "e", upstream: { url: upstream.url, serves: ["embeddings"] } },
    ],
    // The terms are asked for once.
    quotes: { quoteSeconds: 86_400 },
    paid: { payments: paid.payments, till: paid.till, token: chain.open },
  });
  const payers: LocalAccount[] = [];
  for (let count = 0; count < PAYERS; count++) payers.push(await chain.payer(PURSE / BigInt(PAYERS)));
  const contractPayers = [await chain.contractPayer(PURSE / BigInt(PAYERS))];
  const credulousPayers = [await chain.credulousPayer(PURSE / BigInt(PAYERS))];
  const ask = { method: "POST", body: JSON.stringify({ model: "m", prompt: "x" }) };
  const required = (await fetch(`${gateway.url}/v1/completions`, ask)).headers.get("PAYMENT-REQUIRED")!;
  return {
    url: gateway.url,
    terms: decodePaymentRequiredHeader(required).accepts[0]! as unknown as Record<string, unknown>,
    upstreamCalls: () => upstream.requests.length,
    chainId: CHAIN_ID,
    token: chain.open,
    till: paid.till,
    gateway: paid.gateway,
    prices: TERMS.registered,
    books: paid.books,
    payers,
    contractPayers,
    credulousPayers,
    claimAll: () => claimAll(chain, paid.books),
    stop: async () => {
      await gateway.close();
      await upstream.close();
      await paid.stop();
      await chain.stop();
    },
  };
}

async function claimAll(chain: PaymentChain, books: PaidGateway["books"]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "fuzz-"));
  try {
    const account = privateKeyToAccount(GATEWAY_KEY);
    await chain.call("anvil_setBalance", [account.address, toHex(10n ** 18n)]);
    const contracts = {
      batchSettlement: BATCH_SETTLEMENT_ADDRESS,
      token: chain.open,
      ledger: chain.open,
      settlementProofs: chain.open,
    };
    const charged = (await books.channels.list()).filter(
      ({ chargedCumulativeAmount }) => chargedCumulativeAmount !== "0",
    );
    const unclaimed = await claimChannels(
      {
        chain: { reader: chain.client, chainId: CHAIN_ID, contracts, fromBlock: 0n, confirmations: 1 },
        keys: { gateway: account, authorizers: [account] },
        pauses: new ClaimPauses(join(folder, "pauses.json")),
        alone: (task) => task(),
      },
      charged,
    );
    const source = { reader: chain.client, batchSettlement: BATCH_SETTLEMENT_ADDRESS };
    const claimed = await claimedTotals(
      source,
      charged.map(({ channelId }) => channelId as Hex),
    );
    return [
      ...unclaimed.map(({ channelId, reason }) => `${channelId}: ${reason}`),
      ...charged
        .map((channel) => [channel, claimed.get(channel.channelId as Hex)] as const)
        .filter(([channel, total]) => total !== BigInt(channel.chargedCumulativeAmount))
        .map(
          ([channel, total]) => `${channel.channelId}: charged ${channel.chargedCumulativeAmount}, claimed ${total}`,
        ),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

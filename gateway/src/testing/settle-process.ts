// A process that settles a till and says how long it took: what tests kill, and benchmarks measure.
import { createPublicClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import type { Address, Hex } from "viem";
import { openBooks } from "../books/open.ts";
import type { SettlementContracts } from "../settlement/chain.ts";
import { ClaimPauses } from "../settlement/claim-pauses.ts";
import { Settler } from "../settlement/settler.ts";

export interface SettleOrder {
  readonly rpcUrl: string;
  readonly booksFile: string;
  readonly folder: string;
  readonly contracts: SettlementContracts;
  readonly till: Address;
  readonly version: string;
  /** A development key: this runs on local chains only. */
  readonly gatewayKey: Hex;
}

export interface SettleOutcome {
  /** Numbers on chain. */
  readonly settlements: string[];
  readonly seconds: number;
  readonly peakRssBytes: number;
}

const KIBIBYTE = 1_024;

const order = JSON.parse(process.argv[2]!) as SettleOrder;
const started = performance.now();
const gateway = privateKeyToAccount(order.gatewayKey);
const books = await openBooks({ file: order.booksFile });
const settler = new Settler({
  books,
  chain: {
    reader: createPublicClient({ chain: foundry, transport: http(order.rpcUrl), pollingInterval: 20 }),
    chainId: foundry.id,
    contracts: order.contracts,
    fromBlock: 0n,
    confirmations: 1,
  },
  keys: { gateway, authorizers: [gateway] },
  folder: `${order.folder}/settlements`,
  publishFolder: order.folder,
  pauses: new ClaimPauses(`${order.folder}/settlements/claim-pauses.json`),
  tell: (event, details) => {
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    process.stderr.write(`${seconds} s: ${event} ${JSON.stringify(details)}\n`);
  },
});
const closed = await settler.settle(order.till, BigInt(order.version));
await books.close();
const outcome: SettleOutcome = {
  settlements: closed.map(({ onChain }) => String(onChain)),
  seconds: (performance.now() - started) / 1_000,
  peakRssBytes: process.resourceUsage().maxRSS * KIBIBYTE,
};
process.stdout.write(`${JSON.stringify(outcome)}\n`);

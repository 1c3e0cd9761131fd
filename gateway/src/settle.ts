// Opens what settles, from the configuration and the keys.
import { mkdir } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Hex, LocalAccount, PublicClient } from "viem";
import { sendingAccount } from "./accounts/sending-account.ts";
import type { GatewaySigner } from "./accounts/signer.ts";
import type { Books } from "./books/books.ts";
import type { Loaded } from "./config/config.ts";
import { isKeyShared, type Secrets } from "./config/secrets.ts";
import type { Place } from "./place.ts";
import type { Log } from "./server/log.ts";
import type { Tell } from "./settlement/chain.ts";
import { neededDepth } from "./settlement/needed-depth.ts";
import { Settling } from "./settlement/settling.ts";

/** What an operator has to look at. */
const FAILURES: ReadonlySet<string> = new Set([
  "failed",
  "demand not answered",
  "demand overdue",
  "withdrawal not covered",
  "refund waits",
]);

export interface SettlingPlace extends Place {
  readonly books: Books;
  readonly client: PublicClient;
  readonly rpcUrl: string;
  /** Whether a refund of a channel is being made by this process. */
  readonly isRefunding: (channelId: Hex) => boolean;
}

/** @param signers the present one first, then those of the earlier keys, in their order */
export async function openSettling(
  { config, folder, log }: Pick<Loaded, "config" | "folder"> & { log: Log },
  secrets: Secrets,
  signers: readonly [GatewaySigner, ...GatewaySigner[]],
  { books, client, rpcUrl, deployment, file, token, ledger, settlementProofs, isRefunding }: SettlingPlace,
): Promise<Settling> {
  const inFolder = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const { aboveAmount, confirmations: asked, ...settings } = config.settlement;
  const { confirmations, warning } = neededDepth(asked, deployment.chainId);
  if (warning !== undefined) log.warn({ event: "warning", warning });
  const { signer, earlier } = secrets;
  const accounts: [LocalAccount, ...LocalAccount[]] = [
    sendingAccount(signer, signers[0]),
    ...earlier.map((place, i) => sendingAccount(place, signers[i + 1]!)),
  ];
  if (isKeyShared(secrets))
    log.warn({
      event: "warning",
      warning:
        "deposits are sent from the account that settles, and may get in each other's way: set TRIBUTARY_OPERATOR_KEY",
    });
  const work = inFolder(settings.work);
  await mkdir(work, { recursive: true });
  const { BatchSettlement: batchSettlement, ModelRegistry, DatanetRegistry } = deployment.addresses;
  return new Settling({
    books,
    chain: {
      reader: client,
      chainId: deployment.chainId,
      contracts: { batchSettlement, token, ledger, settlementProofs },
      fromBlock: BigInt(deployment.block),
      confirmations,
    },
    modelRegistry: ModelRegistry,
    datanetRegistry: DatanetRegistry,
    accounts,
    settings: {
      ...settings,
      folder: inFolder(settings.folder),
      work,
      aboveAmount: aboveAmount === undefined ? undefined : BigInt(aboveAmount),
    },
    rpc: rpcUrl,
    deploymentFile: file,
    isRefunding,
    tell: tellLog(log),
  });
}

/** Tells the log. The reason of a failure stands in `reason`, as the log keeps no text of what is in `error`. */
export function tellLog(log: Log): Tell {
  return (event, details) => {
    const level = FAILURES.has(event) ? "error" : "info";
    log[level]({ event: `settlement: ${event}`, ...details });
  };
}

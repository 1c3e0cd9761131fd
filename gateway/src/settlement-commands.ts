// Commands about settlements: settling beside no gateway, handing texts to attributors, and demanding what was left out.
import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Command } from "commander";
import { createPublicClient, createWalletClient, type Hex, http, isAddressEqual } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { readReceiptProof } from "@tributary/protocol/receipt-proof";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import { type BooksPlace, openBooks } from "./books/open.ts";
import { ConfigError, type Loaded, loadConfig } from "./config/config.ts";
import { readPayerKey, readSecrets } from "./config/secrets.ts";
import { demandInclusion, endInclusion } from "./inclusion/demand-inclusion.ts";
import { connect, type Place, readPlace, signersOf } from "./place.ts";
import { openSettling } from "./settle.ts";
import { createLog } from "./server/log.ts";
import { exportSettlement } from "./settlement/export.ts";
import { refuseOlderCopy } from "./settlement/older-copy.ts";
import { settlementOnChain } from "./settlement/settling.ts";

const STANDARD_ERROR = { write: (text: string) => void process.stderr.write(text) };

export function addSettlementCommands(program: Command): void {
  program
    .command("settle")
    .description("settle everything now, while no gateway runs on these books (a running one settles at SIGUSR2)")
    .option("--config <file>", "configuration file", "gateway.json")
    .option(
      "--claim",
      "only claim what channels were charged: all that may be done with an older copy of the books",
      false,
    )
    .action(async ({ config: file, claim }: { config: string; claim: boolean }) => {
      const loaded = await loadConfig(file);
      const secrets = readSecrets(process.env);
      const place = await readPlace(inFolder(loaded, loaded.config.chain.deployment), loaded.config.token);
      const rpcUrl = secrets.rpcUrl ?? loaded.config.chain.rpc;
      if (rpcUrl === undefined) throw new ConfigError("chain.rpc is not set, and neither is TRIBUTARY_RPC_URL");
      const { chainId } = place.deployment;
      const { client } = await connect(rpcUrl, chainId, secrets);
      const log = createLog(loaded.config.log.level, STANDARD_ERROR);
      const books = await openBooks(booksPlace(loaded, secrets.databaseUrl), {
        onWait: (warning) => log.warn({ event: "warning", warning }),
      });
      try {
        const { BatchSettlement: batchSettlement } = place.deployment.addresses;
        if (!claim) {
          await refuseOlderCopy(books, { reader: client, batchSettlement });
          // What was being served when the gateway ended is charged before it is settled.
          await books.recover();
        }
        const signers = await signersOf(secrets, chainId);
        const settling = await openSettling({ ...loaded, log }, secrets, signers, {
          ...{ ...place, books, client, rpcUrl },
          isRefunding: () => false,
        });
        if (claim) return print({ unclaimed: await settling.claimAll() });
        const closed = await settling.settleAll();
        print({ settlements: closed.map(({ onChain }) => String(onChain)) });
      } finally {
        await books.close();
      }
    });

  program
    .command("export <settlement>")
    .description(
      "write a settlement's receipts and texts for attributors, by its number on chain; a gateway may be running",
    )
    .option("--config <file>", "configuration file", "gateway.json")
    .option("--to <folder>", "where; settlement.work of the configuration by default")
    .action(async (settlement: string, { config: file, to }: { config: string; to?: string }) => {
      if (!/^\d+$/u.test(settlement)) throw new ConfigError(`${settlement} is no settlement's number on chain`);
      const loaded = await loadConfig(file);
      const books = await openBooks(booksPlace(loaded, process.env["DATABASE_URL"]), { readOnly: true });
      try {
        const found = await settlementOnChain(books, BigInt(settlement));
        const folder = to ?? inFolder(loaded, loaded.config.settlement.work);
        print({ file: await exportSettlement(books, found, folder), calls: found.count });
      } finally {
        await books.close();
      }
    });

  program
    .command("demand-inclusion")
    .description("demand, as its payer, that a receipt be settled; TRIBUTARY_PAYER_KEY pays the deposit")
    .requiredOption("--receipt <file>", "the receipt as the gateway gave it: JSON, or the header's base64url")
    .requiredOption("--rpc <url>", "JSON-RPC of the chain")
    .requiredOption("--deployment <file>", "the deployment file")
    .option("--end", "end a demand that was not answered in time, and have the gateway slashed; may be repeated", false)
    .action(async (options: { receipt: string; rpc: string; deployment: string; end: boolean }) => {
      const payerKey = readPayerKey(process.env);
      const { receipt, signature } = await readReceipt(options.receipt);
      const place = await placeOfTill(options.rpc, options.deployment, receipt);
      const account = privateKeyToAccount(payerKey);
      const transport = http(options.rpc);
      const access = {
        reader: createPublicClient({ transport }),
        sender: createWalletClient({ account, transport }),
        account,
        settlementProofs: place.settlementProofs,
        token: place.token,
      };
      print(await (options.end ? endInclusion(access, receipt) : demandInclusion(access, receipt, signature)));
    });
}

/** The result, as the last line. */
function print(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function inFolder({ folder }: Loaded, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function booksPlace(loaded: Loaded, databaseUrl: string | undefined): BooksPlace {
  return databaseUrl === undefined ? { file: inFolder(loaded, loaded.config.books.file) } : { url: databaseUrl };
}

/** A receipt from a file, as `x-tributary-receipt` or the last part of a stream has it. */
async function readReceipt(file: string): Promise<{ receipt: Receipt; signature: Hex }> {
  const text = (await readFile(file, "utf8")).trim();
  try {
    return readReceiptProof(JSON.parse(text.startsWith("{") ? text : Buffer.from(text, "base64url").toString()));
  } catch (cause) {
    throw new ConfigError(`${file} is no receipt with its signature: ${(cause as Error).message}`, { cause });
  }
}

/** The payment token whose tills the receipt's is one of. */
async function placeOfTill(rpc: string, deployment: string, { till }: Receipt): Promise<Place> {
  const reader = createPublicClient({ transport: http(rpc) });
  const open = await readPlace(deployment, "OPEN");
  const symbols = ["OPEN", ...open.deployment.paymentTokens.map(({ symbol }) => symbol)];
  const call = { abi: modelTillAbi, address: till } as const;
  const [model, gateway] = await Promise.all([
    reader.readContract({ ...call, functionName: "model" }),
    reader.readContract({ ...call, functionName: "gateway" }),
  ]);
  for (const symbol of symbols) {
    const place = await readPlace(deployment, symbol);
    const factory = { address: place.tillFactory, abi: tillFactoryAbi } as const;
    const [known] = await reader.readContract({ ...factory, functionName: "tillOf", args: [model, gateway] });
    if (isAddressEqual(known, till)) return place;
  }
  throw new ConfigError(`${till} is no till of ${deployment}`);
}

// How long a million receipts of ten thousand channels take from the books to a closed settlement, on a local chain with the real contracts.
import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { toHex, zeroAddress } from "viem";
import { hexToBytes } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { receiptHash } from "@tributary/protocol/typed-data/receipt";
import { voucherTypedData } from "@tributary/protocol/typed-data/voucher";
import { openBooks } from "../src/books/open.ts";
import { channelStatements, receiptStatement } from "../src/books/rows.ts";
import type { Statement } from "../src/books/sql.ts";
import { openChannels, type PaidChannel } from "../src/testing/paid-channels.ts";
import type { SettleOrder, SettleOutcome } from "../src/testing/settle-process.ts";
import { type SoldModel, startSoldModel } from "../src/testing/sold-model.ts";

const PROCESS = fileURLToPath(new URL("../src/testing/settle-process.ts", import.meta.url));
/** The account of the test's gateway among the development ones. */
const GATEWAY_INDEX = 11;
const AMOUNT = 1_234n;
const CHANNELS_PER_PAYER = 100;
const PROMPT = "What do the tributaries of a river bring to it, and who is owed for what they bring?";
const ANSWER = "They bring water and silt, and each is owed for what of it reached the sea. ".repeat(3);

export interface SettleFigures {
  /** From the start of the settling process to its end: claims, sweep, tree, bundle, close. */
  readonly settleMillionSeconds: number;
  readonly receipts: number;
  readonly channels: number;
  /** Of the settling process, and of the engine's command that it starts. */
  readonly peakRssBytes: number;
  readonly enginePeakRssBytes: number;
}

/** Prepares the books and channels, then settles them in a process of its own, which is what is measured. */
export async function benchSettle(
  receipts = 1_000_000,
  channels = 10_000,
  tell: (text: string) => void = () => undefined,
): Promise<SettleFigures> {
  const model = await startSoldModel();
  try {
    const perChannel = Math.ceil(receipts / channels);
    tell(`opening ${channels} channels`);
    const opened = await openChannels(model, channels, AMOUNT * BigInt(perChannel), CHANNELS_PER_PAYER);
    tell(`writing ${perChannel * channels} receipts`);
    const booksFile = join(model.folder, "books.db");
    await (await openBooks({ file: booksFile })).close();
    await fillBooks(booksFile, model, opened, perChannel);
    tell("settling");
    const { outcome, enginePeakRssBytes } = await settle({
      rpcUrl: model.local.rpcUrl,
      booksFile,
      folder: model.folder,
      contracts: model.chain.contracts,
      till: model.till,
      version: String(model.version),
      gatewayKey: localPrivateKey(GATEWAY_INDEX),
    });
    if (outcome.settlements.length !== 1) throw new Error(`${outcome.settlements.length} settlements were closed`);
    return {
      settleMillionSeconds: outcome.seconds,
      receipts: perChannel * channels,
      channels,
      peakRssBytes: outcome.peakRssBytes,
      enginePeakRssBytes,
    };
  } finally {
    await model.stop();
  }
}

/** Writes what the gateway would have written call by call, in one transaction. */
async function fillBooks(
  file: string,
  model: SoldModel,
  channels: readonly PaidChannel[],
  perChannel: number,
): Promise<void> {
  const database = new DatabaseSync(file);
  const run = ({ text, values }: Statement): void => void database.prepare(text).run(...values);
  const insert = database.prepare(receiptStatement(receiptOf(model, channels[0]!, 1), CALL).text);
  const { timestamp } = await model.local.client.getBlock();
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; BEGIN");
  for (const channel of channels) {
    const charged = AMOUNT * BigInt(perChannel);
    const signature = await channel.payer.signTypedData(
      voucherTypedData({ channelId: channel.id, maxClaimableAmount: charged }, model.chain.chainId),
    );
    const record = {
      channelId: channel.id,
      channelConfig: channel.config,
      chargedCumulativeAmount: String(charged),
      signedMaxClaimable: String(charged),
      signature,
      balance: String(charged),
      totalClaimed: "0",
      withdrawRequestedAt: 0,
      refundNonce: 0,
      lastRequestTimestamp: 0,
    };
    channelStatements(
      { channel: record, sequence: BigInt(perChannel), serving: undefined, used: [] },
      undefined,
    ).forEach(run);
    for (let sequence = 1; sequence <= perChannel; sequence++) {
      const written = receiptOf(model, channel, sequence, Number(timestamp));
      insert.run(...receiptStatement(written, CALL).values);
    }
  }
  database.exec("COMMIT");
  database.close();
}

const CALL = {
  salt: toHex(randomBytes(32)),
  exchange: { prompt: PROMPT, answer: ANSWER, inputTokens: 20, outputTokens: 60 },
} as Parameters<typeof receiptStatement>[1];

function receiptOf({ till, version }: SoldModel, { id }: PaidChannel, sequence: number, issuedAt = 0) {
  const seed = keccak256(hexToBytes(id + sequence.toString(16).padStart(16, "0")));
  const receipt = {
    till,
    modelVersion: version,
    channelId: id,
    sequence: BigInt(sequence),
    amount: AMOUNT,
    cumulative: AMOUNT * BigInt(sequence),
    agentRegistry: zeroAddress,
    agentId: 0n,
    requestHash: toHex(seed),
    responseHash: toHex(keccak256(seed)),
    issuedAt,
  };
  return { id: receiptHash(receipt), receipt };
}

async function settle(order: SettleOrder): Promise<{ outcome: SettleOutcome; enginePeakRssBytes: number }> {
  const child = spawn(process.execPath, [PROCESS, JSON.stringify(order)], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  let enginePeakRssBytes = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const sample = setInterval(() => {
    enginePeakRssBytes = Math.max(enginePeakRssBytes, ...childrenOf(child.pid!).map(peakOf));
  }, 200);
  try {
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`the settling process ended with code ${String(code)}`);
    return { outcome: JSON.parse(output) as SettleOutcome, enginePeakRssBytes };
  } finally {
    clearInterval(sample);
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => new RegExp(`^PPid:\\s+${parent}$`, "m").test(statusOf(Number(pid))))
    .map(Number);
}

function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(statusOf(pid))?.[1] ?? 0) * 1_024;
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      receipts: { type: "string", default: "1000000" },
      channels: { type: "string", default: "10000" },
      json: { type: "boolean", default: false },
    },
  });
  const figures = await benchSettle(Number(values.receipts), Number(values.channels), (text) =>
    process.stderr.write(`${text}\n`),
  );
  process.stdout.write(
    values.json
      ? `${JSON.stringify(figures)}\n`
      : `${figures.receipts} receipts of ${figures.channels} channels: ${figures.settleMillionSeconds.toFixed(1)} s, ${Math.round(figures.peakRssBytes / 2 ** 20)} MiB, the engine's command ${Math.round(figures.enginePeakRssBytes / 2 ** 20)} MiB\n`,
  );
}

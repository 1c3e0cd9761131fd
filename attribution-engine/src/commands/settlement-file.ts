// The paid calls of a settlement as the gateway hands them to attributors: receipts, and the texts that are sketched and never published.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Hex, isHex } from "viem";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import { receiptTableOf, type ReceiptTable } from "../attribution/receipt-table.ts";
import { readJson } from "./files.ts";

/** What the gateway says it retrieved for an answer: evidence as it was told, which nobody checks. */
export interface Citation {
  /** Where the text is from, as a name or an address. */
  source: string;
  /** What was retrieved of it. */
  excerpt: string;
}

/** One call, in the order of the receipts tree. */
export interface SettlementCall {
  prompt: string;
  answer: string;
  receiptHash: Hex;
  /** Under which the receipt has the hashes of prompt and answer. */
  salt: Hex;
  /** Where the gateway passes them. */
  citations?: Citation[];
}

export interface SettlementFile {
  calls: SettlementCall[];
  receipts: ReceiptTable;
}

type StoredReceipt = Record<keyof Receipt, string | number>;

/** What errors call a call of a settlement, by its place. */
export function callNameIn(work: string, id: string): (call: number) => string {
  return (call) => `${join(work, settlementName(id))} call ${call}`;
}

function settlementName(id: string): string {
  return `settlement-${id}.json`;
}

/** Reads `settlement-<id>.json`; throws an Error that names the file and the call that is malformed. */
export function readSettlementFile(work: string, id: string): SettlementFile {
  const name = settlementName(id);
  const { calls } = readJson<{ calls?: (SettlementCall & { receipt: StoredReceipt })[] }>(
    work,
    name,
    "of the paid calls",
  );
  if (!Array.isArray(calls) || calls.length === 0) throw new Error(`${name}: no calls`);
  const receipts = calls.map(({ receipt, citations }, row) => {
    try {
      checkCitations(citations);
      return receiptOf(receipt);
    } catch (cause) {
      throw new Error(`${name}, call ${row}: ${(cause as Error).message}`, { cause });
    }
  });
  return { calls, receipts: receiptTableOf(receipts) };
}

/** The calls of all settlements in the folder, in their order. */
export function readAllCalls(work: string): SettlementCall[] {
  return readdirSync(work)
    .map((name) => /^settlement-(\d+)\.json$/.exec(name)?.[1])
    .filter((id) => id !== undefined)
    .sort((a, b) => Number(a) - Number(b))
    .flatMap((id) => readSettlementFile(work, id).calls);
}

function checkCitations(citations: unknown): void {
  if (citations === undefined) return;
  const isCitation = (value: unknown): boolean => {
    const { source, excerpt } = (value ?? {}) as Record<string, unknown>;
    return typeof source === "string" && typeof excerpt === "string";
  };
  if (!Array.isArray(citations) || !citations.every(isCitation)) {
    throw new Error("citations are not a list of sources with excerpts");
  }
}

function receiptOf(stored: StoredReceipt): Receipt {
  const hex = (field: keyof Receipt): Hex => {
    const value = stored[field];
    if (!isHex(value)) throw new Error(`${field} is ${value}, not hex`);
    return value;
  };
  const integer = (field: keyof Receipt): bigint => BigInt(stored[field]);
  return {
    till: hex("till"),
    modelVersion: integer("modelVersion"),
    channelId: hex("channelId"),
    sequence: integer("sequence"),
    amount: integer("amount"),
    cumulative: integer("cumulative"),
    agentRegistry: hex("agentRegistry"),
    agentId: integer("agentId"),
    requestHash: hex("requestHash"),
    responseHash: hex("responseHash"),
    issuedAt: Number(stored.issuedAt),
  };
}

/** The text of a call that its sketch is made of: prompt and answer, as one. */
export function callText({ prompt, answer }: Pick<SettlementCall, "prompt" | "answer">): string {
  return prompt + answer;
}

// Reads Ignition's journal: which transaction carried out which step.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Hash } from "viem";

/** The parts of a journal's lines that are used here. */
type Line = { type: string; futureId: string; nonce?: number; hash?: Hash; transaction?: { hash: Hash } };

/** Transactions that were mined, by step. */
export async function minedBySteps(journalFolder: string): Promise<Map<string, Hash>> {
  const mined = new Map<string, Hash>();
  for (const { type, futureId, hash } of await linesOf(journalFolder)) {
    if (type === "TRANSACTION_CONFIRM") mined.set(stepName(futureId), hash!);
    if (type === "WIPE_APPLY") mined.delete(stepName(futureId));
  }
  return mined;
}

/** Steps whose transaction was about to be sent when the run ended, with its nonce. */
export async function halfSentSteps(journalFolder: string): Promise<{ futureId: string; nonce: number }[]> {
  const half = new Map<string, number>();
  for (const { type, futureId, nonce } of await linesOf(journalFolder)) {
    if (type === "TRANSACTION_PREPARE_SEND") half.set(futureId, nonce!);
    if (type === "TRANSACTION_SEND" || type === "WIPE_APPLY") half.delete(futureId);
  }
  return [...half].map(([futureId, nonce]) => ({ futureId, nonce }));
}

/** Steps that had begun when the run ended, before anything of a transaction was noted: Ignition's own resumption does not know that instant. */
export async function begunSteps(journalFolder: string): Promise<string[]> {
  const begun = new Set<string>();
  for (const { type, futureId } of await linesOf(journalFolder)) {
    if (type === "DEPLOYMENT_EXECUTION_STATE_INITIALIZE" || type === "CALL_EXECUTION_STATE_INITIALIZE")
      begun.add(futureId);
    if (type === "NETWORK_INTERACTION_REQUEST" || type === "WIPE_APPLY") begun.delete(futureId);
  }
  return [...begun];
}

/** Step of each transaction that was sent. */
export async function stepsByHash(journalFolder: string): Promise<Map<Hash, string>> {
  const steps = new Map<Hash, string>();
  for (const { type, futureId, transaction } of await linesOf(journalFolder))
    if (type === "TRANSACTION_SEND") steps.set(transaction!.hash, stepName(futureId));
  return steps;
}

/** `Module#Step` → `Step`. */
export function stepName(futureId: string): string {
  return futureId.slice(futureId.indexOf("#") + 1);
}

async function linesOf(journalFolder: string): Promise<Line[]> {
  const file = join(journalFolder, "journal.jsonl");
  if (!existsSync(file)) return [];
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => JSON.parse(line) as Line);
}

// Reads Ignition's journal: which transaction carried out which step, and mends what a kill left half-written.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Address, Hash } from "viem";
import { parseWhole, writeWhole } from "./files.ts";

/** The parts of a journal's lines that are used here. */
type Line = {
  type: string;
  futureId: string;
  nonce?: number;
  hash?: Hash;
  transaction?: { hash: Hash };
  result?: { address?: Address };
  /** Of a contract that existed before. */
  contractAddress?: Address;
};

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

/** Where each step that deployed a contract put it, by Ignition's name of the step. */
export async function deployedAddresses(journalFolder: string): Promise<Map<string, Address>> {
  const deployed = new Map<string, Address>();
  for (const { type, futureId, result } of await linesOf(journalFolder)) {
    if (type === "DEPLOYMENT_EXECUTION_STATE_COMPLETE" && result?.address !== undefined)
      deployed.set(futureId, result.address);
    if (type === "WIPE_APPLY") deployed.delete(futureId);
  }
  return deployed;
}

/** As Ignition lists them: those that steps deployed, and those that existed before. */
async function listedAddresses(journalFolder: string): Promise<Map<string, Address>> {
  const listed = await deployedAddresses(journalFolder);
  for (const { type, futureId, contractAddress } of await linesOf(journalFolder))
    if (type === "CONTRACT_AT_EXECUTION_STATE_INITIALIZE") listed.set(futureId, contractAddress!);
  return listed;
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

/**
 * Ignition writes its files in place, so that a kill can leave a part of one, which it then cannot read. A journal loses the line that was being
 * written, as if the kill had come an instant earlier; the list of addresses is written anew from the journal.
 */
export async function mendJournal(journalFolder: string): Promise<void> {
  const journal = journalOf(journalFolder);
  if (!existsSync(journal)) return;
  const text = await readFile(journal, "utf8");
  const last = text.slice(text.lastIndexOf("\n") + 1);
  if (last !== "" && parseWhole(last) === undefined) await writeWhole(journal, text.slice(0, -last.length));
  const addresses = join(journalFolder, "deployed_addresses.json");
  if (existsSync(addresses) && parseWhole(await readFile(addresses, "utf8")) === undefined)
    await writeWhole(addresses, JSON.stringify(Object.fromEntries(await listedAddresses(journalFolder)), null, 2));
}

function journalOf(journalFolder: string): string {
  return join(journalFolder, "journal.jsonl");
}

/** All whole lines: the last one may be in the middle of being written. */
async function linesOf(journalFolder: string): Promise<Line[]> {
  const file = journalOf(journalFolder);
  if (!existsSync(file)) return [];
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line.trim() !== "");
  return lines.flatMap((line, place) => {
    const parsed = place === lines.length - 1 ? parseWhole<Line>(line) : (JSON.parse(line) as Line);
    return parsed ?? [];
  });
}

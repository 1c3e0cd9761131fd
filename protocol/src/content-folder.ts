// A folder of contributed records, as an operator keeps them: hashes, which stay, and texts, a file each, which can be erased one by one.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex } from "./bytes.ts";
import { canonicalTextBytes } from "./canonical-text.ts";
import { keccak256 } from "./keccak.ts";

/** The hashes of a contribution's records, one in hex on each line, in its order: watchers take the folder of these files as `--contents`. */
export function hashesFile(content: string, contribution: bigint): string {
  return join(content, "hashes", `contribution-${contribution}`);
}

/** The text of a record. Who deletes the file has erased it. */
export function textFile(content: string, contribution: bigint, record: number): string {
  return join(content, "texts", String(contribution), `${record}.txt`);
}

/** Keeps a contribution's records: texts first, so that what has hashes has had its texts. @throws Error naming the record whose text has no canonical form */
export function keepContribution(content: string, contribution: bigint, texts: readonly string[]): void {
  const hashes = texts.map((text) => bytesToHex(keccak256(canonicalTextBytes(text))));
  for (const [record, text] of texts.entries()) {
    const file = textFile(content, contribution, record);
    if (record === 0) mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  }
  const file = hashesFile(content, contribution);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, hashes.map((hash) => `${hash}\n`).join(""));
}

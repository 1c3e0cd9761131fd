// A folder of contributed records, as an operator keeps them: hashes, which stay, and texts, a file each, which can be erased one by one.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bytesToHex } from "./bytes.ts";
import { canonicalTextBytes } from "./canonical-text.ts";
import { keccak256 } from "./keccak.ts";

/** The hashes of a contribution's records, one in hex on each line, in its order: watchers take the folder of these files as `--contents`. */
export function hashesFile(content: string, contribution: bigint): string {
  return join(content, "hashes", `contribution-${contribution}`);
}

/** The folder of a contribution's texts. Who deletes it has erased them all. */
export function textsFolder(content: string, contribution: bigint): string {
  return join(content, "texts", String(contribution));
}

/** The text of a record. Who deletes the file has erased it. */
export function textFile(content: string, contribution: bigint, record: number): string {
  return join(textsFolder(content, contribution), `${record}.txt`);
}

/** Texts that are written at a time: each waits for the disk. */
const AT_A_TIME = 64;

/**
 * Keeps a contribution's records, whole or not at all, and so that they last. Where its hashes are kept already nothing is done: a text that is missing then was
 * erased.
 * @param onKept told how many texts are kept, now and then
 * @throws Error naming the record whose text has no canonical form
 */
export async function keepContribution(
  content: string,
  contribution: bigint,
  texts: readonly string[],
  onKept: (count: number) => void = () => undefined,
): Promise<void> {
  const hashes = texts.map((text) => `${bytesToHex(keccak256(canonicalTextBytes(text)))}\n`).join("");
  const file = hashesFile(content, contribution);
  if (existsSync(file) && readFileSync(file, "utf8") === hashes) return;
  const unfinished = join(content, `unfinished-${contribution}`);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(textsFolder(unfinished, contribution), { recursive: true });
  for (let first = 0; first < texts.length; first += AT_A_TIME) {
    const some = texts.slice(first, first + AT_A_TIME);
    await Promise.all(
      some.map((text, i) => writeFile(textFile(unfinished, contribution, first + i), text, { flush: true })),
    );
    onKept(first + some.length);
  }
  mkdirSync(dirname(hashesFile(unfinished, contribution)));
  writeFileSync(hashesFile(unfinished, contribution), hashes, { flush: true });
  moveContribution([unfinished, contribution], [content, contribution]);
  rmSync(unfinished, { recursive: true });
}

/**
 * Moves what is kept of a contribution to another folder, or number, in place of what is kept there. Killed and called again it goes on; where nothing is kept it
 * does nothing.
 */
export function moveContribution(from: readonly [content: string, contribution: bigint], to: typeof from): void {
  if (!existsSync(hashesFile(...from))) return;
  // What has hashes is whole: then it is not the texts that a killed call has moved.
  if (existsSync(hashesFile(...to))) {
    rmSync(textsFolder(...to), { recursive: true, force: true });
    rmSync(hashesFile(...to));
  }
  for (const pathOf of [textsFolder, hashesFile]) {
    if (!existsSync(pathOf(...from))) continue;
    rmSync(pathOf(...to), { recursive: true, force: true });
    mkdirSync(dirname(pathOf(...to)), { recursive: true });
    renameSync(pathOf(...from), pathOf(...to));
  }
}

/** Erases all texts of a contribution; its hashes stay. @returns whether there were any */
export function eraseTexts(content: string, contribution: bigint): boolean {
  const folder = textsFolder(content, contribution);
  const isThere = existsSync(folder);
  rmSync(folder, { recursive: true, force: true });
  return isThere;
}

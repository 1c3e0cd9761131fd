// Keeps what is contributed: in a place of its own until the contribution has a number, from then on where indexers and watchers read it.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hexToBytes } from "@tributary/protocol/bytes";
import {
  eraseTexts,
  hashesFile,
  keepContribution,
  moveContribution,
  textFile,
  textsFolder,
} from "@tributary/protocol/content-folder";
import { type Hex, toHex } from "viem";
import { UserError } from "../errors.ts";
import { contentRoot, recordHash } from "./content.ts";
import type { Entry } from "./journal.ts";

/** Contributions are numbered from 1. */
const NO_NUMBER = 0n;

export class ContentFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps the records of a contribution that is to be made, and so that they last. @param onKept told how many are kept, now and then */
  keep(salt: Hex, texts: readonly string[], onKept?: (count: number) => void): Promise<void> {
    return keepContribution(this.#pending(salt), NO_NUMBER, texts, onKept);
  }

  /** The hashes of the records of an entry that has no number; `undefined` if they are not kept, or have not its root. */
  pendingHashes({ salt, root }: Entry): Uint8Array[] | undefined {
    const hashes = hashesIn(hashesFile(this.#pending(salt), NO_NUMBER));
    return hashes !== undefined && contentRoot(hashes).hash === root.hash ? hashes : undefined;
  }

  /**
   * Gives the records of an entry the number of its contribution. Does nothing where that was done.
   * What is kept under the number of another one, which a reorganisation has given another number, waits for that.
   * @param saltOf of the entry with a root, whoever noted it
   */
  made({ salt, root }: Entry, contribution: bigint, saltOf: (root: Hex) => Hex | undefined): void {
    const pending = this.#pending(salt);
    const kept = existsSync(hashesFile(pending, NO_NUMBER)) ? this.#rootOf(contribution) : undefined;
    const others = kept === undefined || kept === root.hash ? undefined : saltOf(kept);
    if (others !== undefined) moveContribution([this.#folder, contribution], [this.#pending(others), NO_NUMBER]);
    moveContribution([pending, NO_NUMBER], [this.#folder, contribution]);
    rmSync(pending, { recursive: true, force: true });
  }

  /** Takes back the number of an entry's contribution, which may be another's now. */
  lost({ salt, root }: Entry, contribution: bigint): void {
    if (this.#rootOf(contribution) === root.hash)
      moveContribution([this.#folder, contribution], [this.#pending(salt), NO_NUMBER]);
  }

  /** Removes what waits for no contribution, as a run leaves it that was killed before it noted what it will make. */
  tidy(salts: ReadonlySet<string>): void {
    const folder = join(this.#folder, "pending");
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder))
      if (!salts.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }

  /**
   * Removes the texts of a contribution; their hashes stay. A folder of another registry has the same numbers, so their root is asked for.
   * @param waiting the entry whose texts a killed run may have left without their number
   * @param saltOf of the entry with a root, whoever noted it
   * @returns whether there were any
   * @throws UserError, and nothing is changed, if what is kept under the number has another root
   */
  erase(contribution: bigint, root: Hex, waiting: Entry | undefined, saltOf: (root: Hex) => Hex | undefined): boolean {
    const kept = this.#rootOf(contribution);
    if (kept !== undefined && kept !== root) throw this.#isAnothers(contribution, root);
    if (waiting !== undefined) this.made(waiting, contribution, saltOf);
    if (existsSync(this.textsOf(contribution)) && this.#rootOf(contribution) !== root)
      throw this.#isAnothers(contribution, root);
    return eraseTexts(this.#folder, contribution);
  }

  /** The text of a record that is kept here, if it has the hash. */
  textAt(contribution: bigint, record: number, hash: Hex): string | undefined {
    try {
      const text = readFileSync(textFile(this.#folder, contribution, record), "utf8");
      return toHex(recordHash(text)) === hash ? text : undefined;
    } catch {
      return undefined;
    }
  }

  /** Where the texts of a contribution are kept. */
  textsOf(contribution: bigint): string {
    return textsFolder(this.#folder, contribution);
  }

  #pending(salt: Hex): string {
    return join(this.#folder, "pending", salt);
  }

  #isAnothers(contribution: bigint, root: Hex): UserError {
    return new UserError(
      `${this.#folder} keeps other records as contribution ${contribution}: ${hashesFile(this.#folder, contribution)} has not the root ${root} that is on this chain; nothing was erased: name the folder of this chain's contributions with --contents`,
    );
  }

  #rootOf(contribution: bigint): Hex | undefined {
    const hashes = hashesIn(hashesFile(this.#folder, contribution));
    return hashes && contentRoot(hashes).hash;
  }
}

function hashesIn(file: string): Uint8Array[] | undefined {
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, "utf8").trimEnd().split("\n") as Hex[];
  return lines.map((line) => hexToBytes(line));
}

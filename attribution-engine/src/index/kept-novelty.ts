// Keeps blocks of novelty in files, so that an index that was interrupted goes on where it stopped.
import { join } from "node:path";
import { readSealed, writeSealed } from "../numerics/sealed-file.ts";
import { digestOf } from "../numerics/value-digest.ts";
import type { NoveltyBlock } from "./novelty-block.ts";
import type { NoveltyInput, NoveltyRule, NoveltyTask } from "./novelty.ts";

/** Of the files' form. */
const VERSION = "novelty 1";

export interface KeptBlocks {
  /** Undefined where there is none, or it is damaged. */
  read(task: NoveltyTask): NoveltyBlock | undefined;
  write(task: NoveltyTask, block: NoveltyBlock): void;
}

/** Blocks by the digest of all that novelty depends on: blocks of other records are never taken for these. */
export function keptBlocks(
  folder: string,
  { k, sketches, contentSignatures }: NoveltyInput,
  { tau, delta, signatureMatch }: NoveltyRule,
): KeptBlocks {
  const common = digestOf([VERSION, k, tau, delta, signatureMatch, sketches, contentSignatures]);
  const pathOf = ({ first, count }: NoveltyTask): string => join(folder, `${common}-${first}-${count}.novelty`);
  return {
    read(task) {
      const bytes = readSealed(pathOf(task));
      const { count } = task;
      if (bytes?.length !== 5 * count) return undefined;
      const witnesses = new Uint32Array(Uint8Array.from(bytes.subarray(count)).buffer);
      return { novelties: Uint8Array.from(bytes.subarray(0, count)), witnesses };
    },
    write(task, { novelties, witnesses }) {
      const words = new Uint8Array(witnesses.buffer, witnesses.byteOffset, witnesses.byteLength);
      writeSealed(pathOf(task), Buffer.concat([novelties, words]));
    },
  };
}

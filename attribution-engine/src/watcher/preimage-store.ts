// What was shown of an accused proposal: preimages by their hashes, whoever they came from.
import { type Demand, readInnerAnswer, readLeafAnswer, type Step } from "@tributary/protocol/demand";
import { keccak256 } from "@tributary/protocol/keccak";
import type { Kind } from "@tributary/protocol/kinds";
import { INNER_PREIMAGE_BYTES, type Node } from "@tributary/protocol/node";

/** Where preimages come from; what it gives is hashed before it is believed. */
export interface PreimageSource {
  /**
   * The bytes that hash to `hash`, `undefined` if they were not shown.
   * @param kind of the tree in which the hash was met, and @param path the way to that tree: hints for sources that make trees when they are needed
   */
  get(hash: Uint8Array, kind: Kind, path: readonly Step[]): Uint8Array | undefined;
}

/** Preimages in memory. */
export class PreimageStore implements PreimageSource {
  readonly #shown = new Map<string, Uint8Array>();

  /** Number of preimages. */
  get size(): number {
    return this.#shown.size;
  }

  /** Keeps bytes under their hash. */
  add(bytes: Uint8Array): void {
    this.#shown.set(nameOf(keccak256(bytes)), bytes);
  }

  get(hash: Uint8Array): Uint8Array | undefined {
    return this.#shown.get(nameOf(hash));
  }

  /**
   * Keeps what an answer to a demand reveals.
   * @param node the demanded node, as its parent states it
   * @param depth of the tree that the demand's path ends in
   * @throws Error if the bytes are no answer (docs/formats.md §9)
   */
  addAnswer({ level, index }: Pick<Demand, "level" | "index">, node: Node, depth: number, answer: Uint8Array): void {
    if (level === depth) {
      const leaf = readLeafAnswer(node, answer);
      if ("reason" in leaf) throw new Error(`answer: ${leaf.reason}`);
      this.add(leaf.preimage);
      this.add(leaf.payload);
      return;
    }
    const inner = readInnerAnswer({ level, index: Number(index), node }, depth, answer);
    if ("reason" in inner) throw new Error(`answer: ${inner.reason}`);
    for (let at = 1; at < answer.length; at += INNER_PREIMAGE_BYTES) {
      this.add(answer.slice(at, at + INNER_PREIMAGE_BYTES));
    }
  }
}

/** Asks one source after another. */
export function joinSources(...sources: readonly PreimageSource[]): PreimageSource {
  return {
    get(hash, kind, path) {
      for (const source of sources) {
        const bytes = source.get(hash, kind, path);
        if (bytes !== undefined) return bytes;
      }
      return undefined;
    },
  };
}

function nameOf(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString("latin1");
}

// What contributions committed to, as far as it can be had: record hashes in files, and in indexes that hold them right.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import type { Node } from "@tributary/protocol/node";
import { isHash } from "viem";
import { readIndexBundle } from "../bundle/index-bundle.ts";
import type { AttributionIndex } from "../index/attribution-index.ts";
import { buildContentTree } from "../index/content-tree.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import type { DataSource } from "./committed-data.ts";

const HASH_BYTES = 32;

/** Finds content trees by what they are: nobody is believed, since a tree has the root that its contribution committed or is of no use. */
export class Contents {
  readonly #source: DataSource;
  readonly #folders: readonly string[];
  readonly #onProblem: (problem: string) => void;

  /**
   * @param folders with files of record hashes, one in hex on each line, a contribution in its order in each file; names say nothing
   * @param onProblem hears which files cannot be read
   */
  constructor(source: DataSource, folders: readonly string[], onProblem: (problem: string) => void) {
    this.#source = source;
    this.#folders = folders;
    this.#onProblem = onProblem;
  }

  /** The trees of contributions that were found, by their ids. @param wanted the roots that are looked for */
  async find(wanted: ReadonlyMap<bigint, Node>): Promise<Map<bigint, PayloadTree>> {
    const found = new Map<bigint, PayloadTree>();
    const missing = new Map([...wanted].map(([contribution, root]) => [nameOf(root), contribution]));
    const offer = (hashes: Uint8Array): void => {
      const tree = buildContentTree(hashes);
      const contribution = missing.get(nameOf(tree.root));
      if (contribution === undefined) return;
      found.set(contribution, tree);
      missing.delete(nameOf(tree.root));
    };
    for await (const hashes of this.#files()) offer(hashes);
    if (missing.size === 0) return found;
    for await (const index of this.#indexes())
      for (const contribution of missing.values()) {
        const hashes = recordHashesOf(index, contribution);
        if (hashes !== undefined) offer(hashes);
      }
    return found;
  }

  async *#files(): AsyncGenerator<Uint8Array> {
    for (const folder of this.#folders)
      for (const name of await readdir(folder)) {
        const file = join(folder, name);
        const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
        const wrong = lines.findIndex((line) => !isHash(line));
        if (wrong >= 0) this.#onProblem(`${file}, line ${wrong + 1}: not the hash of a record, 0x and 64 hex digits`);
        else yield hexToBytes(`0x${lines.map((line) => line.slice(2)).join("")}`);
      }
  }

  /** Indexes of any version that are published. */
  async *#indexes(): AsyncGenerator<AttributionIndex> {
    const { logs, shelf } = this.#source;
    const named = logs.of("IndexCommitted").map(({ args }) => args.bundleHash);
    for (const hash of new Set([...named, ...(await shelf.find("index", () => true))]))
      try {
        yield (await shelf.read("index", hash, (bundles) => readIndexBundle(bundles, hash))).index;
      } catch {
        // Not published, or not whole: others may have it.
      }
  }
}

/** The hashes that an index states of a contribution's records, in their order; `undefined` if it has no such record, or not all up to the last. */
export function recordHashesOf(index: AttributionIndex, contribution: bigint): Uint8Array | undefined {
  const places: number[] = [];
  for (let place = 0; place < index.count; place++)
    if (index.contributionIds[place] === contribution) places[index.recordIndexes[place]!] = place;
  if (places.length === 0 || places.includes(undefined as never)) return undefined;
  const hashes = new Uint8Array(HASH_BYTES * places.length);
  places.forEach((place, record) =>
    hashes.set(index.recordHashes.subarray(HASH_BYTES * place, HASH_BYTES * (place + 1)), HASH_BYTES * record),
  );
  return hashes;
}

function nameOf({ hash, sum }: Node): string {
  return `${bytesToHex(hash)} ${sum}`;
}

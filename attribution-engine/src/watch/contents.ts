// What contributions committed to, as far as it can be had: record hashes in files, and in indexes that hold them right.
import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import type { Node } from "@tributary/protocol/node";
import { type Hex, isHash } from "viem";
import { readIndexBundle } from "../bundle/index-bundle.ts";
import type { AttributionIndex } from "../index/attribution-index.ts";
import { buildContentTree } from "../index/content-tree.ts";
import type { PayloadTree } from "../trees/payload-tree.ts";
import type { DataSource } from "./committed-data.ts";

const HASH_BYTES = 32;
/** An index that could not be opened is tried again after a pause, which doubles each time. */
const FIRST_PAUSE_MILLISECONDS = 60_000;
const LONGEST_PAUSE_MILLISECONDS = 3_600_000;

/** Finds content trees by what they are: nobody is believed, since a tree has the root that its contribution committed or is of no use. */
export class Contents {
  readonly #source: DataSource;
  readonly #folders: readonly string[];
  readonly #onProblem: (problem: string) => void;
  /** Roots of the contents that an index states, by its bundle: it is opened again only for those. */
  readonly #held = new Map<Hex, ReadonlySet<string>>();
  readonly #failed = new Map<Hex, { readonly pause: number; readonly until: number }>();

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
    const offer = (tree: PayloadTree): void => {
      const contribution = missing.get(nameOf(tree.root));
      if (contribution === undefined) return;
      found.set(contribution, tree);
      missing.delete(nameOf(tree.root));
    };
    for await (const tree of this.#files()) offer(tree);
    for (const hash of await this.#published()) {
      if (missing.size === 0) break;
      const held = this.#held.get(hash);
      if (held !== undefined && ![...missing.keys()].some((root) => held.has(root))) continue;
      const trees = await this.#contentsIn(hash);
      trees.forEach(offer);
    }
    return found;
  }

  /** What the files say, but those that cannot be read. */
  async *#files(): AsyncGenerator<PayloadTree> {
    for (const folder of this.#folders)
      try {
        for (const name of await readdir(folder)) {
          const tree = await this.#read(join(folder, name));
          if (tree !== undefined) yield tree;
        }
      } catch (error) {
        this.#onProblem(`--contents: ${(error as Error).message}`);
      }
  }

  async #read(file: string): Promise<PayloadTree | undefined> {
    try {
      const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
      const wrong = lines.findIndex((line) => !isHash(line));
      if (wrong >= 0) throw new Error(`${file}, line ${wrong + 1}: not the hash of a record, 0x and 64 hex digits`);
      return buildContentTree(hexToBytes(`0x${lines.map((line) => line.slice(2)).join("")}`));
    } catch (error) {
      this.#onProblem(`--contents: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** Bundles of indexes of any version, but those that were of no use a short time ago. */
  async #published(): Promise<Hex[]> {
    const { logs, shelf } = this.#source;
    const named = logs.of("IndexCommitted").map(({ args }) => args.bundleHash);
    const all = new Set([...named, ...(await shelf.find("index", () => true))]);
    return [...all].filter((hash) => (this.#failed.get(hash)?.until ?? 0) <= Date.now());
  }

  /** The content trees that an index states, none if it is not published, or not whole. */
  async #contentsIn(hash: Hex): Promise<PayloadTree[]> {
    try {
      const { index } = await this.#source.shelf.read("index", hash, (bundles) => readIndexBundle(bundles, hash));
      const trees = statedHashes(index).map(buildContentTree);
      this.#held.set(hash, new Set(trees.map(({ root }) => nameOf(root))));
      this.#failed.delete(hash);
      return trees;
    } catch {
      // Others may have what is looked for.
      const pause = Math.min(
        2 * (this.#failed.get(hash)?.pause ?? FIRST_PAUSE_MILLISECONDS / 2),
        LONGEST_PAUSE_MILLISECONDS,
      );
      this.#failed.set(hash, { pause, until: Date.now() + pause });
      return [];
    }
  }
}

/** @throws Error that names a folder that is none, or something in one that is no file that can be read */
export function requireFiles(folders: readonly string[]): void {
  for (const folder of folders)
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      if (!statSync(file).isFile()) throw new Error(`${file} is not a file`);
      accessSync(file, constants.R_OK);
    }
}

/** The hashes that an index states of each contribution's records, in their order; of those alone of which it has all up to the last. */
function statedHashes(index: AttributionIndex): Uint8Array[] {
  const places = new Map<bigint, number[]>();
  for (let place = 0; place < index.count; place++) {
    const contribution = index.contributionIds[place]!;
    const own = places.get(contribution);
    if (own === undefined) places.set(contribution, [place]);
    else own.push(place);
  }
  return [...places.values()].flatMap((own) => {
    const hashes = new Uint8Array(HASH_BYTES * own.length);
    const seen = new Set<number>();
    for (const place of own) {
      const record = index.recordIndexes[place]!;
      // Any number may be stated.
      if (record >= own.length || seen.has(record)) return [];
      seen.add(record);
      hashes.set(index.recordHashes.subarray(HASH_BYTES * place, HASH_BYTES * (place + 1)), HASH_BYTES * record);
    }
    return [hashes];
  });
}

function nameOf({ hash, sum }: Node): string {
  return `${bytesToHex(hash)} ${sum}`;
}

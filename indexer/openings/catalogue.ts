// Which bundles there are, by their manifests: each is what its name, its hash, says.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  bundleHash,
  decodeManifest,
  type EpochManifest,
  type IndexManifest,
  type Manifest,
} from "@tributary/protocol/bundle-manifest";
import { type Hex, isHash } from "viem";

const MANIFEST = "manifest.json";
const KINDS = ["epoch", "index"] as const;

export interface Listed<M extends Manifest> {
  readonly hash: Hex;
  readonly manifest: M;
}

interface Known {
  readonly state: string;
  readonly manifest: Manifest | undefined;
}

/** Manifests are read once, and again where they have changed. */
export class Catalogue {
  readonly #folders: readonly string[];
  readonly #known = new Map<string, Known>();

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** Epochs of a ledger, or of all, the newest first. */
  async epochs(): Promise<Listed<EpochManifest>[]> {
    const found = (await this.#all()).filter(isOf("epoch")) as Listed<EpochManifest>[];
    return found.sort((a, b) => b.manifest.epoch - a.manifest.epoch);
  }

  async indexes(): Promise<Listed<IndexManifest>[]> {
    return (await this.#all()).filter(isOf("index")) as Listed<IndexManifest>[];
  }

  async #all(): Promise<Listed<Manifest>[]> {
    const found = new Map<Hex, Manifest>();
    for (const folder of this.#folders)
      for (const name of await readdir(folder).catch(() => [])) {
        if (!isHash(name) || found.has(name)) continue;
        const manifest = await this.#manifest(join(folder, name, MANIFEST), name);
        if (manifest !== undefined) found.set(name, manifest);
      }
    return Array.from(found, ([hash, manifest]) => ({ hash, manifest }));
  }

  async #manifest(file: string, hash: Hex): Promise<Manifest | undefined> {
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) return undefined;
    const state = `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
    const known = this.#known.get(file);
    if (known?.state === state) return known.manifest;
    const manifest = read(await readFile(file), hash);
    this.#known.set(file, { state, manifest });
    return manifest;
  }
}

/** Nothing of a manifest that is damaged or of a settlement. */
function read(bytes: Uint8Array, hash: Hex): Manifest | undefined {
  if (bundleHash(bytes) !== hash) return undefined;
  for (const kind of KINDS)
    try {
      return decodeManifest(bytes, kind);
    } catch {
      // Of another kind.
    }
  return undefined;
}

function isOf(kind: Manifest["kind"]) {
  return ({ manifest }: Listed<Manifest>): boolean => manifest.kind === kind;
}

// Where bundles are looked for: folders, and servers that they are fetched from and kept.
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { bundleHash, decodeManifest, type Manifest, type ManifestFile } from "@tributary/protocol/bundle-manifest";
import { type Hex, isHex, size as bytesOf } from "viem";
import { ABANDONED_MILLISECONDS, MANIFEST, removeUnfinished, UNFINISHED } from "../bundle/bundle-directory.ts";
import { checkFiles } from "../bundle/bundle-files.ts";

/** A settlement of an epoch has some 450 bytes. */
const MOST_MANIFEST_BYTES = 64 * 2 ** 20;
/** All files together: an index of 10 million records with sketches of 512 coordinates has 7 GiB. */
const MOST_BUNDLE_BYTES = 8 * 2 ** 30;
const MILLISECONDS_WITHOUT_DATA = 30_000;
/** A bundle has so long, and the time that its bytes take at the slowest rate: the watcher does nothing else meanwhile. */
const MILLISECONDS_PER_BUNDLE = 60_000;
const LEAST_BYTES_PER_MILLISECOND = 1_024;
/** A bundle that no server had is asked for again after so long, or after some times as long as the servers took, so that slow ones cost a tenth of the time at most. */
const ASK_AGAIN_MILLISECONDS = 5_000;
const ASK_AGAIN_TIMES = 9;

/** How long servers are waited for, in milliseconds. */
export interface Patience {
  /** For the next bytes. */
  readonly silence: number;
  /** For a bundle, beside what its bytes take. */
  readonly bundle: number;
}

const PATIENCE: Patience = { silence: MILLISECONDS_WITHOUT_DATA, bundle: MILLISECONDS_PER_BUNDLE };

/** A bundle that none of the places has, or has whole. */
export class BundleNotFound extends Error {}

/** Finds bundles by their hashes. What it finds is verified when it is opened. */
export class BundleShelf {
  readonly #folders: string[];
  readonly #servers: string[];
  readonly #fetched: string;
  readonly #patience: Patience;
  readonly #missed = new Map<Hex, number>();

  /**
   * @param places folders with a folder per bundle, and `http(s)://` addresses that serve such folders
   * @param fetched folder in which fetched bundles are kept
   */
  constructor(places: readonly string[], fetched: string, patience = PATIENCE) {
    this.#patience = patience;
    this.#servers = places.filter(isServer).map((url) => url.replace(/\/$/, ""));
    this.#folders = [...places.filter((place) => !isServer(place)), fetched];
    this.#fetched = fetched;
  }

  /** The folder of kept bundles. */
  get kept(): string {
    return this.#fetched;
  }

  /**
   * What `read` makes of the bundle in the first place that has it whole.
   * @param read gets a folder of bundles, and throws if the bundle there is not what its hash says
   * @param accept throws if nothing of a bundle with such a manifest is to be fetched
   * @throws BundleNotFound with what was wrong with each place
   */
  async read<Contents, K extends Manifest["kind"]>(
    kind: K,
    hash: Hex,
    read: (bundles: string) => Promise<Contents>,
    accept?: (manifest: Extract<Manifest, { kind: K }>) => void,
  ): Promise<Contents> {
    const problems: string[] = [];
    for (const folder of this.#folders) {
      if (!existsSync(join(folder, hash, MANIFEST))) continue;
      try {
        return await read(folder);
      } catch (error) {
        problems.push((error as Error).message);
      }
    }
    const started = Date.now();
    if ((this.#missed.get(hash) ?? 0) < started) {
      for (const server of this.#servers) {
        try {
          await this.#fetch(server, kind, hash, accept);
          return await read(this.#fetched);
        } catch (error) {
          problems.push(`${server}: ${(error as Error).message}`);
        }
      }
      const taken = Date.now() - started;
      this.#missed.set(hash, Date.now() + Math.max(ASK_AGAIN_MILLISECONDS, ASK_AGAIN_TIMES * taken));
    }
    throw new BundleNotFound(
      `bundle ${hash} is nowhere${problems.length === 0 ? "" : " whole"}: ${problems.join("; ") || "in no place given by --bundles"}`,
    );
  }

  /** Bundles of a kind in the folders whose manifests fit. Servers cannot be asked what they have. */
  async find<K extends Manifest["kind"]>(
    kind: K,
    fits: (manifest: Extract<Manifest, { kind: K }>) => boolean,
  ): Promise<Hex[]> {
    const found = new Set<Hex>();
    for (const folder of this.#folders) {
      for (const name of await readdir(folder).catch(() => [])) {
        if (!isHash(name) || found.has(name)) continue;
        try {
          if (fits(decodeManifest(await readFile(join(folder, name, MANIFEST)), kind))) found.add(name);
        } catch {
          // Of another kind, or not whole.
        }
      }
    }
    return [...found];
  }

  /** Keeps a bundle whose files are all what the manifest says, or nothing of it. */
  async #fetch<K extends Manifest["kind"]>(
    server: string,
    kind: K,
    hash: Hex,
    accept: (manifest: Extract<Manifest, { kind: K }>) => void = () => undefined,
  ): Promise<void> {
    const { silence, bundle } = this.#patience;
    await mkdir(this.#fetched, { recursive: true });
    // Another process may fetch into the same folder.
    await removeUnfinished(this.#fetched, ABANDONED_MILLISECONDS);
    const unfinished = join(this.#fetched, `${UNFINISHED}${randomUUID()}`);
    await mkdir(unfinished);
    try {
      const first = { silence, total: AbortSignal.timeout(bundle) };
      const bytes = await fetchBytes(`${server}/${hash}/${MANIFEST}`, MOST_MANIFEST_BYTES, first);
      if (bundleHash(bytes) !== hash) throw new Error(`${MANIFEST} has another hash`);
      const manifest = decodeManifest(bytes, kind);
      checkFiles(manifest);
      const size = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
      if (size > MOST_BUNDLE_BYTES)
        throw new Error(`${size} bytes, more than the ${MOST_BUNDLE_BYTES} that are fetched`);
      accept(manifest);
      const rest = { silence, total: AbortSignal.timeout(bundle + Math.ceil(size / LEAST_BYTES_PER_MILLISECOND)) };
      for (const file of manifest.files)
        await fetchFile(`${server}/${hash}/${file.name}`, join(unfinished, file.name), file, rest);
      const handle = await open(join(unfinished, MANIFEST), "w");
      await handle.writeFile(bytes);
      await handle.sync();
      await handle.close();
      await rm(join(this.#fetched, hash), { recursive: true, force: true });
      await rename(unfinished, join(this.#fetched, hash));
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
}

function isHash(name: string): name is Hex {
  return isHex(name) && bytesOf(name) === 32;
}

export function isServer(place: string): boolean {
  return /^https?:\/\//.test(place);
}

/** When a server is given up: after a silence of so many milliseconds, or when all that a bundle may take has passed. */
interface Limits {
  readonly silence: number;
  readonly total: AbortSignal;
}

async function* fetchChunks(url: string, most: number, { silence, total }: Limits): AsyncGenerator<Uint8Array> {
  const silent = new AbortController();
  const wait = (): NodeJS.Timeout => setTimeout(() => silent.abort(), silence);
  let timer = wait();
  try {
    const response = await fetch(url, { signal: AbortSignal.any([silent.signal, total]) });
    if (!response.ok || response.body === null) throw new Error(`${url}: status ${response.status}`);
    let length = 0;
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = wait();
      length += chunk.length;
      if (length > most) throw new Error(`${url}: more than ${most} bytes`);
      yield chunk;
    }
  } catch (cause) {
    if (silent.signal.aborted) throw new Error(`${url}: no data for ${silence} ms`, { cause });
    if (total.aborted) throw new Error(`${url}: too slow`, { cause });
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}

async function fetchBytes(url: string, most: number, limits: Limits): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of fetchChunks(url, most, limits)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function fetchFile(url: string, path: string, { bytes, sha256 }: ManifestFile, limits: Limits): Promise<void> {
  const hash = createHash("sha256");
  const handle = await open(path, "w");
  try {
    for await (const chunk of fetchChunks(url, bytes, limits)) {
      hash.update(chunk);
      await handle.write(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  const found = `0x${hash.digest("hex")}`;
  if (found !== sha256) throw new Error(`${url}: its SHA-256 is ${found}, the manifest says ${sha256}`);
}

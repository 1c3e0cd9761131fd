// Where bundles are looked for: folders, and servers that they are fetched from and kept.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { bundleHash, decodeManifest, type Manifest } from "@tributary/protocol/bundle-manifest";
import { type Hex, isHex, size } from "viem";

const MANIFEST = "manifest.json";
const MOST_MANIFEST_BYTES = 64 * 2 ** 20;
const MOST_FILE_BYTES = 8 * 2 ** 30;
const SECONDS_WITHOUT_DATA = 30;
/** A server that did not have a bundle is asked again after so long. */
const ASK_AGAIN_MILLISECONDS = 5_000;

/** A bundle that none of the places has, or has whole. */
export class BundleNotFound extends Error {}

/** Finds bundles by their hashes. What it finds is verified when it is opened. */
export class BundleShelf {
  readonly #folders: string[];
  readonly #servers: string[];
  readonly #fetched: string;
  readonly #missed = new Map<Hex, number>();

  /**
   * @param places folders with a folder per bundle, and `http(s)://` addresses that serve such folders
   * @param fetched folder in which fetched bundles are kept
   */
  constructor(places: readonly string[], fetched: string) {
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
   * @throws BundleNotFound with what was wrong with each place
   */
  async read<Contents>(
    kind: Manifest["kind"],
    hash: Hex,
    read: (bundles: string) => Promise<Contents>,
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
    if ((this.#missed.get(hash) ?? 0) < Date.now()) {
      for (const server of this.#servers) {
        try {
          await this.#fetch(server, kind, hash);
          return await read(this.#fetched);
        } catch (error) {
          problems.push(`${server}: ${(error as Error).message}`);
        }
      }
      this.#missed.set(hash, Date.now() + ASK_AGAIN_MILLISECONDS);
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

  async #fetch(server: string, kind: Manifest["kind"], hash: Hex): Promise<void> {
    const unfinished = join(this.#fetched, `.unfinished-${randomUUID()}`);
    await mkdir(unfinished, { recursive: true });
    try {
      const manifest = await fetchBytes(`${server}/${hash}/${MANIFEST}`, MOST_MANIFEST_BYTES);
      if (bundleHash(manifest) !== hash) throw new Error(`${MANIFEST} has another hash`);
      const { files } = decodeManifest(manifest, kind);
      for (const { name, bytes } of files) {
        if (name.includes("/") || name.startsWith(".")) throw new Error(`${name} is not the name of a file`);
        if (bytes > MOST_FILE_BYTES) throw new Error(`${name} has ${bytes} bytes, more than is fetched`);
        await fetchFile(`${server}/${hash}/${encodeURIComponent(name)}`, join(unfinished, name), bytes);
      }
      const handle = await open(join(unfinished, MANIFEST), "w");
      await handle.writeFile(manifest);
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
  return isHex(name) && size(name) === 32;
}

function isServer(place: string): boolean {
  return /^https?:\/\//.test(place);
}

async function* fetchChunks(url: string, most: number): AsyncGenerator<Uint8Array> {
  const silence = new AbortController();
  const wait = (): NodeJS.Timeout => setTimeout(() => silence.abort(), SECONDS_WITHOUT_DATA * 1_000);
  let timer = wait();
  try {
    const response = await fetch(url, { signal: silence.signal });
    if (!response.ok || response.body === null) throw new Error(`${url}: status ${response.status}`);
    let length = 0;
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = wait();
      length += chunk.length;
      if (length > most) throw new Error(`${url}: more than ${most} bytes`);
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}

async function fetchBytes(url: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of fetchChunks(url, most)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function fetchFile(url: string, path: string, bytes: number): Promise<void> {
  const handle = await open(path, "w");
  try {
    for await (const chunk of fetchChunks(url, bytes)) await handle.write(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

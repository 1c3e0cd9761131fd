// Content-addressed folders of published tables, written so that a crash leaves either all of a bundle or nothing.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  bundleHash,
  decodeManifest,
  encodeManifest,
  type Manifest,
  type ManifestFile,
} from "@tributary/protocol/bundle-manifest";
import type { Hex } from "viem";
import { checkFiles } from "./bundle-files.ts";

/** Beside the files that it lists. */
export const MANIFEST = "manifest.json";
/** What the names of folders of bundles begin with that are being written. */
export const UNFINISHED = ".unfinished-";

/** Nothing is fetched or written for so long. */
export const ABANDONED_MILLISECONDS = 24 * 3_600_000;

/** A file that a bundle's manifest names is not in its folder. */
export class FileAbsent extends Error {}

/** A bundle on disk: its address and its folder, `<bundles>/<hash>`. */
export interface BundlePlace {
  readonly hash: Hex;
  readonly folder: string;
}

/** A verified bundle. */
export interface OpenBundle<M extends Manifest> extends BundlePlace {
  readonly manifest: M;
}

/**
 * Writes a bundle (docs/formats.md §10): `fill` writes the files into the folder it is given and says how many rows each has. The folder is
 * flushed to disk and then renamed to its hash, so that a bundle is there completely or not at all; one that is there already is left. What writers that were
 * killed left a day ago is removed.
 */
export async function writeBundle(
  bundles: string,
  describe: (files: ManifestFile[]) => Manifest,
  fill: (folder: string) => Promise<ReadonlyMap<string, number>>,
): Promise<BundlePlace> {
  await mkdir(bundles, { recursive: true });
  await removeUnfinished(bundles, ABANDONED_MILLISECONDS);
  const unfinished = join(bundles, `${UNFINISHED}${randomUUID()}`);
  await mkdir(unfinished);
  try {
    const rows = await fill(unfinished);
    const files: ManifestFile[] = [];
    for (const name of [...rows.keys()].sort()) {
      files.push({ name, rows: rows.get(name)!, ...(await digest(join(unfinished, name))) });
      await flush(join(unfinished, name));
    }
    const manifest = encodeManifest(describe(files));
    const handle = await open(join(unfinished, MANIFEST), "w");
    await handle.writeFile(manifest);
    await handle.sync();
    await handle.close();
    await flush(unfinished);
    const hash = bundleHash(manifest);
    const folder = join(bundles, hash);
    await rename(unfinished, folder).catch(async (error: unknown) => {
      if (!(await exists(join(folder, MANIFEST)))) throw error;
      await rm(unfinished, { recursive: true });
    });
    await flush(bundles);
    return { hash, folder };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Removes what crashed writers left in a folder of bundles.
 * @param age in milliseconds that no writer needs who may be at work there
 */
export async function removeUnfinished(bundles: string, age = 0): Promise<void> {
  for (const name of await readdir(bundles)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const { mtimeMs } = await stat(join(bundles, name));
    if (Date.now() - mtimeMs >= age) await rm(join(bundles, name), { recursive: true });
  }
}

/**
 * Opens the bundle of a kind at `<bundles>/<hash>` and verifies the manifest against the hash, its files against the kind, and each file's length and SHA-256 against the manifest.
 * Throws an Error that names the file. With `onDamage` a file that is not what the manifest says is reported there and does not throw, so that an
 * audit can go on and name the row.
 * @param needed the files that are looked at, where not all are to be read
 * @throws FileAbsent for one that is not there
 */
export async function openBundle<K extends Manifest["kind"]>(
  bundles: string,
  hash: Hex,
  kind: K,
  onDamage: (problem: string) => void = refuse,
  needed?: readonly string[],
): Promise<OpenBundle<Extract<Manifest, { kind: K }>>> {
  const folder = join(bundles, hash);
  const bytes = await readFile(join(folder, MANIFEST)).catch((cause: unknown) => {
    throw new Error(`bundle ${hash}: no ${MANIFEST}`, { cause });
  });
  const found = bundleHash(bytes);
  if (found !== hash) throw new Error(`bundle ${hash}: ${MANIFEST} has the hash ${found}`);
  const manifest = decodeManifest(bytes, kind);
  checkFiles(manifest);
  for (const { name, bytes: length, sha256 } of manifest.files) {
    if (needed?.includes(name) === false) continue;
    const file = await digest(join(folder, name)).catch((cause: unknown) => {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT")
        throw new FileAbsent(`bundle ${hash}: ${name} cannot be read: there is no ${hash}/${name}`, { cause });
      throw new Error(`bundle ${hash}: ${name} cannot be read`, { cause });
    });
    if (file.bytes !== length) {
      onDamage(`bundle ${hash}: ${name} has ${file.bytes} bytes, the manifest says ${length}`);
    } else if (file.sha256 !== sha256) {
      onDamage(`bundle ${hash}: ${name} has the SHA-256 ${file.sha256}, the manifest says ${sha256}`);
    }
  }
  return { hash, folder, manifest };
}

function refuse(problem: string): never {
  throw new Error(problem);
}

async function digest(path: string): Promise<{ bytes: number; sha256: Hex }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: `0x${hash.digest("hex")}` };
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync();
  await handle.close();
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Where the objects that workers on several machines share are kept: a folder, or a store that speaks S3. */
import { openFolderStore } from "./folder-store.ts";

/** Objects by key. Keys are words of letters, digits and `-`, parted by `/`. */
export interface ObjectStore {
  /** What errors call it; holds no credentials. */
  readonly name: string;
  /** The object's bytes, or nothing where there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  has(key: string): Promise<boolean>;
  /** Writes an object, whole or not at all; the last writer of a key wins. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  close(): void;
}

/**
 * Opens `file:///folder` or `s3://bucket/prefix?endpoint=…&region=…`.
 * @throws saying what to do where the URL is neither, or the store cannot be used.
 */
export async function openStore(url: string): Promise<ObjectStore> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === "file:") return openFolderStore(parsed);
  // Loaded where it is needed: the SDK is large.
  if (parsed?.protocol === "s3:") return (await import("./s3-store.ts")).openS3Store(parsed);
  throw new Error(`--store is ${url}; must be file:///folder or s3://bucket/prefix?endpoint=https://host`);
}

/** The values that workers share, as objects of a store that are checked whenever they are read. */
import { createHash } from "node:crypto";
import { Packr } from "msgpackr";
import type { ObjectStore } from "./object-store.ts";

/** SHA-256 in hex. */
export type Digest = string;

const packr = new Packr({ useRecords: false, moreTypes: true });
const DIGEST_BYTES = 32;

/** Plain objects, arrays, strings, numbers, big integers and typed arrays as MessagePack; the same value gives the same bytes. */
export function packValue(value: unknown): Uint8Array {
  return packr.pack(value);
}

export function digestOf(bytes: Uint8Array | string): Digest {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What a task reads stands at its own digest. */
const inputKey = (digest: Digest): string => `inputs/${digest.slice(0, 2)}/${digest}`;
/** What a task made stands at the digest of the task, behind a digest of its own. */
export const resultKey = (task: Digest): string => `results/${task.slice(0, 2)}/${task}`;

/** Stores a value that tasks read, unless it is there. */
export async function putInput(store: ObjectStore, value: unknown): Promise<Digest> {
  const bytes = packValue(value);
  const digest = digestOf(bytes);
  const key = inputKey(digest);
  if (!(await store.has(key))) await store.put(key, bytes);
  return digest;
}

/** @throws naming store and object where it is missing or damaged. */
export async function getInput(store: ObjectStore, digest: Digest): Promise<unknown> {
  const key = inputKey(digest);
  const bytes = await store.get(key);
  if (bytes === undefined)
    throw new Error(`${store.name}: ${key} is missing; give the stage and its workers the same --store`);
  if (digestOf(bytes) !== digest) {
    throw new DamagedObjectError(
      `${store.name}: ${key} is damaged: it has the digest ${digestOf(bytes)}; remove it and run the stage again, which stores it anew`,
    );
  }
  return packr.unpack(bytes);
}

/** An object whose bytes are not those that were written. */
export class DamagedObjectError extends Error {
  override readonly name = "DamagedObjectError";
}

export async function putResult(store: ObjectStore, task: Digest, value: unknown): Promise<void> {
  const bytes = packValue(value);
  await store.put(resultKey(task), Buffer.concat([Buffer.from(digestOf(bytes), "hex"), bytes]));
}

/** What a task made; nothing where it is not there or damaged, so that it is made again. */
export async function getResult(store: ObjectStore, task: Digest): Promise<{ readonly value: unknown } | undefined> {
  const bytes = await store.get(resultKey(task));
  if (bytes === undefined || bytes.length <= DIGEST_BYTES) return undefined;
  const body = bytes.subarray(DIGEST_BYTES);
  if (digestOf(body) !== Buffer.from(bytes.subarray(0, DIGEST_BYTES)).toString("hex")) return undefined;
  return { value: packr.unpack(body) };
}

/** Files of kept work that begin with their SHA-256: what is damaged, or was never written to its end, is told from what is whole. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { writePartsAtomically } from "./atomic-file.ts";

const DIGEST_BYTES = 32;

function digest(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}

/** Writes content whole or not at all. */
export function writeSealed(path: string, content: Uint8Array): void {
  writePartsAtomically(path, [digest(content), content]);
}

/** What was written; undefined where there is no file or it is damaged, so that it is made again. */
export function readSealed(path: string): Buffer | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return undefined;
  }
  const content = bytes.subarray(DIGEST_BYTES);
  return digest(content).equals(bytes.subarray(0, DIGEST_BYTES)) ? content : undefined;
}

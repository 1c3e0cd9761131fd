/** Digests of files that may be larger than memory. */
import { createHash } from "node:crypto";
import { fileBytes } from "./file-bytes.ts";

const PIECE = 2 ** 24;

/** The SHA-256 of a file, in hex. */
export function fileDigest(path: string): string {
  const source = fileBytes(path);
  const hash = createHash("sha256");
  for (let start = 0; start < source.size; start += PIECE)
    hash.update(source.read(start, Math.min(PIECE, source.size - start)));
  return hash.digest("hex");
}

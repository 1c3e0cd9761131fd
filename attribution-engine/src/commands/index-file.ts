// The index of a work folder, as its folder of published bundles has it.
import { join } from "node:path";
import type { Hex } from "viem";
import { type IndexBundle, readIndexBundle } from "../bundle/index-bundle.ts";
import { FILES, readJson } from "./files.ts";

export interface IndexFile {
  bundleHash: Hex;
}

/** Reads the whole index and verifies it. Throws an Error that names the file which is missing or damaged. */
export async function readWorkIndex(work: string): Promise<IndexBundle> {
  const { bundleHash } = readJson<IndexFile>(work, FILES.index, "index");
  return readIndexBundle(join(work, FILES.bundles), bundleHash);
}

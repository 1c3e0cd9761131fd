// Where a work folder has the contents that an epoch is computed from, and what was proposed for it.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ManifestRoot } from "@tributary/protocol/bundle-manifest";
import type { Hex } from "viem";
import { cumulativePayouts, readPayouts } from "../bundle/epoch-columns.ts";
import { openEpochBundle } from "../bundle/epoch-bundle.ts";
import { readSettlementBundle } from "../bundle/settlement-bundle.ts";
import type { LocalData } from "../chain/read-epoch-inputs.ts";
import { FILES, readJson, writeJson } from "./files.ts";
import type { SearchedIndex } from "../index/attribution-index.ts";
import type { WorkIndex } from "./index-file.ts";
import { sketchesFile, type SketchesFile } from "./sketch-calls.ts";

/** What was published for an epoch. */
export interface EpochFile {
  bundleHash: Hex;
  groupsRoot: ManifestRoot;
  payoutsRoot: ManifestRoot;
}

const NO_PAYOUTS: ManifestRoot = { hash: `0x${"00".repeat(32)}`, sum: "0" };
const EPOCH_FILE = /^epoch-(\d+)\.json$/;

export function writeEpochFile(work: string, epoch: bigint, file: EpochFile): void {
  writeJson(work, `epoch-${epoch}.json`, file);
}

export function readEpochFile(work: string, epoch: bigint): EpochFile {
  return readJson<EpochFile>(work, `epoch-${epoch}.json`, "attribute");
}

/**
 * Contents by id, and the payouts of the last epoch before `epoch`.
 * @param openIndex opens the folder's index; it is opened once
 */
export async function localData<Index extends SearchedIndex>(
  work: string,
  epoch: bigint,
  openIndex: () => Promise<WorkIndex<Index>>,
): Promise<LocalData<Index>> {
  const bundles = join(work, FILES.bundles);
  let opened: Promise<WorkIndex<Index>> | undefined;
  return {
    async settlementOf(id) {
      const { bundleHash } = readJson<SketchesFile>(work, sketchesFile(String(id)), "sketch-calls");
      const { contents } = await readSettlementBundle(bundles, bundleHash);
      if (contents.sketches === undefined) throw new Error(`bundle ${bundleHash} has no sketches`);
      return { receipts: contents.receipts, sketches: contents.sketches.sketches };
    },
    async indexOf() {
      const { index, manifest } = await (opened ??= openIndex());
      return { index, method: manifest.method };
    },
    previous: await previousPayouts(work, epoch),
  };
}

async function previousPayouts(work: string, epoch: bigint): Promise<LocalData["previous"]> {
  const earlier = readdirSync(work)
    .map((name) => EPOCH_FILE.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(BigInt)
    .filter((number) => number < epoch)
    .sort((a, b) => Number(b - a));
  const [last] = earlier;
  if (last === undefined) return { payouts: [], root: NO_PAYOUTS };
  const { bundleHash, payoutsRoot } = readEpochFile(work, last);
  const bundle = await openEpochBundle(join(work, FILES.bundles), bundleHash);
  return { payouts: cumulativePayouts((await readPayouts(bundle)).payouts), root: payoutsRoot };
}
